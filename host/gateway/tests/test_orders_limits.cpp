// SPDX-License-Identifier: Apache-2.0
// Each limit of size, rate, exposure and count below, at and above its value (contract 7). The quotes are 150.00 to 150.02 (AAPL) and
// 310.00 to 310.10 (MSFT).
#include "host/gateway/tests/orders_checks.h"

namespace tickproof::gateway::testing {
namespace {

void limits_of_quantity_and_value() {
    expect_equal(with_limit(kMaxShares, 100, Enter{}.packet()), 0u);
    expect_equal(with_limit(kMaxShares, 99, Enter{}.packet()), kByQuantity);
    expect_equal(with_limit(kMaxNotional, 150'000'000, Enter{}.packet()), 0u);
    expect_equal(with_limit(kMaxNotional, 149'999'999, Enter{}.packet()), kByValue);
    expect_equal(with_limit(kMaxNotional, 150'020'000, Enter{.price = kMarketPrice}.packet()), 0u);  // a market order counts at the ask
    expect_equal(with_limit(kMaxNotional, 150'019'999, Enter{.price = kMarketPrice}.packet()), kByValue);
    expect_equal(with_limit(kMaxNotional, 150'000'000, Enter{.side = 'S', .price = kMarketPrice}.packet()), 0u);  // and at the bid
    const std::uint64_t largest = 999'999ull * 1'999'999'900;
    expect_equal(with_limit(kMaxNotional, largest, Enter{.side = 'S', .quantity = 999'999, .price = 1'999'999'900}.packet()), 0u);
    expect_equal(with_limit(kMaxNotional, largest - 1, Enter{.side = 'S', .quantity = 999'999, .price = 1'999'999'900}.packet()), kByValue);
}

// RISK-RATE, RISK-RATE-TAKE: a token in 100 ns, three at once.
void orders_take_tokens() {
    Bench bench;
    bench.open().limit(kTokenNs, 100).limit(kBurst, 3);
    for (std::uint32_t ref = 1; ref <= 3; ++ref) expect_equal(bench.failing(Enter{.ref = ref}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 4}.packet()), kByRate);
    bench.clock.now = 1'099;
    expect_equal(bench.failing(Enter{.ref = 5}.packet()), kByRate);
    bench.clock.now = 1'100;
    expect_equal(bench.failing(Enter{.ref = 6, .stock = "NONE    "}.packet()), kBySymbol);  // takes one, too
    expect_equal(bench.failing(modify(1, 'B', 1)), kByRate);
    bench.clock.now = 1'200;
    expect_equal(bench.failing(modify(1, 'B', 1)), 0u);
    for (int count = 0; count < 9; ++count) bench.from_client(cancel(1));  // never overdraws: tat is 1,500
    bench.clock.now = 1'299;
    expect_equal(bench.failing(Enter{.ref = 8}.packet()), kByRate);
    bench.clock.now = 1'300;
    expect_equal(bench.failing(Enter{.ref = 9}.packet()), 0u);
    bench.limit(kBurst, 0);
    bench.clock.now = 1'000'000;
    expect_equal(bench.failing(Enter{.ref = 10}.packet()), kByRate);
}

void duplicates_within_the_window() {
    Bench bench;
    bench.open().limit(kDuplicateWindow, 50);
    expect_equal(bench.failing(Enter{}.packet()), 0u);
    bench.clock.now = 1'049;
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), kByDuplicate);
    expect_equal(bench.failing(Enter{.ref = 3, .side = 'S'}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 4, .quantity = 101}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 5, .price = 1'500'001}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 6, .side = 'E'}.packet()), 0u);
    expect_equal(bench.failing(Replace{.original = 1, .ref = 7}.packet()), 0u);  // neither compared nor remembered
    bench.clock.now = 1'050;
    expect_equal(bench.failing(Enter{.ref = 8}.packet()), 0u);
    for (std::uint32_t ref = 9; ref < 24; ++ref) expect_equal(bench.failing(Enter{.ref = ref, .quantity = ref + 500}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 24}.packet()), kByDuplicate);  // the oldest of sixteen
    expect_equal(bench.failing(Enter{.ref = 25, .quantity = 1'000}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 26}.packet()), 0u);
}

// RISK-POSITION: what is held and what is open count together; the limits reach beyond 63 bits.
void limits_of_the_position() {
    Bench bench;
    bench.open().limit(kMaxLong, 250).limit(kMaxShort, 250);
    expect_equal(bench.failing(Enter{.ref = 1}.packet()), 0u);
    bench.path->command(kSetPosition, kAapl, 50);
    expect_equal(bench.failing(Enter{.ref = 2, .quantity = 101}.packet()), kByPosition);
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 4, .quantity = 1}.packet()), kByPosition);
    expect_equal(bench.failing(modify(3, 'B', 100)), 0u);
    expect_equal(bench.failing(Enter{.ref = 5, .side = 'T', .quantity = 300}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 6, .side = 'S', .quantity = 1}.packet()), kByPosition);
    bench.path->command(kSetPosition, kAapl, 51);
    expect_equal(bench.failing(modify(3, 'B', 1)), kByPosition);  // adds nothing, but the limit is broken already
    bench.path->command(kSetPosition, kAapl, 1ull << 63);
    expect_equal(bench.failing(Enter{.ref = 7, .quantity = 1}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 8, .side = 'S', .quantity = 1}.packet()), kByPosition);
    bench.limit(kMaxShort, (1ull << 63) + 301);
    expect_equal(bench.failing(Enter{.ref = 9, .side = 'S', .quantity = 1}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 10, .side = 'S', .quantity = 1}.packet()), kByPosition);
}

