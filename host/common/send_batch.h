// SPDX-License-Identifier: Apache-2.0
// Frames or datagrams that leave a socket with one system call.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/common/interface.h"

namespace tickproof {

class SendBatch {
public:
    SendBatch();
    SendBatch(const SendBatch&) = delete;  // its messages point into it

    bool full() const { return queued_ == kMessages; }
    // Not when `full`. The bytes are read by `flush`.
    void add(std::span<const std::uint8_t> bytes);
    void add(std::span<const std::uint8_t> bytes, const sockaddr_in& to);
    // All of them, in order. Throws HostError if the interface, by which they leave, takes none for a second, or at once if it is down.
    void flush(int socket, const Interface& interface);

private:
    static constexpr std::size_t kMessages = 64;

    std::array<mmsghdr, kMessages> messages_{};
    std::array<iovec, kMessages> parts_{};
    std::array<sockaddr_in, kMessages> addresses_{};
    std::size_t queued_ = 0;
};

}  // namespace tickproof
