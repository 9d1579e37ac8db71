// SPDX-License-Identifier: Apache-2.0
// The checks of the risk gate as bits, for its tests.
#pragma once
#include "host/gateway/tests/orders_bench.h"

namespace tickproof::gateway::testing {

// Masks of the checks.
enum Check : std::uint32_t {
    kByKill = 1 << 0,
    kBySymbol = 1 << 1,
    kByMessage = 1 << 2,
    kBySequence = 1 << 3,
    kByQuantity = 1 << 4,
    kByValue = 1 << 5,
    kByCollar = 1 << 6,
    kByReference = 1 << 7,
    kByRate = 1 << 8,
    kByDuplicate = 1 << 9,
    kByPosition = 1 << 10,
    kByGross = 1 << 11,
    kByOpen = 1 << 12,
    kByState = 1 << 13,
    kByShort = 1 << 14,
    kByType = 1 << 15,
    kByExecutions = 1 << 16,
};
inline constexpr std::uint64_t kMarketPrice = 0x7FFF'FFFF;
inline const Text kMsftStock = "MSFT    ";

// The mask of an order that comes to a bench with this one limit set.
inline std::uint32_t with_limit(std::uint32_t setting, std::uint64_t value, const Text& packet,
                         const std::source_location& at = std::source_location::current()) {
    Bench bench;
    return bench.open().limit(setting, value).failing(packet, at);
}

}  // namespace tickproof::gateway::testing
