// SPDX-License-Identifier: Apache-2.0
// Numbers wide enough that no sum or product of the order path wraps (contract 7: "arithmetic is exact").
#pragma once
#include <cstdint>
#include <limits>

namespace tickproof::gateway {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

inline std::uint64_t add_up_to_the_end(std::uint64_t sum, Wide more) {
    const Wide room = std::numeric_limits<std::uint64_t>::max() - sum;
    return more > room ? std::numeric_limits<std::uint64_t>::max() : sum + static_cast<std::uint64_t>(more);
}

inline std::int64_t add_up_to_the_ends(std::int64_t sum, std::int64_t more) {
    std::int64_t result;
    if (!__builtin_add_overflow(sum, more, &result)) return result;
    return more < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

}  // namespace tickproof::gateway
