// SPDX-License-Identifier: Apache-2.0
// The device's end of the control socket (docs/wire.md): requests come one by one, each is answered once, when the device has done it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "host/common/file_descriptor.h"
#include "host/common/stamp_clock.h"
#include "host/common/tables.h"

namespace tickproof {

struct ControlRequest {
    static constexpr std::uint8_t kHello = 0x70, kCounters = 0x71, kSync = 0x72, kRefused = 0x80;

    std::uint8_t op;
    std::uint16_t symbol;
    std::uint32_t setting;
    std::uint64_t value;
    std::array<std::uint8_t, control::kLength> bytes;
    std::int64_t arrived_ns = 0;  // CLOCK_MONOTONIC when it was sent, if arrivals are stamped
};

class ControlServer {
public:
    // A new socket at `path`, for its owner only. One that nobody listens to any more is replaced. Throws HostError.
    explicit ControlServer(const std::string& path);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    // Let the kernel stamp what comes, for a device that has to know when (which costs each `next` a little).
    void stamp_arrivals() { stamps_.emplace(); }

    // The next request. None while there is none, and until the last one has been answered.
    std::optional<ControlRequest> next();

    void answer_record(const ControlRequest& request, bool done);  // also `sync`
    void answer_hello(std::int64_t origin_ns, std::uint32_t slowdown, std::uint32_t symbols);
    void answer_counters(std::span<const std::uint64_t> values);

private:
    static constexpr std::size_t kLongest = 4096;

    bool accept();
    void answer(std::span<const std::uint8_t> bytes);
    void deliver();

    std::string path_;
    FileDescriptor listener_, client_;
    std::optional<StampClock> stamps_;
    std::array<std::uint8_t, kLongest> answer_{};
    std::size_t answer_bytes_ = 0;  // waiting for the client to make room
    bool busy_ = false;             // a request has been handed out and not been answered
};

}  // namespace tickproof
