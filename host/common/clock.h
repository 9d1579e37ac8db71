// SPDX-License-Identifier: Apache-2.0
// The one clock of the host path, and how far others, in which packets are stamped, are from it.
#pragma once
#include <ctime>

#include <cstdint>

namespace tickproof {

inline constexpr std::int64_t kSecond = 1'000'000'000;

inline std::int64_t to_ns(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

inline std::int64_t clock_ns(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return to_ns(now);
}

inline std::int64_t monotonic_ns() { return clock_ns(CLOCK_MONOTONIC); }

// Another clock minus CLOCK_MONOTONIC: the best of several readings, each between two of the latter.
inline std::int64_t clock_offset_ns(clockid_t other) {
    std::int64_t best_width = INT64_MAX, best = 0;
    for (int reading = 0; reading < 16; ++reading) {
        const std::int64_t before = monotonic_ns();
        const std::int64_t reading_ns = clock_ns(other);
        const std::int64_t after = monotonic_ns();
        if (after - before < best_width) {
            best_width = after - before;
            best = reading_ns - (before + (after - before) / 2);
        }
    }
    return best;
}

}  // namespace tickproof
