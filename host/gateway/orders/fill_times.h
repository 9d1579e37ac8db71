// SPDX-License-Identifier: Apache-2.0
// When a symbol's latest fills were (RISK-EXECUTIONS). `max_executions` has 8 bits, so no more than 256 are ever asked for.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace tickproof::gateway {

class FillTimes {
public:
    void add(std::uint64_t time_ns) {
        times_[count_ % times_.size()] = time_ns;
        ++count_;
    }

    // More than `limit` fills are younger than `window`. Times never decrease, so the oldest of the latest limit + 1 decides.
    bool more_than(std::uint64_t limit, std::uint64_t window, std::uint64_t now) const {
        if (count_ <= limit) return false;
        return now - times_[(count_ - 1 - limit) % times_.size()] < window;
    }

private:
    std::array<std::uint64_t, 256> times_{};
    std::uint64_t count_ = 0;
};

}  // namespace tickproof::gateway
