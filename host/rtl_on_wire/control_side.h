// SPDX-License-Identifier: Apache-2.0
// Control (docs/wire.md): takes requests from the socket, has the registers do them, answers.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "host/common/control_server.h"
#include "host/rtl_on_wire/connection.h"
#include "host/rtl_on_wire/registers.h"

namespace tickproof::rtl {

class ControlSide {
public:
    // registers: nullptr where the device has none.
    ControlSide(const Description& device, const std::string& path, std::uint32_t slowdown, Registers* registers)
        : device_(device), server_(path), slowdown_(slowdown), registers_(registers) { server_.stamp_arrivals(); }

    // `drained`: which of the connections had nothing when they were last polled, in the order of `connections`.
    void poll(const Pace& pace, std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections, const std::vector<bool>& drained);

    // From the request on.
    bool counting() const { return request_ && request_->op == ControlRequest::kCounters; }

private:
    void begin(const Pace& pace);
    bool in_step(std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections, const std::vector<bool>& drained);
    bool settled(std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections) const;
    void finish();

    const Description& device_;
    ControlServer server_;
    std::uint32_t slowdown_;
    Registers* registers_;
    std::optional<ControlRequest> request_;  // being done
    std::uint64_t since_ = 0;                // sync, counters: the clock in which they were asked for
    bool waits_ = false;                     // counters: until nothing goes into the device any more
    std::vector<bool> behind_;               // sync: connections that may still have something from before it
};

}  // namespace tickproof::rtl