void limits_of_gross() {
    Bench bench;
    bench.open().limit(kMaxGross, 300'000'000).limit(kSessionGross, 400'000'000);
    expect_equal(bench.failing(Enter{.ref = 1}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 2, .quantity = 101}.packet()), kByGross);
    expect_equal(bench.failing(Enter{.ref = 3, .side = 'S'}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 4, .quantity = 1}.packet()), kByGross);
    expect_equal(bench.failing(modify(3, 'S', 10)), 0u);
    expect_equal(bench.failing(Enter{.ref = 5, .quantity = 32, .stock = kMsftStock, .price = 3'125'000}.packet()),
                 0u);  // 100,000,000: the session is full
    expect_equal(bench.failing(Enter{.ref = 6, .quantity = 1, .stock = kMsftStock, .price = 1}.packet()), kByGross);
    bench.path->command(kSetExecuted, kAapl, 1);
    expect_equal(bench.failing(modify(3, 'S', 10)), kByGross);
    bench.path->command(kSetExecuted, kAapl, 0);
    bench.path->command(kSetExecuted, kGlobal, 1);
    expect_equal(bench.failing(modify(3, 'S', 10)), kByGross);
    bench.path->command(kSetExecuted, kSession, 0);  // no such sum
    expect_equal(bench.failing(modify(3, 'S', 10)), kByGross);
    bench.path->command(kSetExecuted, kGlobal, ~0ull);
    bench.limit(kSessionGross, ~0ull);
    expect_equal(bench.failing(modify(3, 'S', 10)), kByGross);  // the sum is above 2^64 - 1
}

// RISK-OPEN: four places for each residue of 256.
void limits_of_open_orders() {
    Bench bench;
    bench.open().limit(kMaxOpen, 5);
    for (std::uint32_t ref = 1; ref <= 4; ++ref) expect_equal(bench.failing(Enter{.ref = 256 * ref}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 256 * 5}.packet()), kByOpen);
    expect_equal(bench.failing(Replace{.original = 256, .ref = 256 * 6}.packet()), kByOpen);
    expect_equal(bench.failing(Enter{.ref = 256 * 6 + 1}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 256 * 6 + 2}.packet()), kByOpen);
    expect_equal(bench.failing(modify(256, 'B', 1)), 0u);
    bench.path->command(kRelease, kNone, 512);
    expect_equal(bench.failing(Enter{.ref = 256 * 7}.packet()), 0u);
    bench.path->command(kRelease, kNone, 1ull << 32 | 256);  // no such number
    expect_equal(bench.failing(Enter{.ref = 256 * 8}.packet()), kByOpen);
}

// RISK-EXECUTIONS, RISK-LATCH: the fill that is one too many latches the symbol's kill.
void executions_within_the_window() {
    Bench bench;
    bench.open().limit(kMaxExecutions, 2).limit(kExecutionWindow, 100);
    bench.from_client(Enter{}.packet());
    for (const std::uint64_t time : {1'000, 1'010, 1'100}) {
        bench.clock.now = time;
        bench.report(executed(1, 1));
    }
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), 0u);  // the first is 100 ns old
    bench.report(executed(1, 1));
    expect(bench.exchange.take() == cancel(1) + cancel(2));
    bench.clock.now = 1'109;
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), kByKill | kByExecutions);
    bench.clock.now = 1'110;
    expect_equal(bench.failing(Enter{.ref = 4}.packet()), kByKill);
    bench.path->command(kUnkill, kAapl, 0);
    expect_equal(bench.failing(Enter{.ref = 5}.packet()), 0u);
}

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    limits_of_quantity_and_value();
    orders_take_tokens();
    duplicates_within_the_window();
    limits_of_the_position();
    limits_of_gross();
    limits_of_open_orders();
    executions_within_the_window();
}
