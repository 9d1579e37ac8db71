// SPDX-License-Identifier: Apache-2.0
// Whether an order may pass at all: kills, its symbol, its fields, its number (contract 7). The quotes are 150.00 to 150.02 (AAPL) and
// 310.00 to 310.10 (MSFT).
#include "host/gateway/tests/orders_checks.h"

namespace tickproof::gateway::testing {
namespace {

// The DECISION of an order inside every limit, byte for byte.
void an_order_inside_every_limit_is_forwarded() {
    Bench bench;
    bench.open();
    bench.clock.now = 5'000;
    expect_equal(bench.failing(Enter{.ref = 17, .side = 'S', .quantity = 33}.packet()), 0u);
    expect(bench.records.all[0] == "\x0A" + be(0, 3) + be(0, 4) + be(0, 8) + be(5'000, 8) + be(1, 8) + be(0, 4) + be(17, 4) + be(33, 4) +
                                       "OS\x01" + be(0, 1) + be(1'500'000, 8) + be(1'500'000, 4) + be(1'500'200, 4));
}

// At reset all limits are 0 and the global kill is on: nothing passes.
void nothing_passes_at_reset() {
    Bench bench;
    bench.path->link(Side::client, true);
    bench.path->link(Side::exchange, true);
    bench.clock.now = 0;
    bench.market.symbols_[0].quote.time_ns = 0;
    const std::uint32_t all = kByKill | kByQuantity | kByValue | kByCollar | kByRate | kByPosition | kByGross | kByOpen | kByState;
    expect_equal(bench.failing(Enter{.price = 1'500'201}.packet()), all);
}

void kills_of_each_scope_stop_orders() {
    for (const std::uint16_t scope : {kGlobal, kSession, std::uint16_t{kAapl}}) {
        Bench bench;
        bench.open().path->command(kKill, scope, 0);
        expect_equal(bench.failing(Enter{}.packet()), kByKill);
        expect_equal(bench.failing(Enter{.ref = 2, .stock = kMsftStock, .price = 3'100'000}.packet()), scope == kAapl ? 0u : kByKill);
        bench.path->command(kUnkill, scope, 0);
        expect_equal(bench.failing(Enter{.ref = 3}.packet()), 0u);
    }
    Bench bench;
    bench.open().path->command(kKill, 60, 0);  // no such symbol
    expect_equal(bench.failing(Enter{}.packet()), 0u);
}

// RISK-KILL: any CONTROL record holds the dead man's switch.
void a_dead_man_stops_orders() {
    Bench bench;
    bench.open().limit(kDeadMan, 1'000);
    bench.clock.now = 2'000;
    expect_equal(bench.failing(Enter{}.packet()), 0u);
    bench.clock.now = 2'001;
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), kByKill);
    bench.path->command(kAlive, 0, 0);
    bench.clock.now = 3'001;
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), 0u);
    bench.path->control_seen(2'500);
    bench.clock.now = 3'501;
    expect_equal(bench.failing(Enter{.ref = 4}.packet()), kByKill);
}

void the_lowest_enabled_symbol_of_that_stock_is_meant() {
    Bench bench;
    bench.open().limit(kRestricted, 1);
    expect_equal(bench.failing(Enter{}.packet()), kBySymbol);
    expect_equal(bench.field(2, 2), 0u);
    bench.market.symbols_[kOff].stock = bench.market.symbols_[kAapl].stock;
    bench.market.symbols_[kOff].enabled = true;
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), kBySymbol);
    bench.market.symbols_[kAapl].enabled = false;
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), kByCollar);  // 150.00 against an ask of 10.02: further than 100 %
    expect_equal(bench.field(2, 2), std::uint64_t{kOff});
}

// RISK-MASK: of an unknown symbol six checks remain.
void an_unknown_symbol_hides_all_but_six_checks() {
    Bench bench;
    bench.open().limit(kBurst, 0).limit(kMaxOpen, 0);
    bench.path->command(kKill, kGlobal, 0);
    expect_equal(bench.failing(Enter{.ref = 0, .quantity = 0, .stock = "NONE    "}.packet()),
                 kByKill | kBySymbol | kByMessage | kBySequence | kByRate | kByOpen);
    expect_equal(bench.field(2, 2), std::uint64_t{kNone});
    expect_equal(bench.field(56, 8), 0u);
    bench.path->command(kUnkill, kGlobal, 0);
    bench.limit(kBurst, 1);
    expect_equal(bench.failing(Replace{.original = 9, .ref = 1}.packet()), kBySymbol | kByOpen);
    expect_equal(bench.field(45, 1), 0u);  // no original, no side
    expect_equal(bench.field(48, 8), 1'500'000u);
    expect_equal(bench.failing(modify(9, 'B', 10)), kBySymbol);
    expect_equal(bench.field(45, 1), std::uint64_t{'B'});
    expect_equal(bench.field(48, 8), 0u);  // no order, no price
}

