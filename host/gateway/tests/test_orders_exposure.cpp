// SPDX-License-Identifier: Apache-2.0
// What the exchange's reports do to exposure (contract 7.1).
#include "host/gateway/tests/orders_reports.h"

namespace tickproof::gateway::testing {
namespace {

// A REPORT, byte for byte.
void a_fill_is_reported() {
    Bench bench;
    enter(bench, 1, 'S');
    bench.clock.now = 7'000;
    bench.report(executed(1, 30));
    expect(bench.client.take() == sequenced(executed(1, 30)));
    expect(bench.records.all.back() == "\x0B" + be(0, 1) + be(0, 2) + be(0, 4) + be(0, 8) + be(7'000, 8) + be(1, 8) + "SE\x01" + be(0, 1) +
                                           be(1, 4) + be(1, 8) + be(~0ull - 29, 8) + be(70, 4) + be(0, 4));
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
    a_market_order_counts_at_the_touch();
}
