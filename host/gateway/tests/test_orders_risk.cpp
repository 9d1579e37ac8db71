// SPDX-License-Identifier: Apache-2.0
// Each check of the risk gate below, at and above its limit (contract 7). The quotes are 150.00 to 150.02 (AAPL) and 310.00 to 310.10 (MSFT).
#include "host/gateway/tests/orders_bench.h"

namespace tickproof::gateway::testing {
namespace {

// Masks of the checks.
enum Check : std::uint32_t {
    kByKill = 1 << 0, kBySymbol = 1 << 1, kByMessage = 1 << 2, kBySequence = 1 << 3, kByQuantity = 1 << 4, kByValue = 1 << 5, kByCollar = 1 << 6,
    kByReference = 1 << 7, kByRate = 1 << 8, kByDuplicate = 1 << 9, kByPosition = 1 << 10, kByGross = 1 << 11, kByOpen = 1 << 12, kByState = 1 << 13,
    kByShort = 1 << 14, kByType = 1 << 15, kByExecutions = 1 << 16,
};
constexpr std::uint64_t kMarketPrice = 0x7FFF'FFFF;
const Text kMsftStock = "MSFT    ";

// The mask of an order that comes to a bench with this one limit set.
std::uint32_t with_limit(std::uint32_t setting, std::uint64_t value, const Text& packet, const std::source_location& at = std::source_location::current()) {
    Bench bench;
    return bench.open().limit(setting, value).failing(packet, at);
}

// The DECISION of an order inside every limit, byte for byte.
void an_order_inside_every_limit_is_forwarded() {
    Bench bench;
    bench.open();
    bench.clock.now = 5'000;
    expect_equal(bench.failing(Enter{.ref = 17, .side = 'S', .quantity = 33}.packet()), 0u);
    expect(bench.records.all[0] == "\x0A" + be(0, 3) + be(0, 4) + be(0, 8) + be(5'000, 8) + be(1, 8) + be(0, 4) + be(17, 4) + be(33, 4) + "OS\x01" + be(0, 1) +
                                       be(1'500'000, 8) + be(1'500'000, 4) + be(1'500'200, 4));
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
    expect_equal(bench.failing(Enter{.ref = 0, .quantity = 0, .stock = "NONE    "}.packet()), kByKill | kBySymbol | kByMessage | kBySequence | kByRate | kByOpen);
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
        const auto among = [byte](const char* codes) { return byte != 0 && Text(codes).find(byte) != Text::npos ? 0u : std::uint32_t{kByMessage}; };
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
    expect_equal(bench.failing(Enter{.ref = 5, .quantity = 32, .stock = kMsftStock, .price = 3'125'000}.packet()), 0u);  // 100,000,000: the session is full
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
    const auto failing = [&](char side, std::uint64_t price) { return bench.failing(Enter{.ref = ++ref, .side = side, .price = price}.packet()); };
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
        {Enter{.price = kMarketPrice}.packet(), 1}, {Enter{.sweep = 'Y'}.packet(), 2}, {Enter{.cross = 'O'}.packet(), 4}, {Enter{.display = 'N'}.packet(), 8},
        {Enter{.options = peg}.packet(), 16}, {Enter{.options = limit + peg}.packet(), 16}, {Enter{.options = limit}.packet(), 0},
        {Enter{.options = peg + limit}.packet(), 0}, {Enter{.options = wrong_length}.packet(), 0}, {Enter{.price = kMarketPrice, .sweep = 'Y'}.packet(), 3},
    };
    for (const auto& [packet, needed] : kinds)
        for (std::uint32_t allowed = 0; allowed < 32; ++allowed) expect_equal(with_limit(kTypes, allowed, packet), (needed & ~allowed) == 0 ? 0u : std::uint32_t{kByType});
    Bench bench;
    bench.open().from_client(Enter{}.packet());
    bench.limit(kTypes, 0);
    expect_equal(bench.failing(Replace{.ref = 2, .sweep = 'Y'}.packet()), kByType);
    expect_equal(bench.failing(Replace{.ref = 3, .options = peg}.packet()), kByType);
    expect_equal(bench.failing(Replace{.ref = 4}.packet()), 0u);
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

// RISK-MASK: a bad message hides size and price, not the market.
void a_bad_message_hides_size_and_price() {
    Bench bench;
    bench.open().limit(kMaxShares, 0).limit(kMaxNotional, 0).limit(kCollar, 0).limit(kMaxLong, 0).limit(kMaxGross, 0).limit(kTypes, 0);
    bench.market.symbols_[0].halt = 'H';
    bench.market.symbols_[0].quote.stale = true;
    expect_equal(bench.failing(Enter{.price = 1'600'000, .tif = 'x', .cross = 'O'}.packet()), kByMessage | kByReference | kByState | kByType);
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
    limits_of_quantity_and_value();
    the_collar_does_not_round();
    a_reference_has_to_be_good_and_young();
    a_missing_side_is_the_only_reason();
    orders_take_tokens();
    duplicates_within_the_window();
    limits_of_the_position();
    limits_of_gross();
    limits_of_open_orders();
    trading_states_and_phases();
    short_sales();
    each_order_type_has_its_own_permission();
    executions_within_the_window();
    a_bad_message_hides_size_and_price();
}