void the_fields_of_a_message_have_to_be_known() {
    const auto failing = [](const Text& packet) {
        Bench bench;
        return bench.open().failing(packet) & ~std::uint32_t{kByShort};
    };
    expect_equal(failing(Enter{.quantity = 0}.packet()), kByMessage);
    expect_equal(failing(Enter{.quantity = 999'999}.packet()), 0u);
    expect_equal(failing(Enter{.quantity = 1'000'000}.packet()), kByMessage);
    expect_equal(failing(Enter{.side = 'S', .price = 1'999'999'900}.packet()), 0u);
    expect_equal(failing(Enter{.side = 'S', .price = 1'999'999'901}.packet()), kByMessage);
    expect_equal(failing(Enter{.price = kMarketPrice}.packet()), 0u);
    expect_equal(failing(Enter{.price = kMarketPrice + 1}.packet()), kByMessage);
    expect_equal(failing(Enter{.price = kMarketPrice | 1ull << 32}.packet()), kByMessage);
    for (int code = 0; code < 256; ++code) {
        const char byte = static_cast<char>(code);
        const auto among = [byte](const char* codes) {
            return byte != 0 && Text(codes).find(byte) != Text::npos ? 0u : std::uint32_t{kByMessage};
        };
        expect_equal(failing(Enter{.side = byte}.packet()), among("BSTE"));
        expect_equal(failing(Enter{.tif = byte}.packet()), among("0356E"));
        expect_equal(failing(Enter{.display = byte}.packet()), among("YNAZ"));
        expect_equal(failing(Enter{.capacity = byte}.packet()), among("APRO"));
        expect_equal(failing(Enter{.sweep = byte}.packet()), among("YN"));
        expect_equal(failing(Enter{.cross = byte}.packet()), among("NOCHSREA"));
    }
}

// RISK-MESSAGE of `U` and `M`: no side or capacity for the one, no price or instructions for the other.
void a_replace_and_a_modify_have_their_own_fields() {
    Bench bench;
    bench.open().from_client(Enter{.side = 'S'}.packet());
    expect_equal(bench.failing(Replace{.ref = 2, .quantity = 0}.packet()), kByMessage);
    expect_equal(bench.failing(Replace{.ref = 3, .price = 1'999'999'901}.packet()), kByMessage);
    expect_equal(bench.failing(Replace{.ref = 4, .tif = '1'}.packet()), kByMessage);
    expect_equal(bench.failing(Replace{.ref = 5, .display = 'x'}.packet()), kByMessage);
    expect_equal(bench.failing(Replace{.ref = 6, .sweep = 'x'}.packet()), kByMessage);
    expect_equal(bench.failing(modify(1, 'S', 101)), kByMessage);
    expect_equal(bench.failing(modify(1, 'B', 50)), kByMessage);
    expect_equal(bench.failing(modify(1, 'x', 50)), kByMessage);
    expect_equal(bench.failing(modify(1, 'S', 0)), kByMessage);
    expect_equal(bench.failing(modify(1, 'S', 100)), 0u);
    expect_equal(bench.failing(modify(1, 'E', 50)), 0u);
    expect_equal(bench.field(48, 8), 1'500'000u);  // the stored price
    expect_equal(bench.failing(Replace{.ref = 7}.packet()), 0u);
    expect_equal(bench.field(45, 1), std::uint64_t{'S'});  // the original's side
    bench.from_client(Enter{.ref = 8}.packet());
    expect_equal(bench.failing(modify(8, 'S', 50)), kByMessage);
    expect_equal(bench.failing(modify(8, 'B', 50)), 0u);
}

void numbers_have_to_grow() {
    Bench bench;
    bench.open();
    expect_equal(bench.failing(Enter{.ref = 0}.packet()), kBySequence);
    expect_equal(bench.failing(Enter{.ref = 10, .stock = "NONE    "}.packet()), kBySymbol);  // rejected, and counts
    expect_equal(bench.failing(Enter{.ref = 10}.packet()), kBySequence);
    expect_equal(bench.failing(Enter{.ref = 11}.packet()), 0u);
    bench.path->link(Side::client, false);
    bench.path->link(Side::client, true);
    expect_equal(bench.failing(Replace{.original = 11, .ref = 11}.packet()), kBySequence);
    expect_equal(bench.failing(Replace{.original = 11, .ref = 12}.packet()), 0u);
    expect_equal(bench.failing(modify(11, 'B', 1)), 0u);  // a modify has no number of its own
    expect_equal(bench.failing(Enter{.ref = 0xFFFF'FFFF}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 0xFFFF'FFFF}.packet()), kBySequence);
}

// RISK-MASK: a bad message hides size and price, not the market.
void a_bad_message_hides_size_and_price() {
    Bench bench;
    bench.open().limit(kMaxShares, 0).limit(kMaxNotional, 0).limit(kCollar, 0).limit(kMaxLong, 0).limit(kMaxGross, 0).limit(kTypes, 0);
    bench.market.symbols_[0].halt = 'H';
    bench.market.symbols_[0].quote.stale = true;
    expect_equal(bench.failing(Enter{.price = 1'600'000, .tif = 'x', .cross = 'O'}.packet()),
                 kByMessage | kByReference | kByState | kByType);
}

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    an_order_inside_every_limit_is_forwarded();
    nothing_passes_at_reset();
    kills_of_each_scope_stop_orders();
    a_dead_man_stops_orders();
    the_lowest_enabled_symbol_of_that_stock_is_meant();
    an_unknown_symbol_hides_all_but_six_checks();
    the_fields_of_a_message_have_to_be_known();
    a_replace_and_a_modify_have_their_own_fields();
    numbers_have_to_grow();
    a_bad_message_hides_size_and_price();
}
