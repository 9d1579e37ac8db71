// SPDX-License-Identifier: Apache-2.0
// The proxy between client and exchange: framing, errors, links, numbers (contract 6).
#include <initializer_list>

#include "host/gateway/tests/orders_bench.h"

namespace tickproof::gateway::testing {
namespace {

const Text kRejectOfFirst = be(30, 2) + "UJ" + be(1'000, 8) + be(1, 4) + be(0x8001, 2) + "CLIENT-ORDER-1";  // by RISK-SYMBOL at 1,000 ns

// SESS-PASS: each whole packet passes unchanged, with a CLIENT record.
void a_login_passes_and_has_its_record() {
    Bench bench;
    bench.open();
    const Text login = soup('L', Text(46, ' '));
    bench.from_client(login + soup('R') + soup('+', "hello") + cancel(5) + soup('U', "Q") + soup('O'));
    expect(bench.exchange.bytes == login + soup('R') + soup('+', "hello") + cancel(5) + soup('U', "Q") + soup('O'));
    expect_equal(bench.records.all.size(), 6u);
    expect_equal(bench.field(0, 4, 5), 0x0900FFFFu);
    expect_equal(bench.field(24, 8, 5), 1u);
    expect_equal(bench.field(32, 8, 5), 0x4C00'0000'002F'0000u);
    expect_equal(bench.field(32, 4, 2), 0x55580000u);
    expect_equal(bench.field(36, 2, 2), 10u);
    expect_equal(bench.field(40, 4, 2), 5u);
    expect_equal(bench.field(24, 8), 6u);
    expect_equal(bench.counter(kClientPackets), 6u);
}

// SESS-FRAME: wherever a segment ends, the outcome is the same.
void segments_may_end_at_every_byte() {
    const Text stream = Enter{}.packet() + soup('R') + Enter{.ref = 2, .stock = "NONE    "}.packet() + cancel(1);
    Bench whole;
    whole.open().from_client(stream);
    expect(whole.exchange.bytes == Enter{}.packet() + soup('R') + cancel(1));
    expect_equal(whole.records.all.size(), 4u);
    for (std::size_t first = 0; first <= stream.size(); ++first)
        for (std::size_t second = first; second <= stream.size(); second += 7) {
            Bench parts;
            parts.open();
            parts.from_client(stream.substr(0, first));
            parts.from_client(stream.substr(first, second - first));
            parts.from_client(stream.substr(second));
            expect(parts.exchange.bytes == whole.exchange.bytes && parts.client.bytes == whole.client.bytes &&
                   parts.records.all == whole.records.all);
        }
}

// SESS-FRAME: the longest packet has 2,048 bytes behind its length.
void the_longest_packet_passes() {
    Bench bench;
    bench.open();
    const Text packet = soup('+', Text(2'047, 'x'));
    for (const char byte : packet) bench.from_client(Text(1, byte));
    bench.from_client(packet);
    expect(bench.exchange.bytes == packet + packet);
    bench.from_client(soup('+', Text(2'048, 'x')));
    expect_equal(bench.field(0, 1), 7u);
    expect_equal(bench.field(32, 6), 0x0101'0000'0801u);
    expect_equal(bench.counter(kClientSwallowed), 2'051u);
}

struct Fault {
    Text packet;
    std::uint64_t port_to_length;  // bytes 32 to 37 of SESSION_ERROR
};

void closes(Side side, const Fault& fault, const std::source_location& at = std::source_location::current()) {
    Bench bench;
    bench.open();
    const Text more = "more bytes";
    const bool client = side == Side::client;
    const Text good = soup(client ? 'R' : 'H');
    const auto give = [&](const Text& bytes) { client ? bench.from_client(bytes) : bench.from_exchange(bytes); };
    give(good + fault.packet + more);
    give(more);
    expect_equal(bench.records.all.size(), 2u, at);
    expect_equal(bench.field(0, 4), 0x0700FFFFu, at);
    expect_equal(bench.field(24, 8), 2u, at);
    expect_equal(bench.field(32, 6), fault.port_to_length, at);
    expect_equal(bench.counter(client ? kClientErrors : kExchangeErrors), 1u, at);
    expect_equal(bench.counter(client ? kClientPackets : kExchangePackets), 1u, at);
    expect_equal(bench.counter(client ? kClientSwallowed : kExchangeSwallowed), fault.packet.size() + 20, at);
    expect(bench.client.bytes == (client ? "" : good) && bench.exchange.bytes == (client ? good : ""), at);
    bench.path->link(side, false);
    give(good);  // of a link that is down: discarded, uncounted
    bench.path->link(side, true);
    give(good);
    expect_equal(bench.counter(client ? kClientPackets : kExchangePackets), 2u, at);
    expect_equal(bench.counter(client ? kClientSwallowed : kExchangeSwallowed), fault.packet.size() + 20, at);
}

// SESS-ERROR: every reason of either side, and the first rule broken names it.
void framing_errors_close_a_side() {
    const Text no_length = be(0, 2);
    closes(Side::client, {no_length, 0x0101'0000'0000});
    closes(Side::exchange, {no_length, 0x0201'0000'0000});
    closes(Side::exchange, {be(2'049, 2), 0x0201'0000'0801});
    for (const char type : {'A', 'J', 'S', 'H', 'Z', 'x', '\0'})
        closes(Side::client, {soup(type, "ab"), 0x0102'0000'0003u | std::uint64_t(std::uint8_t(type)) << 24});
    for (const char type : {'L', 'R', 'O', '!'})
        closes(Side::exchange, {soup(type, "ab"), 0x0202'0000'0003u | std::uint64_t(std::uint8_t(type)) << 24});
    closes(Side::client, {soup('L', Text(45, ' ')), 0x0103'4C00'002E});
    closes(Side::client, {soup('L', Text(47, ' ')), 0x0103'4C00'0030});
    closes(Side::client, {soup('R', "x"), 0x0103'5200'0002});
    closes(Side::client, {soup('O', "x"), 0x0103'4F00'0002});
    closes(Side::client, {soup('U'), 0x0103'5500'0001});
    closes(Side::exchange, {soup('A', Text(29, ' ')), 0x0203'4100'001E});
    closes(Side::exchange, {soup('J'), 0x0203'4A00'0001});
    closes(Side::exchange, {soup('H', "x"), 0x0203'4800'0002});
    closes(Side::exchange, {soup('Z', "x"), 0x0203'5A00'0002});
    closes(Side::exchange, {soup('S'), 0x0203'5300'0001});
    closes(Side::exchange, {soup('U'), 0x0203'5500'0001});
    closes(Side::client, {soup('U', "A"), 0x0104'5541'0002});
    closes(Side::client, {soup('U', "\xC0"), 0x0104'55C0'0002});
    closes(Side::client, {soup('U', "QQ"), 0x0105'5551'0003});
    closes(Side::client, {soup('U', "X" + be(1, 4) + be(0, 3)), 0x0105'5558'0009});
    closes(Side::exchange, {sequenced(head('P', 1) + "x"), 0x0205'5350'000F});
    for (const Text number : {"0", "1 2", "", "x", "-1", "18446744073709551616", "99999999999999999999"})
        closes(Side::exchange, {login_accepted("S1", number), 0x0206'4100'001F});
}

// SESS-ERROR 4: a bit of client_types lets a type pass with any length; it changes nothing for a known type.
void an_allow_listed_type_passes_with_any_length() {
    Bench bench;
    bench.open();
    bench.path->set(kClientTypes, 0, 1ull << ('A' - 64) | 1ull << ('Q' - 64) | 1ull << 63);
    bench.from_client(soup('U', "A"));
    expect_equal(bench.counter(kClientErrors), 1u);  // the shadow does not count before its commit
    bench.path->link(Side::client, false);
    bench.path->link(Side::client, true);
    bench.path->commit(bench.clock.now);
    bench.from_client(soup('U', "A") + soup('U', "Aanything") + soup('U', "\x7F"));
    expect_equal(bench.counter(kClientErrors), 1u);
    expect(bench.exchange.bytes == soup('U', "A") + soup('U', "Aanything") + soup('U', "\x7F"));
    bench.from_client(soup('U', "QQ"));
    expect_equal(bench.field(33, 1), 5u);
}

Text with(const Text& fixed, std::uint16_t count, const Text& appendage) { return fixed + be(count, 2) + appendage; }

// SESS-OUCH-LENGTH: types without an appendage may have one; its options have to fill it.
void appendages_have_to_be_filled_by_options() {
    const Text option = {2, 6, 'L'};
    const auto exchange_errors = [](const Text& message) {
        Bench bench;
        bench.open().report(message);
        return bench.counter(kExchangeErrors);
    };
    const Text pending = head('P', 9);
    expect_equal(exchange_errors(pending), 0u);
    expect_equal(exchange_errors(with(pending, 0, "")), 0u);
    expect_equal(exchange_errors(with(pending, 3, option)), 0u);
    expect_equal(exchange_errors(with(pending, 6, option + option)), 0u);
    expect_equal(exchange_errors(with(pending, 2, option)), 1u);
    expect_equal(exchange_errors(with(pending, 4, option)), 1u);
    expect_equal(exchange_errors(with(pending, 4, option + Text(1, '\0'))), 1u);  // an option of length 0
    expect_equal(exchange_errors(with(pending, 4, option + Text(1, '\1'))), 1u);  // one that runs past the appendage
    expect_equal(exchange_errors(with(pending, 5, option + Text{1, 9})), 0u);     // one without a value
    expect_equal(exchange_errors(pending + "x"), 1u);
    const Text shorter = aiq_canceled(9, 1);
    expect_equal(exchange_errors(shorter), 0u);
    expect_equal(exchange_errors(shorter + "x"), 0u);  // the later revision
    expect_equal(exchange_errors(with(shorter, 0, "")), 0u);
    expect_equal(exchange_errors(with(shorter + "x", 0, "")), 0u);
    expect_equal(exchange_errors(with(shorter, 3, option)), 0u);
    expect_equal(exchange_errors(with(shorter + "x", 3, option)), 0u);
    expect_equal(exchange_errors(with(shorter + "x", 3, option) + "y"), 1u);
    // Both lengths fit: 257 bytes behind 33, or 256 behind 34. The shorter form is meant, and its option runs past the end.
    expect_equal(exchange_errors(shorter + Text{1, 1, 0} + Text(256, '\xFF')), 1u);
    expect_equal(exchange_errors(head('Z', 9) + "anything"), 0u);  // SESS-UNKNOWN
}

// SESS-REJECT: 29 bytes, with the decision's time and the lowest check that failed; `M` has no clordid.
void a_rejected_order_is_answered() {
    Bench bench;
    bench.open();
    bench.from_client(Enter{.stock = "NONE    "}.packet());
    expect(bench.client.take() == kRejectOfFirst);
    expect(bench.exchange.bytes.empty());
    bench.from_client(modify(3, 'B', 0));
    expect(bench.client.take() == be(30, 2) + "UJ" + be(1'000, 8) + be(3, 4) + be(0x8001, 2) + Text(14, ' '));
    expect_equal(bench.counter(kRejectsSent), 2u);
    bench.limit(kRejectMode, 1).from_client(Enter{.ref = 5, .stock = "NONE    "}.packet());
    expect(bench.client.take().empty());
    expect_equal(bench.counter(kRejectsSent), 2u);
    expect_equal(bench.counter(kRejected), 3u);
}

// SESS-LINK-DOWN, SESS-LINK-UP: a partial packet goes with its link; ordinals count on.
void links_begin_framing_anew() {
    Bench bench;
    bench.open().from_client(soup('R'));
    bench.from_client(Text{0, 3, 'R'});
    bench.path->link(Side::client, false);
    expect_equal(bench.field(0, 4), 0x0800FFFFu);
    expect_equal(bench.field(24, 8), 1u);
    expect_equal(bench.field(32, 2), 0x0100u);
    bench.path->link(Side::client, true);
    expect_equal(bench.field(32, 2), 0x0101u);
    bench.from_client(soup('R'));
    expect_equal(bench.field(24, 8), 2u);
    expect_equal(bench.counter(kClientSwallowed), 0u);
}

// SESS-CLOSED: what is decided for a side that is down or closed is counted and not sent.
void packets_for_a_closed_side_are_unsent() {
    Bench bench;
    bench.open();
    bench.path->link(Side::client, false);
    bench.from_exchange(soup('H'));
    expect(bench.client.bytes.empty());
    expect_equal(bench.counter(kClientUnsent), 1u);
    bench.path->link(Side::client, true);
    bench.from_exchange(be(0, 2));  // closes the exchange's side
    bench.from_client(soup('R') + Enter{}.packet());
    expect(bench.exchange.bytes.empty());
    expect_equal(bench.counter(kExchangeUnsent), 1u);
    expect_equal(bench.field(32, 4), 1u);  // a decision: rejected by RISK-KILL
    expect_equal(bench.counter(kRejectsSent), 1u);
}

std::uint64_t number_of_next(Bench& bench, bool replayed, const std::source_location& at = std::source_location::current()) {
    bench.report(head('P', 1));
    expect_equal(bench.field(1, 1), replayed ? 1u : 0u, at);
    return bench.field(40, 8);
}

// SESS-SEQUENCE: from 1 before any login; a known session is replayed from below `wanted` and latches the kill from above.
void the_sequenced_stream_counts_by_itself() {
    Bench bench;
    bench.open();
    expect_equal(number_of_next(bench, false), 1u);
    expect_equal(number_of_next(bench, false), 2u);
    bench.from_exchange(login_accepted("S1", "2"));  // no session was known
    expect_equal(bench.field(32, 1), std::uint64_t{'A'});
    expect_equal(bench.field(40, 8), 2u);
    expect_equal(number_of_next(bench, false), 2u);
    expect_equal(number_of_next(bench, false), 3u);
    bench.from_exchange(login_accepted("S1", "3"));
    expect_equal(number_of_next(bench, true), 3u);
    expect_equal(number_of_next(bench, false), 4u);
    expect_equal(bench.counter(kReplayed), 1u);
    expect_equal(bench.failing(Enter{}.packet()), 0u);
    bench.from_exchange(login_accepted("S1", "6"));  // 5 was missed
    expect(bench.exchange.take() == cancel(1));
    expect_equal(bench.failing(Enter{.ref = 2}.packet()), 1u);
    expect_equal(number_of_next(bench, false), 6u);
    bench.from_exchange(login_accepted("S2", "18446744073709551615"));
    expect_equal(number_of_next(bench, false), ~std::uint64_t{0});
    expect_equal(number_of_next(bench, false), 0u);
}

// SESS-CLIENT-LOST: an error and the link-down behind it are one loss; SESS-EXCHANGE-LOST: each of them latches.
void a_lost_side_cancels() {
    Bench bench;
    bench.open().limit(kCancelOnDisconnect, 1);
    bench.from_client(Enter{}.packet() + Enter{.ref = 2}.packet());
    bench.exchange.take();
    bench.from_client(be(0, 2));
    expect(bench.exchange.take() == cancel(1) + cancel(2));
    bench.path->link(Side::client, false);
    expect(bench.exchange.take().empty());
    bench.path->link(Side::client, true);
    bench.path->link(Side::client, false);
    expect(bench.exchange.take() == cancel(1) + cancel(2));
    bench.path->link(Side::client, true);
    expect_equal(bench.failing(Enter{.ref = 3}.packet()), 0u);  // nothing is latched
    bench.path->link(Side::exchange, false);
    expect_equal(bench.counter(kExchangeUnsent), 3u);
    bench.path->link(Side::exchange, true);
    expect_equal(bench.failing(Enter{.ref = 4}.packet()), 1u);
    expect_equal(bench.counter(kCancelsSent), 4u);
}

}  // namespace
}  // namespace tickproof::gateway::testing

int main() {
    using namespace tickproof::gateway::testing;
    a_login_passes_and_has_its_record();
    segments_may_end_at_every_byte();
    the_longest_packet_passes();
    framing_errors_close_a_side();
    an_allow_listed_type_passes_with_any_length();
    appendages_have_to_be_filled_by_options();
    a_rejected_order_is_answered();
    links_begin_framing_anew();
    packets_for_a_closed_side_are_unsent();
    the_sequenced_stream_counts_by_itself();
    a_lost_side_cancels();
}
