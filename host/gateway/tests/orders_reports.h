// SPDX-License-Identifier: Apache-2.0
// Live orders, and what a REPORT says of one, for the tests of exposure and kills.
#pragma once
#include "host/gateway/tests/orders_checks.h"

namespace tickproof::gateway::testing {

// What the last REPORT says.
struct Said {
    std::uint16_t symbol;
    bool applied;
    std::uint32_t ref;
    std::int64_t position;
    std::uint32_t remaining;
};

inline void expect_report(const Bench& bench, const Said& said, const std::source_location& at = std::source_location::current()) {
    expect_equal(bench.field(0, 1), 11u, at);
    expect_equal(bench.field(2, 2), std::uint64_t{said.symbol}, at);
    expect_equal(bench.field(34, 1), std::uint64_t{said.applied}, at);
    expect_equal(bench.field(36, 4), std::uint64_t{said.ref}, at);
    expect_equal(static_cast<std::int64_t>(bench.field(48, 8)), said.position, at);
    expect_equal(bench.field(56, 4), std::uint64_t{said.remaining}, at);
}

// An open bench on which orders 1, 2, ... of 100 shares are live.
inline void enter(Bench& bench, std::uint32_t count, char side = 'B') {
    bench.open();
    for (std::uint32_t ref = 1; ref <= count; ++ref) bench.from_client(Enter{.ref = ref, .side = side}.packet());
    bench.exchange.take();
}

// How many more shares a buy may have, seen from outside: the largest quantity that RISK-POSITION lets pass is `room`.
inline void expect_room(Bench& bench, std::uint32_t room, const std::source_location& at = std::source_location::current()) {
    const auto failing = [&](std::uint32_t quantity) {
        // Of a number that no `O` may have any more, so that nothing is forwarded.
        bench.failing(Enter{.ref = 0, .quantity = quantity}.packet(), at);
        return static_cast<std::uint32_t>(bench.field(32, 4)) & kByPosition;
    };
    expect_equal(failing(room + 1), kByPosition, at);
    if (room > 0) expect_equal(failing(room), 0u, at);
}

}  // namespace tickproof::gateway::testing
