// SPDX-License-Identifier: Apache-2.0
// What the exchange's reports do to exposure, and what kills send (contract 7.1, 7.2).
#include "host/gateway/tests/orders_bench.h"

namespace tickproof::gateway::testing {
namespace {

constexpr std::uint32_t kByKill = 1, kByPosition = 1 << 10, kByGross = 1 << 11;

// What the last REPORT says.
struct Said {
    std::uint16_t symbol;
    bool applied;
    std::uint32_t ref;
    std::int64_t position;
    std::uint32_t remaining;
};

void expect_report(const Bench& bench, const Said& said, const std::source_location& at = std::source_location::current()) {
    expect_equal(bench.field(0, 1), 11u, at);
    expect_equal(bench.field(2, 2), std::uint64_t{said.symbol}, at);
    expect_equal(bench.field(34, 1), std::uint64_t{said.applied}, at);
    expect_equal(bench.field(36, 4), std::uint64_t{said.ref}, at);
    expect_equal(static_cast<std::int64_t>(bench.field(48, 8)), said.position, at);
    expect_equal(bench.field(56, 4), std::uint64_t{said.remaining}, at);
}

// An open bench on which orders 1, 2, ... of 100 shares are live.
void enter(Bench& bench, std::uint32_t count, char side = 'B') {
    bench.open();
    for (std::uint32_t ref = 1; ref <= count; ++ref) bench.from_client(Enter{.ref = ref, .side = side}.packet());
    bench.exchange.take();
}

// How many more shares a buy may have, seen from outside: the largest quantity that RISK-POSITION lets pass is `room`.
void expect_room(Bench& bench, std::uint32_t room, const std::source_location& at = std::source_location::current()) {
    const auto failing = [&](std::uint32_t quantity) {
        // Of a number that no `O` may have any more, so that nothing is forwarded.
        bench.failing(Enter{.ref = 0, .quantity = quantity}.packet(), at);
        return static_cast<std::uint32_t>(bench.field(32, 4)) & kByPosition;
    };
    expect_equal(failing(room + 1), kByPosition, at);
    if (room > 0) expect_equal(failing(room), 0u, at);
}

// A REPORT, byte for byte.
void a_fill_is_reported() {
    Bench bench;
    enter(bench, 1, 'S');
    bench.clock.now = 7'000;
    bench.report(executed(1, 30));
    expect(bench.client.take() == sequenced(executed(1, 30)));
    expect(bench.records.all.back() == "\x0B" + be(0, 1) + be(0, 2) + be(0, 4) + be(0, 8) + be(7'000, 8) + be(1, 8) + "SE\x01" + be(0, 1) + be(1, 4) + be(1, 8) +
                                           be(~0ull - 29, 8) + be(70, 4) + be(0, 4));
}

void an_acceptance_releases_the_difference() {
    Bench bench;
    enter(bench, 4);
    bench.limit(kMaxLong, 1'000);
    bench.report(accepted(1, 60));
    expect_report(bench, {kAapl, true, 1, 0, 60});
    bench.report(accepted(1, 90));
    expect_report(bench, {kAapl, true, 1, 0, 60});  // a larger one adds nothing
    expect_room(bench, 640);
    bench.report(accepted(2, 100, 'D'));
    expect_report(bench, {kAapl, true, 2, 0, 0});
    bench.report(accepted(3, 0));
    expect_report(bench, {kAapl, true, 3, 0, 0});
    expect_room(bench, 840);
    bench.report(accepted(9));
    expect_report(bench, {kNone, false, 9, 0, 0});
    expect_equal(bench.counter(kUnknownOrder), 1u);
    expect_equal(bench.failing(Enter{.ref = 10}.packet()), 0u);  // nothing is latched
}

void fills_and_cancels_reduce() {
    Bench bench;
    enter(bench, 2);
    bench.limit(kMaxLong, 1'000);
    bench.report(executed(1, 30));
    expect_report(bench, {kAapl, true, 1, 30, 70});
    expect_room(bench, 800);  // 30 held, 170 open
    bench.report(canceled(1, 20));
    expect_report(bench, {kAapl, true, 1, 30, 50});
    bench.report(aiq_canceled(1, 40));
    expect_report(bench, {kAapl, true, 1, 30, 10});
    expect_room(bench, 860);
    bench.report(executed(1, 15));  // more than there is: the position moves by all of it
    expect_report(bench, {kAapl, true, 1, 45, 0});
    expect_equal(bench.counter(kOverReleased), 1u);
    expect_room(bench, 855);
    bench.report(canceled(2, 101));
    expect_report(bench, {kAapl, true, 2, 45, 0});
    expect_equal(bench.counter(kOverReleased), 2u);
    expect_room(bench, 955);
}

// EXP-EXECUTED: executed notional is quantity x execution price, whatever the order's price was.
void executed_notional_counts_against_gross() {
    Bench bench;
    enter(bench, 1);
    bench.report(executed(1, 100, 2'000'000));
    bench.limit(kMaxGross, 200'000'000).limit(kMaxGross, 200'000'000, kMsft).limit(kSessionGross, 200'000'003);
    expect_equal(bench.failing(Enter{.ref = 2, .quantity = 1, .price = 1}.packet()), kByGross);
    expect_equal(bench.failing(Enter{.ref = 3, .quantity = 3, .stock = "MSFT    ", .price = 1}.packet()), 0u);
    expect_equal(bench.failing(Enter{.ref = 4, .quantity = 1, .stock = "MSFT    ", .price = 1}.packet()), kByGross);
}

void sums_stay_at_their_ends() {
    Bench bench;
    enter(bench, 3);
    bench.path->command(kSetPosition, kAapl, (1ull << 63) - 10);
    bench.report(executed(1, 50, ~0ull));
    expect_report(bench, {kAapl, true, 1, INT64_MAX, 50});
    bench.limit(kSessionGross, ~0ull).limit(kMaxGross, ~0ull).limit(kMaxLong, ~0ull);
    expect_equal(bench.failing(Enter{.ref = 4, .quantity = 1, .price = 0}.packet()), kByGross);  // orders 1 to 3 are open besides
    bench.report(canceled(1, 50));
    bench.report(canceled(2, 100));
    bench.report(canceled(3, 100));
    expect_equal(bench.failing(Enter{.ref = 5, .quantity = 1, .price = 0}.packet()), 0u);  // 2^64 - 1 exactly
    Bench low;
    enter(low, 1, 'S');
    low.path->command(kSetPosition, kAapl, (1ull << 63) + 10);
    low.report(executed(1, 50));
    expect_report(low, {kAapl, true, 1, INT64_MIN, 50});
}

// EXP-REPLACED: the original is freed, then the new one is what the exchange says.
void a_replace_counts_beside_its_original_until_the_exchange_answers() {
    Bench bench;
    enter(bench, 1);
    bench.limit(kMaxLong, 1'000);
    expect_equal(bench.failing(Replace{.quantity = 300}.packet()), 0u);
    expect_room(bench, 600);
    bench.report(replaced(1, 2, 250));
    expect_report(bench, {kAapl, true, 2, 0, 250});
    expect_room(bench, 750);
    expect_equal(bench.failing(Replace{.original = 2, .ref = 3, .quantity = 50}.packet()), 0u);
    expect_equal(bench.failing(Replace{.original = 3, .ref = 4, .quantity = 60}.packet()), 0u);
    expect_room(bench, 640);
    bench.report(replaced(3, 4, 70));  // its original goes, the one before stays
    expect_report(bench, {kAapl, true, 4, 0, 70});
    expect_room(bench, 680);
    bench.report(replaced(9, 4, 70, 'D'));
    expect_report(bench, {kAapl, true, 4, 0, 0});
    expect_room(bench, 750);
    bench.report(replaced(2, 8, 10));  // the new one is unknown: the original is freed all the same
    expect_report(bench, {kNone, false, 8, 0, 0});
    expect_equal(bench.failing(Enter{.ref = 10}.packet()), kByKill);
    bench.path->command(kUnkill, kSession, 0);
    expect_room(bench, 1'000);
    expect_equal(bench.counter(kCancelsSent), 0u);
    bench.from_client(Enter{.ref = 11}.packet());
    bench.report(replaced(11, 11, 10));  // unknown by then
    expect_report(bench, {kNone, false, 11, 0, 0});
    expect_equal(bench.counter(kUnknownOrder), 2u);
}

void a_modify_counts_when_the_exchange_confirms_it() {
    Bench bench;
    enter(bench, 1, 'S');
    bench.limit(kMaxShort, 1'000);
    expect_equal(bench.failing(modify(1, 'T', 40)), 0u);
    expect_equal(bench.failing(Enter{.ref = 2, .side = 'S', .quantity = 901}.packet()), kByPosition);
    bench.report(modified(1, 'T', 40));
    expect_report(bench, {kAapl, true, 1, 0, 40});
    expect_equal(bench.failing(Enter{.ref = 3, .side = 'S', .quantity = 961}.packet()), kByPosition);
    expect_equal(bench.failing(Enter{.ref = 4, .side = 'S', .quantity = 960}.packet()), 0u);
    expect_equal(bench.failing(Replace{.original = 1, .ref = 5, .quantity = 1}.packet()), kByPosition);
    expect_equal(bench.field(45, 1), std::uint64_t{'T'});  // it has the side that the exchange confirmed
    bench.report(modified(1, 'B', 50));                    // whatever the exchange says
    expect_report(bench, {kAapl, true, 1, 0, 50});
    bench.report(modified(1, 'B', 0));
    expect_report(bench, {kAapl, true, 1, 0, 0});
    bench.report(modified(1, 'B', 10));
    expect_equal(bench.counter(kUnknownOrder), 1u);
}

// EXP-REJECTED; `R T P I S Q` change nothing, and of a live order they count as applied.
void other_reports_change_nothing() {
    Bench bench;
    enter(bench, 1);
    for (const Text& message : {head('P', 1), head('I', 1), head('R', 1) + "R" + be(0, 2), head('T', 1) + be(5, 8) + "Y" + be(1, 8)}) {
        bench.report(message);
        expect_report(bench, {kAapl, true, 1, 0, 100});
    }
    bench.report(head('P', 7));
    expect_report(bench, {kNone, false, 7, 0, 0});
    for (const Text& message : {"S" + be(1, 8) + "S", head('Q', 1), head('z', 1)}) {
        bench.report(message);
        expect_report(bench, {kNone, false, 0, 0, 0});
    }
    expect_equal(bench.counter(kUnknownReport), 1u);
    bench.from_exchange(soup('U', executed(1, 10)));  // unsequenced
    expect_report(bench, {kNone, false, 0, 0, 0});
    expect_equal(bench.field(32, 2), 0x5500u);
    bench.report(rejected(1));
    expect_report(bench, {kAapl, true, 1, 0, 0});
    bench.report(rejected(1));
    expect_equal(bench.counter(kUnknownOrder), 1u);
    expect_equal(bench.counter(kCancelsSent), 0u);
}

// EXP-BROKEN, EXP-UNKNOWN: what cannot be applied latches a kill.
void what_cannot_be_applied_latches() {
    for (const auto& message : {broken(2), corrected(2)}) {
        Bench bench;
        enter(bench, 2);
        bench.report(message);
        expect_report(bench, {kAapl, true, 2, 0, 100});
        expect(bench.exchange.take() == cancel(1) + cancel(2));
        expect_equal(bench.failing(Enter{.ref = 3, .stock = "MSFT    ", .price = 3'100'000}.packet()), 0u);
        expect_equal(bench.failing(Enter{.ref = 4}.packet()), kByKill);
    }
    for (const auto& message : {broken(9), corrected(9), executed(9, 1), replaced(9, 8, 1)}) {
        Bench bench;
        enter(bench, 1);
        bench.report(message);
        expect(bench.exchange.take() == cancel(1));
        expect_equal(bench.counter(kUnknownOrder), 1u);
        expect_equal(bench.failing(Enter{.ref = 3, .stock = "MSFT    ", .price = 3'100'000}.packet()), kByKill);
    }
    for (const auto& message : {accepted(9), canceled(9, 1), aiq_canceled(9, 1), modified(9, 'B', 1), rejected(9)}) {
        Bench bench;
        enter(bench, 1);
        bench.report(message);
        expect(bench.exchange.take().empty());
        expect_equal(bench.counter(kUnknownOrder), 1u);
    }
}

// SESS-SEQUENCE: what was applied is not applied again.
void a_replayed_report_has_no_effect() {
    Bench bench;
    enter(bench, 2);
    bench.from_exchange(login_accepted("S1", "1"));
    bench.report(executed(1, 30));
    bench.from_exchange(login_accepted("S1", "1"));
    bench.report(executed(1, 30));
    expect_report(bench, {kAapl, false, 1, 30, 70});
    expect_equal(bench.field(1, 1), 1u);
    bench.from_exchange(login_accepted("S1", "1"));
    bench.report(replaced(2, 1, 10));
    expect_report(bench, {kAapl, false, 1, 30, 70});
    bench.report(rejected(2));
    expect_report(bench, {kAapl, true, 2, 30, 0});
    bench.from_exchange(login_accepted("S1", "1"));
    bench.report(executed(9, 1));
    bench.report(head('z', 1));
    expect_equal(bench.counter(kUnknownOrder), 0u);
    expect_equal(bench.counter(kUnknownReport), 1u);
    expect_equal(bench.counter(kReplayed), 4u);
    expect_equal(bench.counter(kCancelsSent), 0u);
}

// KILL-CANCEL: every live order of the scope, in order of acceptance, once.
void a_kill_cancels_in_order_of_acceptance() {
    Bench bench;
    bench.open();
    bench.from_client(Enter{.ref = 300}.packet() + Enter{.ref = 301, .stock = "MSFT    ", .price = 3'100'000}.packet() + Enter{.ref = 556}.packet());
    bench.report(canceled(300, 100));
    bench.from_client(Enter{.ref = 812}.packet() + Replace{.original = 812, .ref = 900}.packet());  // 812 takes the place of 300
    bench.exchange.take();
    bench.path->command(kKill, kAapl, 7);
    expect_equal(bench.field(0, 4), 0x0C000000u);
    expect_equal(bench.field(24, 8), 0u);
    expect_equal(bench.field(32, 1), 5u);
    expect_equal(bench.field(40, 8), 7u);
    expect(bench.exchange.take() == cancel(556) + cancel(812) + cancel(900));
    bench.path->command(kKill, kAapl, 0);
    expect(bench.exchange.take().empty());
    const Text all = cancel(301) + cancel(556) + cancel(812) + cancel(900);
    bench.path->command(kKill, kGlobal, 0);
    expect(bench.exchange.take() == all);
    bench.path->command(kKill, kSession, 0);
    expect(bench.exchange.take() == all);
    bench.path->command(kUnkill, kAapl, 0);
    expect(bench.exchange.take().empty());
    expect_equal(bench.counter(kCancelsSent), 11u);
    bench.path->command(kRelease, 0, 812);
    bench.path->link(Side::exchange, false);
    bench.path->command(kKill, kAapl, 0);
    expect(bench.exchange.take().empty());
    expect_equal(bench.counter(kExchangeUnsent), 2u);
    expect(!bench.path->command(4, 0, 0) && !bench.path->command(11, 0, 0));
}

// EXP: exposure belongs to the index, whether the symbol is enabled or not.
void a_disabled_symbol_keeps_its_exposure() {
    Bench bench;
    enter(bench, 1);
    bench.market.symbols_[kAapl].enabled = false;
    bench.report(executed(1, 10));
    expect_report(bench, {kAapl, true, 1, 10, 90});
    expect_equal(bench.failing(modify(1, 'S', 200)), 2u);  // RISK-SYMBOL; what needs the order is left out
    expect_equal(bench.field(2, 2), std::uint64_t{kNone});
    expect_equal(bench.field(48, 8), 1'500'000u);
    bench.path->command(kKill, kAapl, 0);
    expect(bench.exchange.take() == cancel(1));
}

// A market order counts at the touch of its decision, and a modify of it at that price.
void a_market_order_counts_at_the_touch() {
    Bench bench;
    bench.open();
    expect_equal(bench.failing(Enter{.price = 0x7FFF'FFFF}.packet()), 0u);
    expect_equal(bench.field(48, 8), 0x7FFF'FFFFu);
    bench.market.symbols_[0].quote.ask_price = 1'400'000;
    bench.limit(kMaxGross, 150'020'000);
    expect_equal(bench.failing(modify(1, 'B', 100)), 0u);
    expect_equal(bench.field(48, 8), 1'500'200u);
    bench.limit(kMaxGross, 150'019'999);
    expect_equal(bench.failing(modify(1, 'B', 100)), kByGross);
}

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    a_fill_is_reported();
    an_acceptance_releases_the_difference();
    fills_and_cancels_reduce();
    executed_notional_counts_against_gross();
    sums_stay_at_their_ends();
    a_replace_counts_beside_its_original_until_the_exchange_answers();
    a_modify_counts_when_the_exchange_confirms_it();
    other_reports_change_nothing();
    what_cannot_be_applied_latches();
    a_replayed_report_has_no_effect();
    a_kill_cancels_in_order_of_acceptance();
    a_disabled_symbol_keeps_its_exposure();
    a_market_order_counts_at_the_touch();
}
