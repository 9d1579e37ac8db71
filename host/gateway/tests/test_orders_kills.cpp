// SPDX-License-Identifier: Apache-2.0
// What latches a kill, what does not, and the Cancels that a kill sends (contract 7.1, 7.2).
#include "host/gateway/tests/orders_reports.h"

namespace tickproof::gateway::testing {
namespace {

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
    bench.from_client(Enter{.ref = 300}.packet() + Enter{.ref = 301, .stock = "MSFT    ", .price = 3'100'000}.packet() +
                      Enter{.ref = 556}.packet());
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

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    what_cannot_be_applied_latches();
    a_replayed_report_has_no_effect();
    a_kill_cancels_in_order_of_acceptance();
    a_disabled_symbol_keeps_its_exposure();
}
