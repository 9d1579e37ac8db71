// SPDX-License-Identifier: Apache-2.0
// Contract 5.6 and HOST-1: the counters of the market-data path.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "host/common/tables.h"

namespace tickproof::gateway {

inline constexpr std::uint64_t kNotKept = ~std::uint64_t{0};

class FeedCounters {
public:
    // The kernel is the frame filter and keeps these to itself.
    FeedCounters() {
        for (const std::size_t index : {counter::a_frames, counter::a_bad_fcs, counter::a_oversize, counter::a_runt, counter::a_not_ours, counter::a_not_ipv4,
                                        counter::a_bad_ip_header, counter::a_fragment, counter::a_not_udp, counter::a_bad_length}) {
            of_line(0, index) = of_line(1, index) = kNotKept;
        }
    }

    std::uint64_t& operator[](std::size_t index) { return values_[index]; }
    // `index` names line A's.
    std::uint64_t& of_line(unsigned line, std::size_t index) { return values_[index + line * (counter::b_frames - counter::a_frames)]; }
    const auto& values() const { return values_; }

private:
    std::array<std::uint64_t, counter::kNames.size()> values_{};
};

}  // namespace tickproof::gateway
