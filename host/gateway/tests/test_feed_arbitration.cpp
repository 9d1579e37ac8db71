// SPDX-License-Identifier: Apache-2.0
// Contract 2.2 and 3. A message here is a buy of 1 share more at 10,000, so each delivered number shows.
#include "host/gateway/tests/feed_bench.h"

namespace {

using namespace tickproof::gateway::testing;

Text buy(std::uint64_t reference) { return add(kAapl, reference, 'B', 1, 10'000); }
Text bbo(std::uint64_t sequence, int shares, int flags = 0) {
    return "BBO 0 #" + std::to_string(sequence) + " 10000x" + std::to_string(shares) + " 0x0 flags " + std::to_string(flags) + "\n";
}

// FEED-ARB-1, FEED-ARB-2
void each_number_is_delivered_once_and_duplicates_are_counted() {
    FeedBench bench;
    bench.a(packet(1, {buy(1), buy(2)}));
    bench.b(packet(1, {buy(1), buy(2)}));
    bench.b(packet(2, {buy(2), buy(3)}));  // contains what is wanted
    expect_equal(bench.take(), bbo(1, 1) + bbo(2, 2) + bbo(3, 3));
    expect_equal(bench.count(kDelivered), 1);
    expect_equal(bench.count(kDelivered + kLineB), 1);
    expect_equal(bench.count(kDuplicates + kLineB), 1);
    expect_equal(bench.count(kDuplicates), 0);
    expect_equal(bench.count(kMessages), 3);
}

// FEED-ARB-3 (a)
void the_other_line_fills_a_hole() {
    FeedBench bench;
    bench.a(packet(1, {buy(1)}));
    bench.a(packet(3, {buy(3)}));
    bench.a(packet(4, {buy(4)}));
    bench.b(packet(1, {buy(1)}));
    expect_equal(bench.take(), bbo(1, 1));
    bench.b(packet(2, {buy(2)}));
    expect_equal(bench.take(), bbo(2, 2) + bbo(3, 3) + bbo(4, 4));
    expect_equal(bench.count(kGaps), 0);
}

// FEED-ARB-3 (b): the lower head ends the gap
void both_lines_beyond_declare_one_gap() {
    FeedBench bench;
    bench.a(packet(6, {buy(6)}));
    expect_equal(bench.take(), "");
    bench.b(packet(4, {buy(4), buy(5)}));
    expect_equal(bench.take(), "GAP #1 to 4 cause 1\n" + bbo(4, 1, 2) + bbo(5, 2, 2) + bbo(6, 3, 2));
    expect_equal(bench.count(kGaps), 1);
    expect_equal(bench.count(kGapMessages), 3);
    expect_equal(bench.seen(0).quote.stale, true);
}

// FEED-ARB-3 (c): 20,000 ns by default
void a_gap_times_out_no_earlier_than_it_is_due() {
    FeedBench bench;
    bench.b(packet(3, {buy(3)}));
    bench.wait(19'999);
    expect_equal(bench.take(), "");
    bench.wait(1);
    expect_equal(bench.take(), "GAP #1 to 3 cause 2\n" + bbo(3, 1, 2));
}

// FEED-ARB-3, FEED-ARB-4: a heartbeat beyond `next` waits, too, and then has no effect
void a_heartbeat_reveals_a_gap() {
    FeedBench bench;
    bench.a(heartbeat(1));
    bench.a(heartbeat(5));
    bench.wait(20'000);
    expect_equal(bench.take(), "GAP #1 to 5 cause 2\n");
    bench.b(packet(5, {buy(5)}));
    expect_equal(bench.take(), bbo(5, 1, 2));
    expect_equal(bench.count(kHeartbeats), 2);
    expect_equal(bench.count(kDuplicates), 0);
}

// FEED-ARB-5
void the_session_ends_once_and_what_follows_is_dropped() {
    FeedBench bench;
    bench.a(end_of_session(2));
    expect_equal(bench.take(), "");
    bench.b(packet(1, {buy(1)}));
    expect_equal(bench.take(), bbo(1, 1) + "END #2 TODAY00001\n");
    bench.b(end_of_session(2));
    bench.a(packet(1, {buy(1)}));
    bench.a(packet(2, {buy(2)}));
    bench.b(packet(9, {buy(9)}));
    bench.b(heartbeat(20));
    bench.wait(1'000'000);
    expect_equal(bench.take(), "");
    expect_equal(bench.count(kDuplicates), 1);
    expect_equal(bench.count(kAfterEnd), 1);
    expect_equal(bench.count(kAfterEnd + kLineB), 1);
    expect_equal(bench.count(kGaps), 0);
}

// FEED-MOLD-1 to 5
void packets_are_read_block_by_block() {
    FeedBench bench;
    bench.a("nineteen bytes only");
    expect_equal(bench.count(kShortMold), 1);
    bench.a(mold_header(1, 2) + block(buy(1)));                       // the second is missing: one whole block
    bench.a(mold_header(2, 3) + block("") + block(buy(3)) + big(0x24, 2) + "A");  // an empty block, and one that runs past the end
    bench.a(packet(4, {buy(4)}) + "behind");
    bench.a(mold_header(9, 1));  // without messages: it neither fills nor reports anything
    bench.a(heartbeat(5) + "ignored");
    bench.wait(20'000);
    expect_equal(bench.take(), bbo(1, 1) + bbo(3, 2) + bbo(4, 3));
    expect_equal(bench.count(kTruncated), 3);
    expect_equal(bench.count(kTrailing), 1);
    expect_equal(bench.count(kMessages), 3);
    expect_equal(bench.count(kDelivered), 3);
}

// FEED-MOLD-6
void the_first_packet_fixes_the_session_and_a_pinned_one_stands_before_it() {
    FeedBench bench;
    bench.b(heartbeat(1));
    bench.a(mold_header(1, 0, "TOMORROW01"));
    expect_equal(bench.count(kWrongSession), 1);
    bench.set(3, FeedBench::number("TOMORROW"));
    bench.set(4, FeedBench::number("01"));
    bench.set(2, 1);
    bench.command(1);
    bench.a(mold_header(1, 0, "TOMORROW01"));
    bench.a(heartbeat(1));
    expect_equal(bench.count(kWrongSession), 2);
    bench.set(2, 0);
    bench.command(1);
    bench.a(mold_header(1, 0, "TOMORROW01"));
    expect_equal(bench.count(kWrongSession), 3);
    expect_equal(bench.count(kHeartbeats), 1);
}

// HOST-1, FEED-FRAME-2
void a_payload_above_2006_bytes_is_dropped() {
    FeedBench bench;
    bench.a(packet(1, {buy(1)}) + Text(1948, 'x'));  // 58 bytes and these
    expect_equal(bench.take(), bbo(1, 1));
    bench.a(packet(2, {buy(2)}) + Text(1949, 'x'));
    expect_equal(bench.take(), "");
    expect_equal(bench.count(kTrailing), 1);
}

// Section 3: start_sequence 0, CTRL-4, FEED-MOLD-7
void a_start_in_the_middle_is_stale() {
    FeedBench bench;
    bench.set(1, 0);
    bench.command(1);
    bench.a(mold_header(77, 1));  // accepted, but gives no sequence
    bench.a(packet(40, {buy(1)}));
    expect_equal(bench.take(), "CONTROL 1 - #1\n" + bbo(40, 1, 2));
    bench.set(1, 5);
    bench.command(1);  // too late
    bench.a(packet(41, {buy(2)}));
    expect_equal(bench.take(), "CONTROL 1 - #41\n" + bbo(41, 2, 2));
    bench.command(2);
    bench.b(mold_header(5, 0, "ANOTHER001"));
    bench.b(mold_header(5, 1, "ANOTHER001") + block(buy(1)));
    expect_equal(bench.take(), "CONTROL 2 - #42\n" + bbo(5, 1, 2));
    bench.set(1, 1);
    bench.command(2);  // a shadow has no effect on it
    bench.command(1);
    bench.command(2);
    bench.a(packet(1, {buy(1)}));
    expect_equal(bench.take(), "CONTROL 2 - #6\nCONTROL 1 - #5\nCONTROL 2 - #1\n" + bbo(1, 1));
}

// A hole of many packets of every size
void what_waits_is_kept_in_order() {
    FeedBench bench;
    for (std::uint64_t sequence = 2; sequence < 3'000; ++sequence) bench.a(packet(sequence, {buy(sequence)}) + Text(sequence * 7 % 1'900, 'x'));
    expect_equal(bench.take(), "");
    expect_equal(bench.feed().has_room(0, 32), true);
    bench.b(packet(1, {buy(1)}));
    Text expected;
    for (std::uint64_t sequence = 1; sequence < 3'000; ++sequence) expected += bbo(sequence, static_cast<int>(sequence));
    expect_equal(bench.take(), expected);
}

}  // namespace

int main() {
    each_number_is_delivered_once_and_duplicates_are_counted();
    the_other_line_fills_a_hole();
    both_lines_beyond_declare_one_gap();
    a_gap_times_out_no_earlier_than_it_is_due();
    a_heartbeat_reveals_a_gap();
    the_session_ends_once_and_what_follows_is_dropped();
    packets_are_read_block_by_block();
    the_first_packet_fixes_the_session_and_a_pinned_one_stands_before_it();
    a_payload_above_2006_bytes_is_dropped();
    a_start_in_the_middle_is_stale();
    what_waits_is_kept_in_order();
}
