// SPDX-License-Identifier: Apache-2.0
// Contract HOST-1: one line's UDP socket. The kernel is the frame filter.
#pragma once
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/common/file_descriptor.h"
#include "host/common/interface.h"

namespace tickproof::gateway {

// Datagrams that one system call brought.
class DatagramBatch {
public:
    static constexpr std::size_t kMost = 32;

    DatagramBatch();
    DatagramBatch(const DatagramBatch&) = delete;
    DatagramBatch& operator=(const DatagramBatch&) = delete;

    // How many; 0 when there is nothing.
    std::size_t receive(int socket);
    // One that did not fit is longer than a device may take.
    std::span<const std::uint8_t> operator[](std::size_t index) const { return {bytes_[index].data(), headers_[index].msg_len}; }

private:
    static constexpr std::size_t kRoom = 2048;

    std::array<std::array<std::uint8_t, kRoom>, kMost> bytes_;
    std::array<iovec, kMost> vectors_;
    std::array<mmsghdr, kMost> headers_;
};

class FeedSocket {
public:
    // Joins `group` on the interface. Throws HostError.
    FeedSocket(const Interface& interface, std::uint32_t group, std::uint16_t port);
    int get() const { return socket_.get(); }

private:
    FileDescriptor socket_;
};

}  // namespace tickproof::gateway
