// SPDX-License-Identifier: Apache-2.0
// An order against the market: collar, reference, trading state, short sales, types (contract 7). The quotes are 150.00 to 150.02 (AAPL)
// and 310.00 to 310.10 (MSFT).
#include "host/gateway/tests/orders_checks.h"

namespace tickproof::gateway::testing {
namespace {

// RISK-COLLAR: 7 basis points over an ask of 150.02 are 150.125014, under a bid of 150.00 they are 149.895.
void the_collar_does_not_round() {
    expect_equal(with_limit(kCollar, 7, Enter{.price = 1'501'250}.packet()), 0u);
    expect_equal(with_limit(kCollar, 7, Enter{.price = 1'501'251}.packet()), kByCollar);
    expect_equal(with_limit(kCollar, 7, Enter{.side = 'S', .price = 1'498'950}.packet()), 0u);
    expect_equal(with_limit(kCollar, 7, Enter{.side = 'S', .price = 1'498'949}.packet()), kByCollar);
    expect_equal(with_limit(kCollar, 0, Enter{.price = 1'500'200}.packet()), 0u);
    expect_equal(with_limit(kCollar, 0, Enter{.price = 1'500'201}.packet()), kByCollar);
    expect_equal(with_limit(kCollar, 65'535, Enter{.side = 'S', .price = 0}.packet()), 0u);
    expect_equal(with_limit(kCollar, 9'999, Enter{.side = 'S', .price = 149}.packet()), kByCollar);  // 150.00 / 10,000 is 0.015
    expect_equal(with_limit(kCollar, 9'999, Enter{.side = 'S', .price = 150}.packet()), 0u);
    expect_equal(with_limit(kCollar, 0, Enter{.price = kMarketPrice}.packet()), 0u);
}

void a_reference_has_to_be_good_and_young() {
    for (const std::uint8_t flag : {1, 2, 4, 8, 15}) {
        Bench bench;
        bench.open().market.symbols_[0].quote.flags = flag;
        expect_equal(bench.failing(Enter{}.packet()), kByReference);
        expect_equal(bench.field(60, 4), 1'500'200u);  // it is shown, and the collar holds
        expect_equal(bench.failing(Enter{.ref = 2, .price = 9'000'000}.packet()), kByReference | kByCollar);
    }
    Bench bench;
    bench.open().limit(kMaxAge, 400);
    bench.clock.now = 900;  // of a quote of 500 ns
    expect_equal(bench.failing(Enter{.ref = 1}.packet()), 0u);
    bench.market.symbols_[0].quote.stale = true;
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), kByReference);
    bench.market.symbols_[0].quote.stale = false;
    bench.clock.now = 901;
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), kByReference);
}

// RISK-MASK: without the needed side there is nothing to compare with, and a market order has no value.
void a_missing_side_is_the_only_reason() {
    const auto failing = [](char side, std::uint64_t price, std::uint32_t bid, std::uint32_t ask) {
        Bench bench;
        bench.open().limit(kMaxNotional, 0).limit(kMaxGross, 0);
        bench.market.symbols_[0].reg_sho = '1';
        bench.market.symbols_[0].quote.bid_price = bid;
        bench.market.symbols_[0].quote.ask_price = ask;
        return bench.failing(Enter{.side = side, .price = price}.packet());
    };
    expect_equal(failing('B', 9'000'000, 1'500'000, 0), kByReference | kByValue | kByGross);
    expect_equal(failing('B', kMarketPrice, 1'500'000, 0), kByReference);
    expect_equal(failing('S', 1, 0, 1'500'200), kByReference | kByValue | kByGross);
    expect_equal(failing('T', 1, 0, 1'500'200), kByReference | kByValue | kByGross);
    expect_equal(failing('T', kMarketPrice, 0, 1'500'200), kByReference | kByShort);
    Bench bench;
    bench.open().market.symbols_[0].quote.present = false;
    expect_equal(bench.failing(Enter{.price = 9'000'000}.packet()), kByReference);
    expect_equal(bench.field(56, 8), 0u);
}

void trading_states_and_phases() {
    Bench bench;
    bench.open().limit(kPhases, 0b000101);
    std::uint32_t ref = 0;
    const auto failing = [&] { return bench.failing(Enter{.ref = ++ref}.packet()); };
    for (const char phase : Text("SMEC x")) {
        bench.market.phase_ = phase;
        expect_equal(failing(), kByState);
    }
    for (const char phase : Text("OQ")) {
        bench.market.phase_ = phase;
        expect_equal(failing(), 0u);
    }
    bench.market.symbols_[0].halt = 'H';
    expect_equal(failing(), kByState);
    bench.market.symbols_[0].halt = 'T';
    bench.market.symbols_[0].trading_state = 'P';
    expect_equal(failing(), kByState);
}

void short_sales() {
    Bench bench;
    bench.open();
    std::uint32_t ref = 0;
    const auto failing = [&](char side, std::uint64_t price) {
        return bench.failing(Enter{.ref = ++ref, .side = side, .price = price}.packet());
    };
    expect_equal(failing('T', 1'500'000), 0u);
    for (const char restricted : Text("12")) {
        bench.market.symbols_[0].reg_sho = static_cast<std::uint8_t>(restricted);
        expect_equal(failing('T', 1'500'000), kByShort);
        expect_equal(failing('T', 1'500'001), 0u);
        expect_equal(failing('T', kMarketPrice), kByShort);
        expect_equal(failing('E', 1'500'000), 0u);
        expect_equal(failing('S', kMarketPrice), 0u);
    }
    bench.limit(kShortOk, 0);
    expect_equal(failing('T', 1'600'000), kByShort);
    expect_equal(failing('E', 1'600'000), kByShort);
    expect_equal(failing('S', 1'500'000), 0u);
}

void each_order_type_has_its_own_permission() {
    const Text peg = {2, 6, 'P'}, limit = {2, 6, 'L'}, wrong_length = {3, 6, 'P', 'P'};
    const std::pair<Text, std::uint32_t> kinds[] = {
        {Enter{.price = kMarketPrice}.packet(), 1},
        {Enter{.sweep = 'Y'}.packet(), 2},
        {Enter{.cross = 'O'}.packet(), 4},
        {Enter{.display = 'N'}.packet(), 8},
        {Enter{.options = peg}.packet(), 16},
        {Enter{.options = limit + peg}.packet(), 16},
        {Enter{.options = limit}.packet(), 0},
        {Enter{.options = peg + limit}.packet(), 0},
        {Enter{.options = wrong_length}.packet(), 0},
        {Enter{.price = kMarketPrice, .sweep = 'Y'}.packet(), 3},
    };
    for (const auto& [packet, needed] : kinds)
        for (std::uint32_t allowed = 0; allowed < 32; ++allowed)
            expect_equal(with_limit(kTypes, allowed, packet), (needed & ~allowed) == 0 ? 0u : std::uint32_t{kByType});
    Bench bench;
    bench.open().from_client(Enter{}.packet());
    bench.limit(kTypes, 0);
    expect_equal(bench.failing(Replace{.ref = 2, .sweep = 'Y'}.packet()), kByType);
    expect_equal(bench.failing(Replace{.ref = 3, .options = peg}.packet()), kByType);
    expect_equal(bench.failing(Replace{.ref = 4}.packet()), 0u);
}

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    the_collar_does_not_round();
    a_reference_has_to_be_good_and_young();
    a_missing_side_is_the_only_reason();
    trading_states_and_phases();
    short_sales();
    each_order_type_has_its_own_permission();
}
