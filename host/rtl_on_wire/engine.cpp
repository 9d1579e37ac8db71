// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/engine.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "host/common/error.h"

namespace tickproof::rtl {
namespace {

constexpr std::uint64_t kClocksAtOnce = 256;      // between two looks at the outside
constexpr std::uint64_t kReadyClocks = 10'000'000;  // a device that is not ready by then never will be
constexpr std::int64_t kLateNs = 50'000'000;

}  // namespace

Engine::Engine(const Description& device, Model& model, Wiring wiring, std::uint32_t slowdown)
    : device_(device), model_(model), connections_(std::move(wiring.connections)), drained_(connections_.size()), slowdown_(slowdown) {
    if (device.control) registers_.emplace(model.pins().registers);
    if (!wiring.control_path.empty()) control_.emplace(device, wiring.control_path, slowdown, registers_ ? &*registers_ : nullptr);
}

// A packet socket waits for the kernel when it closes, tens of milliseconds each: side by side, not one after the other.
Engine::~Engine() {
    std::vector<std::thread> closing;
    for (auto& connection : connections_) closing.emplace_back([&connection] { connection.reset(); });
    for (std::thread& thread : closing) thread.join();
}

void Engine::start() {
    const Pins& pins = model_.pins();
    *pins.reset = 1;
    for (std::uint32_t clock = 0; clock < device_.reset_clocks; ++clock) {
        model_.settle();
        model_.edge();
    }
    *pins.reset = 0;
    while (!*pins.ready) {
        if (clock_ == kReadyClocks) throw HostError(device_.name + ": never became ready (got " + std::to_string(clock_) + " clocks)");
        tick();
    }
}

void Engine::run(const volatile std::sig_atomic_t& stop) {
    pace_.emplace(device_.period_ps, slowdown_, clock_, monotonic_ns());
    while (!stop) {
        // No clock runs beyond the moment at which the look at the outside began: what came before it has been seen, however long the look took.
        const std::int64_t seen_ns = monotonic_ns();
        poll();
        catch_up(seen_ns);
    }
}

void Engine::poll() {
    Moment moment{clock_, registers_ && !registers_->done() ? clock_ : 0, control_ && control_->counting()};
    for (const auto& connection : connections_) moment.last_beat = std::max(moment.last_beat, connection->last_clock());
    for (std::size_t index = 0; index < connections_.size(); ++index) drained_[index] = !connections_[index]->poll(*pace_, moment);
    if (control_) control_->poll(*pace_, clock_, connections_, drained_);
}

// The clocks that are due, but not all of many: what comes in meanwhile wants to be seen. An output leaves at once, and what control asked
// for is answered at once: the next request waits for that.
void Engine::catch_up(std::int64_t now_ns) {
    const std::uint64_t due = pace_->clock_at(now_ns) + 1;
    if (due <= clock_) return;
    watch(now_ns - pace_->time_of(clock_));
    const std::uint64_t until = std::min(due, clock_ + kClocksAtOnce);
    while (clock_ < until) {
        if (tick()) return;
    }
}

bool Engine::tick() {
    for (const auto& connection : connections_) connection->drive(clock_);
    if (registers_) registers_->drive(clock_);
    model_.settle();
    bool came = false;
    for (const auto& connection : connections_) {
        if (!connection->sample(clock_)) continue;
        connection->flush();
        came = true;
    }
    if (registers_) came |= registers_->sample();
    model_.edge();
    ++clock_;
    return came;
}

void Engine::watch(std::int64_t lag_ns) {
    worst_lag_ns_ = std::max(worst_lag_ns_, lag_ns);
    times_late_ += !late_ && lag_ns > kLateNs;
    late_ = lag_ns > kLateNs;
}

std::vector<std::string> Engine::troubles() const {
    std::vector<std::string> texts;
    for (const auto& connection : connections_) {
        if (std::string text = connection->trouble(); !text.empty()) texts.push_back(std::move(text));
    }
    if (times_late_ != 0) {
        texts.push_back(
            "the model fell behind the host's clock " + std::to_string(times_late_) + " times, by up to " + std::to_string(worst_lag_ns_ / 1'000'000) +
            " ms (slow-down " + std::to_string(slowdown_) + "; a larger one gives it more time)");
    }
    return texts;
}

}  // namespace tickproof::rtl
