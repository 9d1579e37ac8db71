// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/control_side.h"

#include <algorithm>

#include "host/rtl_on_wire/control_map.h"

namespace tickproof::rtl {
namespace {

constexpr std::uint64_t kSilenceClocks = 512;  // for so many a device may work without a sign of it
constexpr std::uint64_t kLongClocks = 40'000;
constexpr std::uint64_t kCountedClocks = 256;  // after so many a frame that went in is counted

}  // namespace

void ControlSide::poll(const Pace& pace, std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections, const std::vector<bool>& drained) {
    if (request_) {
        if (waits_ && settled(clock, connections)) {
            waits_ = false;
            registers_->start(counter_reads(device_), clock);
        }
        const bool done = request_->op == ControlRequest::kSync ? in_step(clock, connections, drained) : !waits_ && registers_->done();
        if (!done) return;
        finish();
    }
    // No clock runs between two requests that wait: a model that is behind would run many.
    request_ = server_.next();
    if (!request_) return;
    begin(pace);
    behind_.assign(connections.size(), true);
}

void ControlSide::begin(const Pace& pace) {
    const std::uint64_t due = pace.clock_from(request_->arrived_ns);
    switch (request_->op) {
        case ControlRequest::kHello:
            server_.answer_hello(pace.origin_ns(), slowdown_, device_.symbols);
            request_.reset();
            return;
        case ControlRequest::kSync:
            since_ = due;
            return;
        case ControlRequest::kCounters:
            if (registers_) {
                since_ = due;
                waits_ = true;
            } else {
                server_.answer_counters(counter_values(device_, {}));
                request_.reset();
            }
            return;
        default:
            const auto writes = registers_ ? writes_of(device_, *request_) : std::nullopt;
            if (writes) {
                registers_->start(*writes, due);
            } else {
                server_.answer_record(*request_, false);
                request_.reset();
            }
    }
}

// Everything that had arrived before has been taken up, has gone in, and the device has been quiet since, or has had long enough: on a wire where
// others talk all the time it never is quiet.
bool ControlSide::in_step(std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections, const std::vector<bool>& drained) {
    std::uint64_t last = since_;
    bool idle = true;
    for (std::size_t index = 0; index < connections.size(); ++index) {
        behind_[index] = behind_[index] && !drained[index] && connections[index]->last_due() <= since_;
        idle = idle && !behind_[index] && connections[index]->idle(since_);
        last = std::max(last, connections[index]->last_clock());
    }
    return idle && (clock >= last + kSilenceClocks || clock >= since_ + kLongClocks);
}

// No frame is taken up meanwhile; those that were have gone in. A stream that its peer does not read may stay as it is.
bool ControlSide::settled(std::uint64_t clock, const std::vector<std::unique_ptr<Connection>>& connections) const {
    const bool quiet = std::all_of(connections.begin(), connections.end(), [clock](const auto& connection) {
        return connection->idle(clock) && clock >= connection->last_clock() + kCountedClocks;
    });
    return clock >= since_ && (quiet || clock >= since_ + kLongClocks);
}

void ControlSide::finish() {
    if (request_->op == ControlRequest::kCounters) {
        server_.answer_counters(counter_values(device_, registers_->results()));
    } else {
        server_.answer_record(*request_, request_->op == ControlRequest::kSync || !registers_->refused());
    }
    request_.reset();
}

}  // namespace tickproof::rtl
