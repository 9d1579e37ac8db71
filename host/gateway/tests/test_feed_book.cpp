// SPDX-License-Identifier: Apache-2.0
// Contract 1.2, 4 and 5: messages and commands against books of 16 levels, 10,000 to 11,500.
#include "host/gateway/tests/feed_bench.h"

namespace {

using namespace tickproof::gateway::testing;

// Messages of line A, one a packet.
class Feed : public FeedBench {
public:
    // What the message caused, without its sequence number.
    Text say(const Text& message) {
        a(packet(++sequence_, {message}));
        const Text mark = " #" + std::to_string(sequence_);
        Text said = take();
        for (std::size_t at = said.find(mark); at != Text::npos; at = said.find(mark)) said.erase(at, mark.size());
        return said;
    }

private:
    std::uint64_t sequence_ = 0;
};

// BOOK-ADD, BOOK-REDUCE, BOOK-DELETE, BOOK-TOP
void adds_and_reductions_move_the_top() {
    Feed feed;
    expect_equal(feed.say(add(kAapl, 1, 'B', 100, 10'000)), "BBO 0 10000x100 0x0 flags 0\n");
    expect_equal(feed.say(add_with_mpid(kAapl, 2, 'B', 50, 10'000)), "BBO 0 10000x150 0x0 flags 0\n");
    expect_equal(feed.say(add(kAapl, 3, 'S', 10, 11'500)), "BBO 0 10000x150 11500x10 flags 0\n");
    expect_equal(feed.say(add(kAapl, 4, 'S', 10, 11'400)), "BBO 0 10000x150 11400x10 flags 0\n");
    expect_equal(feed.say(executed(kAapl, 1, 40)), "BBO 0 10000x110 11400x10 flags 0\n");
    expect_equal(feed.say(executed_at(kAapl, 1, 60)), "BBO 0 10000x50 11400x10 flags 0\n");
    expect_equal(feed.say(canceled(kAapl, 2, 0)), "");
    expect_equal(feed.say(canceled(kAapl, 2, 51)), "BBO 0 0x0 11400x10 flags 0\n");
    expect_equal(feed.count(kOverReduced), 1);
    expect_equal(feed.say(deleted(kAapl, 4)), "BBO 0 0x0 11500x10 flags 0\n");
    expect_equal(feed.say(deleted(kAapl, 4)), "");
    expect_equal(feed.count(kUnknown), 1);
    expect_equal(feed.say(add(kAapl, 5, 'B', 0, 10'000)), "");
    expect_equal(feed.say(add(kAapl, 5, 'T', 1, 10'000)), "");
    expect_equal(feed.count(kBadAdd), 2);
}

// BOOK-LADDER, BOOK-FLAGS
void flags_tell_of_what_is_not_shown() {
    Feed feed;
    expect_equal(feed.say(add(kAapl, 1, 'B', 1, 9'900)), "");                                     // below: a worse bid
    expect_equal(feed.say(add(kAapl, 2, 'S', 1, 11'501)), "");                                    // above: a worse ask
    expect_equal(feed.say(add(kAapl, 3, 'S', 1, 0)), "BBO 0 0x0 0x0 flags 4\n");                  // below
    expect_equal(feed.say(deleted(kAapl, 3)), "BBO 0 0x0 0x0 flags 0\n");
    expect_equal(feed.say(add(kAapl, 4, 'B', 1, 11'501)), "BBO 0 0x0 0x0 flags 4\n");             // above
    expect_equal(feed.say(executed(kAapl, 4, 1)), "BBO 0 0x0 0x0 flags 0\n");
    expect_equal(feed.say(add(kAapl, 5, 'S', 9, 10'050)), "BBO 0 0x0 0x0 flags 4\n");             // between
    expect_equal(feed.say(canceled(kAapl, 5, 8)), "");
    expect_equal(feed.say(replaced(kAapl, 5, 6, 9, 10'100)), "BBO 0 0x0 10100x9 flags 0\n");
    expect_equal(feed.say(add(kAapl, 7, 'B', 3, 10'100)), "BBO 0 10100x3 10100x9 flags 1\n");     // crossed
    expect_equal(feed.say(deleted(kAapl, 6)), "BBO 0 10100x3 0x0 flags 0\n");
}

// BOOK-REPLACE, BOOK-ALIVE, BOOK-UNKNOWN, FEED-ITCH-5
void references_are_one_space_over_all_symbols() {
    Feed feed;
    feed.say(add(kAapl, 0, 'B', 100, 10'000));
    feed.say(add(kMsft, ~std::uint64_t{0}, 'S', 10, 10'500));
    expect_equal(feed.say(add(kMsft, 0, 'B', 5, 10'200)), "BBO 0 0x0 0x0 flags 0\nBBO 1 10200x5 10500x10 flags 0\n");
    expect_equal(feed.count(kDuplicateReference), 1);
    expect_equal(feed.say(deleted(kAapl, 0)), "");
    expect_equal(feed.count(kWrongLocate), 1);
    expect_equal(feed.say(replaced(kAapl, 55, 0, 1, 10'000)), "");
    expect_equal(feed.count(kUnknown), 1);
    expect_equal(feed.say(replaced(kMsft, 0, ~std::uint64_t{0}, 7, 10'300)), "BBO 1 10300x7 0x0 flags 0\n");  // the ask had to make way
    expect_equal(feed.count(kDuplicateReference), 2);
    expect_equal(feed.say(replaced(kMsft, ~std::uint64_t{0}, ~std::uint64_t{0}, 8, 10'400)), "BBO 1 10400x8 0x0 flags 0\n");
    expect_equal(feed.count(kDuplicateReference), 2);
    feed.say(add(kAapl, 1, 'B', 1, 10'000));
    expect_equal(feed.say(replaced(kMsft, ~std::uint64_t{0}, 1, 0, 10'400)), "BBO 1 0x0 0x0 flags 0\n");  // with shares 0 the new reference is not looked at
    expect_equal(feed.count(kDuplicateReference), 2);
    expect_equal(feed.say(add(77, 1, 'B', 1, 10'000)), "");
    expect_equal(feed.count(kDuplicateReference), 2);
}

// FEED-ITCH-1
void wrong_lengths_and_unknown_types_are_skipped() {
    Feed feed;
    expect_equal(feed.say(add(kAapl, 1, 'B', 1, 10'000) + "x"), "");
    expect_equal(feed.say("?"), "");
    expect_equal(feed.count(kBadMessage), 2);
    expect_equal(feed.count(kMessages), 2);
}

// FEED-ITCH-6, BOOK-EMIT
void states_are_followed_and_changes_told() {
    Feed feed;
    expect_equal(feed.say(trading_action(kAapl, 'T')), "STATE 0 [TT0 ]\n");
    expect_equal(feed.say(trading_action(kAapl, 'T')), "");
    expect_equal(feed.say(operational_halt(kAapl, 'B', 'H')), "");
    expect_equal(feed.say(operational_halt(kAapl, 'Q', 'H')), "STATE 0 [TH0 ]\n");
    expect_equal(feed.say(system_event('Q')), "STATE - [   Q]\n");
    expect_equal(feed.say(reg_sho(kMsft, '1')), "STATE 1 [ T1Q]\n");
    expect_equal(feed.seen(0).halt, 'H');
}

// FEED-ITCH-2, FEED-ITCH-3
void directories_give_locates_where_control_gave_none() {
    Feed feed;
    feed.set(64, 1, 2);
    feed.set(65, FeedBench::number("ZVZZT   "), 2);
    feed.set(68, 10'000, 2);
    feed.command(1);
    expect_equal(feed.take(), "CONTROL 1 - #1\n");
    expect_equal(feed.say(directory(kAapl, "ZVZZT   ")), "");  // a given locate stays
    expect_equal(feed.say(add(kAapl, 1, 'B', 1, 10'000)), "BBO 0 10000x1 0x0 flags 0\n");
    feed.say(directory(33, "ZVZZT   "));
    expect_equal(feed.say(add(33, 2, 'B', 2, 10'100)), "BBO 2 10100x2 0x0 flags 0\n");
    feed.say(directory(34, "ZVZZT   "));  // moved, and the book kept
    expect_equal(feed.say(add(33, 3, 'B', 2, 10'200)), "");
    expect_equal(feed.say(add(34, 3, 'B', 3, 10'100)), "BBO 2 10100x5 0x0 flags 0\n");
    feed.say(directory(35, "AAPL    "));
    expect_equal(feed.say(add(35, 4, 'B', 3, 10'100)), "");
    feed.set(66, 34, 1);  // control claims it for another symbol
    feed.command(1);
    feed.take();
    expect_equal(feed.say(add(34, 5, 'S', 3, 10'100)), "BBO 1 0x0 10100x3 flags 0\n");
}

// CTRL-1, CTRL-3
void a_commit_starts_changed_symbols_afresh() {
    Feed feed;
    feed.say(add(kAapl, 1, 'B', 1, 10'000));
    feed.say(add(kMsft, 2, 'B', 2, 10'000));
    feed.say(trading_action(kAapl, 'T'));
    feed.set(68, 20'000, 0);
    expect_equal(feed.say(add(kAapl, 3, 'B', 1, 10'000)), "BBO 0 10000x2 0x0 flags 0\n");
    feed.command(1);
    expect_equal(feed.take(), "CONTROL 1 - #5\nBBO 0 #5 0x0 0x0 flags 2\n");
    expect_equal(feed.seen(0).trading_state, ' ');
    expect_equal(feed.say(deleted(kAapl, 1)), "");
    expect_equal(feed.count(kUnknown), 1);
    expect_equal(feed.say(add(kAapl, 1, 'S', 4, 21'500)), "BBO 0 0x0 21500x4 flags 2\n");
    feed.set(64, 0, 1);
    feed.command(1);
    expect_equal(feed.take(), "CONTROL 1 - #7\nBBO 1 #7 0x0 0x0 flags 2\n");
    expect_equal(feed.say(add(kMsft, 9, 'B', 2, 10'000)), "");
}

// BOOK-CLEAR, BOOK-TRUST, CTRL-6, and the reference of contract 7
void clear_and_trust_tell_what_they_change() {
    Feed feed;
    feed.say(add(kAapl, 1, 'B', 1, 10'000));
    feed.b(packet(9, {broken_trade(kMsft)}));
    feed.wait(20'000);
    expect_equal(feed.take(), "GAP #2 to 9 cause 2\nBBO 1 #9 0x0 0x0 flags 2\n");
    expect_equal(feed.seen(0).quote.stale, true);
    expect_equal(feed.seen(0).quote.flags, 0);
    feed.command(4, 0);  // the last BBO had no flag: nothing to tell, and the reference is good again
    expect_equal(feed.take(), "CONTROL 4 0 #10\n");
    expect_equal(feed.seen(0).quote.stale, false);
    feed.command(4, 1);
    expect_equal(feed.take(), "CONTROL 4 1 #10\nBBO 1 #10 0x0 0x0 flags 0\n");
    feed.command(3, 0);
    expect_equal(feed.take(), "CONTROL 3 0 #10\nBBO 0 #10 0x0 0x0 flags 0\n");
    feed.command(3, 3);
    feed.command(4, 500);
    expect_equal(feed.take(), "CONTROL 3 3 #10\nCONTROL 4 500 #10\n");
}

// FEED-MOLD-7
void a_session_reset_forgets_without_a_bbo() {
    Feed feed;
    feed.say(add(kAapl, 1, 'B', 1, 10'000));
    feed.say(system_event('Q'));
    feed.command(2);
    expect_equal(feed.take(), "CONTROL 2 - #3\n");
    expect_equal(feed.seen(0).quote.present, false);
    expect_equal(feed.feed().market().phase(), ' ');
    feed.a(packet(1, {broken_trade(kAapl)}));
    expect_equal(feed.take(), "");
    feed.a(packet(2, {add(kAapl, 1, 'B', 1, 10'000)}));
    expect_equal(feed.take(), "BBO 0 #2 10000x1 0x0 flags 0\n");
    expect_equal(feed.count(kDuplicateReference), 0);
}

// CTRL-2, CTRL-4: a commit that moves `next` leaves records with the number before
void what_follows_from_a_commit_has_the_sequence_before_it() {
    Feed feed;
    feed.set(1, 5);
    feed.set(69, 200, 0);
    feed.command(1);
    expect_equal(feed.take(), "CONTROL 1 - #1\nBBO 0 #1 0x0 0x0 flags 2\n");
    feed.command(4, 0);
    expect_equal(feed.take(), "CONTROL 4 0 #5\nBBO 0 #5 0x0 0x0 flags 0\n");
}

void settings_that_do_not_exist_are_refused() {
    Feed feed;
    expect_equal(feed.set(16, 1), false);
    expect_equal(feed.set(70, 1, 0), false);
    expect_equal(feed.set(64, 1, FeedBench::kSymbols), false);
    expect_equal(feed.set(9, 1), true);
}

// BOOK-REF: 200,000 orders come and go in a scattered order, and a level holds their exact sum
void many_orders_are_kept_apart() {
    Feed feed;
    constexpr std::uint64_t kMany = 200'000;
    const auto scattered = [](std::uint64_t index) { return index * 0x1'0000'0001ull * 77; };
    for (std::uint64_t index = 0; index < kMany; ++index) feed.say(add(kAapl, scattered(index), 'B', 2, 10'000));
    for (std::uint64_t index = 0; index < kMany; index += 2) feed.say(deleted(kAapl, scattered(index)));
    for (std::uint64_t index = 1; index < kMany; index += 2) feed.say(executed(kAapl, scattered(index), 1));
    expect_equal(feed.seen(0).quote.bid_price, 10'000);
    expect_equal(feed.say(add(kAapl, 1, 'B', 1, 10'000)), "BBO 0 10000x100001 0x0 flags 0\n");
    expect_equal(feed.count(kUnknown), 0);
    expect_equal(feed.count(kDuplicateReference), 0);
}

}  // namespace

int main() {
    adds_and_reductions_move_the_top();
    flags_tell_of_what_is_not_shown();
    references_are_one_space_over_all_symbols();
    wrong_lengths_and_unknown_types_are_skipped();
    states_are_followed_and_changes_told();
    directories_give_locates_where_control_gave_none();
    a_commit_starts_changed_symbols_afresh();
    clear_and_trust_tell_what_they_change();
    a_session_reset_forgets_without_a_bbo();
    what_follows_from_a_commit_has_the_sequence_before_it();
    settings_that_do_not_exist_are_refused();
    many_orders_are_kept_apart();
}
