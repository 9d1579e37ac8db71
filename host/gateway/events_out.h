// SPDX-License-Identifier: Apache-2.0
// Contract 8 and HOST-4: records get number and stamp and leave, several in a datagram when there are several. None is ever lost: where the kernel has no room, it is asked again.
#pragma once
#include <netinet/in.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "host/common/file_descriptor.h"
#include "host/common/interface.h"
#include "host/common/tables.h"
#include "host/gateway/feed/settings.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

class EventsOut : public RecordSink {
public:
    // `stop` ends the asking again.
    EventsOut(const Interface& interface, const GlobalSettings& settings, const std::atomic<bool>& stop);

    void put(std::span<const std::uint8_t, record::kLength> bytes) override;
    void flush();
    // Addresses and ports as in `settings` from now on.
    void address(const GlobalSettings& settings);
    std::uint64_t records() const { return records_; }
    int descriptor() const { return socket_.get(); }

private:
    static constexpr std::size_t kMost = 22;  // records a datagram

    FileDescriptor open(std::uint16_t source_port) const;

    const Interface& interface_;
    const std::atomic<bool>& stop_;
    FileDescriptor socket_;
    sockaddr_in destination_{};
    std::uint16_t source_port_ = 0;
    std::array<std::uint8_t, kMost * record::kLength> waiting_{};
    std::size_t waiting_bytes_ = 0;
    std::uint64_t records_ = 0;
};

}  // namespace tickproof::gateway
