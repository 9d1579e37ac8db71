// SPDX-License-Identifier: Apache-2.0
// When a clock of the device happens on the host: clock n at origin + n x period x slow-down, never earlier.
#pragma once
#include <cstdint>

#include "host/common/clock.h"

namespace tickproof::rtl {

class Pace {
public:
    // `clock` is the next one, and may happen now.
    Pace(std::uint32_t period_ps, std::uint32_t slowdown, std::uint64_t clock, std::int64_t now_ns)
        : step_ps_(std::uint64_t{period_ps} * slowdown), origin_ns_(now_ns - static_cast<std::int64_t>(clock * step_ps_ / kPs)) {}

    std::int64_t origin_ns() const { return origin_ns_; }

    // The last clock that may have happened by then, and the first that does not happen before.
    std::uint64_t clock_at(std::int64_t time_ns) const { return since_origin_ps(time_ns) / step_ps_; }
    std::uint64_t clock_from(std::int64_t time_ns) const { return (since_origin_ps(time_ns) + step_ps_ - 1) / step_ps_; }

    std::int64_t time_of(std::uint64_t clock) const { return origin_ns_ + static_cast<std::int64_t>(clock * step_ps_ / kPs); }

private:
    static constexpr std::uint64_t kPs = 1000;

    std::uint64_t since_origin_ps(std::int64_t time_ns) const { return time_ns <= origin_ns_ ? 0 : static_cast<std::uint64_t>(time_ns - origin_ns_) * kPs; }

    std::uint64_t step_ps_;
    std::int64_t origin_ns_;
};

}  // namespace tickproof::rtl
