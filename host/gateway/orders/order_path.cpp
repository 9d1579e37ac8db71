// SPDX-License-Identifier: Apache-2.0
// Takes links, packets and commands one at a time, writes their records and sends what they cause (contract 6).
#include "host/gateway/orders/order_path.h"

#include <algorithm>

#include "host/gateway/feed/records.h"
#include "host/gateway/orders/kill_switch.h"
#include "host/gateway/orders/ouch.h"
#include "host/gateway/orders/packet_rules.h"
#include "host/gateway/orders/reports.h"
#include "host/gateway/orders/risk_gate.h"
#include "host/gateway/orders/sequenced_stream.h"
#include "host/gateway/orders/stream.h"

namespace tickproof::gateway {
namespace {

class OrderPath final : public Orders {
public:
    OrderPath(const MarketView& market, RecordSink& records, ByteSink& client, ByteSink& exchange, Clock& clock, std::size_t symbols)
        : records_(records), clock_(clock), client_(Side::client, client, counters_), exchange_(Side::exchange, exchange, counters_),
          limits_(symbols), exposure_(symbols), kills_(exposure_, exchange_, counters_), gate_(market, limits_, kills_, exposure_),
          reports_(exposure_, limits_, counters_) {}

    void link(Side side, bool up) override;
    void bytes(Side side, Bytes payload) override;
    bool set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value) override { return limits_.set(setting, symbol, value); }
    void commit(std::uint64_t time_ns) override {
        limits_.commit();
        gate_.control_seen(time_ns);
    }
    void control_seen(std::uint64_t time_ns) override { gate_.control_seen(time_ns); }
    bool command(std::uint8_t op, std::uint16_t symbol, std::uint64_t value) override;
    std::span<const std::uint64_t> counters() const override { return counters_; }

private:
    Stream& of(Side side) { return side == Side::client ? client_ : exchange_; }
    void client_packet(Bytes packet, std::uint64_t now);
    void order(Bytes packet, std::uint64_t now, std::uint64_t ordinal);
    void reject(const OrderMessage& order, std::uint32_t failing, std::uint64_t now);
    void exchange_packet(Bytes packet, std::uint64_t now);
    void fault(Stream& stream, std::uint8_t reason, Bytes packet, std::uint64_t now);
    void lost(Side side);
    void put(const Record& record) { records_.put(record.bytes()); }

    RecordSink& records_;
    Clock& clock_;
    Counters counters_{};
    Stream client_, exchange_;
    Limits limits_;
    Exposure exposure_;
    KillSwitch kills_;
    RiskGate gate_;
    Reports reports_;
    SequencedStream sequenced_;
};

void OrderPath::link(Side side, bool up) {
    Stream& stream = of(side);
    if (stream.up() == up) return;
    const bool was_open = stream.open();
    stream.link(up);
    Record made(record::link::kType, kNoSymbol, clock_.now_ns(), stream.packets());
    made.set(record::link::port, static_cast<std::uint8_t>(side));
    made.set(record::link::up, up);
    put(made);
    // The client is lost once in a connection: by an error, or else now.
    if (!up && (was_open || side == Side::exchange)) lost(side);
}

void OrderPath::bytes(Side side, Bytes payload) {
    Stream& stream = of(side);
    Bytes packet;
    for (;;) {
        const Framer::Found found = stream.next(payload, packet);
        if (found == Framer::Found::more) return;
        const std::uint64_t now = clock_.now_ns();
        if (found == Framer::Found::bad_length) fault(stream, record::session_error::reason_length, packet, now);
        else if (side == Side::client) client_packet(packet, now);
        else exchange_packet(packet, now);
    }
}

void OrderPath::client_packet(Bytes packet, std::uint64_t now) {
    if (const std::uint8_t reason = client_fault(packet, limits_.device(control::client_types::kId)))
        return fault(client_, reason, packet, now);
    const std::uint64_t ordinal = client_.count_packet();
    std::uint8_t type = 0;
    std::uint64_t number = 0;
    if (packet_type(packet) == soup::unsequenced_data::kType) {
        const Bytes message = message_of(packet);
        type = message[0];
        using namespace ouch_in;
        if (type == enter_order::kType || type == replace_order::kType || type == modify_order::kType) return order(packet, now, ordinal);
        if (type == cancel_order::kType) {
            number = read(message, cancel_order::user_ref_num);
            gate_.cancel_passes(now);
        }
    }
    exchange_.send(packet);
    Record made(record::client::kType, kNoSymbol, now, ordinal);
    made.set(record::client::packet_type, packet_type(packet));
    made.set(record::client::message_type, type);
    made.set(record::client::length, packet.size() - soup::debug::length.size);
    made.set(record::client::user_ref_num, number);
    put(made);
}

void OrderPath::order(Bytes packet, std::uint64_t now, std::uint64_t ordinal) {
    const OrderMessage order = read_order(message_of(packet));
    const Decision decision = gate_.decide(order, now, exchange_.open());
    const bool forwarded = decision.failing == 0;
    if (forwarded) exchange_.send(packet);  // before its record: nothing is quicker than the order itself
    const Subject& subject = decision.subject;
    Record made(record::decision::kType, subject.symbol, now, ordinal);
    made.set(record::decision::failing, decision.failing);
    made.set(record::decision::user_ref_num, order.user_ref_num);
    made.set(record::decision::quantity, order.quantity);
    made.set(record::decision::message_type, order.type);
    made.set(record::decision::side, subject.side);
    made.set(record::decision::verdict, forwarded);
    made.set(record::decision::price, subject.price);
    made.set(record::decision::reference_bid, subject.bid);
    made.set(record::decision::reference_ask, subject.ask);
    put(made);
    ++counters_[order_counter::orders];
    ++counters_[forwarded ? order_counter::orders_forwarded : order_counter::orders_rejected];
    if (!forwarded && limits_.device(control::reject_mode::kId) == 0) reject(order, decision.failing, now);
}

// SESS-REJECT: unsequenced, so that the numbers of the exchange's own messages stay true.
void OrderPath::reject(const OrderMessage& order, std::uint32_t failing, std::uint64_t now) {
    using namespace ouch_out::rejected;
    constexpr std::size_t front = soup::unsequenced_data::kLength;
    constexpr unsigned own_reasons = 0x8000;
    std::array<std::uint8_t, front + kLength> packet;
    store_be(packet.data(), static_cast<std::uint16_t>(packet.size() - soup::unsequenced_data::length.size));
    packet[soup::unsequenced_data::packet_type.offset] = soup::unsequenced_data::kType;
    std::uint8_t* message = packet.data() + front;
    message[message_type.offset] = kType;
    store_be(message + timestamp.offset, now);
    store_be(message + user_ref_num.offset, order.user_ref_num);
    store_be(message + rejected_order_reason.offset,
             static_cast<std::uint16_t>(own_reasons + static_cast<unsigned>(__builtin_ctz(failing))));
    std::fill_n(message + clordid.offset, clordid.size, std::uint8_t{' '});  // a modify has none
    std::copy(order.clordid.begin(), order.clordid.end(), message + clordid.offset);
    if (client_.send(packet)) ++counters_[order_counter::rejects_sent];
}

void OrderPath::exchange_packet(Bytes packet, std::uint64_t now) {
    if (const std::uint8_t reason = exchange_fault(packet)) return fault(exchange_, reason, packet, now);
    const std::uint64_t ordinal = exchange_.count_packet();
    Effect effect;
    SequencedStream::Place place{0, false};
    std::uint8_t type = 0;
    if (packet_type(packet) == soup::sequenced_data::kType) {
        const Bytes message = message_of(packet);
        type = message[0];
        place = sequenced_.next();
        if (place.replayed) ++counters_[order_counter::replayed];
        effect = reports_.take(message, place.replayed, now);
    } else if (packet_type(packet) == soup::login_accepted::kType) {
        place.number = *login_number(packet);
        if (sequenced_.login(packet, place.number)) effect.kill = kSessionScope;
    }
    client_.send(packet);
    Record made(record::report::kType, effect.symbol, now, ordinal);
    made.set(record::flags, place.replayed ? record::flag_replayed : 0);
    made.set(record::report::packet_type, packet_type(packet));
    made.set(record::report::message_type, type);
    made.set(record::report::applied, effect.applied);
    made.set(record::report::user_ref_num, effect.user_ref_num);
    made.set(record::report::session_number, place.number);
    made.set(record::report::position, static_cast<std::uint64_t>(effect.position));
    made.set(record::report::remaining, effect.remaining);
    put(made);
    if (effect.kill) kills_.kill(*effect.kill);
}

void OrderPath::fault(Stream& stream, std::uint8_t reason, Bytes packet, std::uint64_t now) {
    using namespace record::session_error;
    const bool of_message = reason == reason_message_type || reason == reason_message_length;
    Record made(kType, kNoSymbol, now, stream.packets() + 1);
    made.set(port, static_cast<std::uint8_t>(stream.side()));
    made.set(record::session_error::reason, reason);
    made.set(record::session_error::packet_type, reason == reason_length ? 0 : gateway::packet_type(packet));
    made.set(message_type, of_message ? message_of(packet)[0] : 0);
    made.set(length, load_be<std::uint16_t>(packet.data()));
    put(made);
    stream.close(packet);
    lost(stream.side());
}

// By an error or by the link: SESS-EXCHANGE-LOST, SESS-CLIENT-LOST.
void OrderPath::lost(Side side) {
    if (side == Side::exchange) kills_.kill(kSessionScope);
    else if (limits_.device(control::cancel_on_disconnect::kId) != 0) kills_.cancel(kGlobalScope);
}

bool OrderPath::command(std::uint8_t op, std::uint16_t symbol, std::uint64_t value) {
    using namespace record::control;
    if (op < op_kill || op > op_alive) return false;
    const std::uint64_t now = clock_.now_ns();
    Record made(kType, symbol, now, 0);
    made.set(record::control::op, op);
    made.set(record::control::value, value);
    put(made);
    gate_.control_seen(now);
    const bool exists = symbol < exposure_.symbols();
    switch (op) {
        case op_kill: kills_.kill(symbol); break;
        case op_unkill: kills_.unkill(symbol); break;
        case op_set_position:
            if (exists) exposure_.set_position(symbol, static_cast<std::int64_t>(value));
            break;
        case op_set_executed:
            if (exists) exposure_.set_executed(symbol, value);
            else if (symbol == kGlobalScope) exposure_.set_session_executed(value);
            break;
        case op_release_order:
            if (value >> 32 == 0)
                if (OpenOrder* order = exposure_.find(static_cast<std::uint32_t>(value))) exposure_.free(*order);
            break;
        default: break;  // op_alive leaves its record
    }
    return true;
}

}  // namespace

std::unique_ptr<Orders> make_order_path(const MarketView& market, RecordSink& records, ByteSink& client, ByteSink& exchange, Clock& clock,
                                        std::size_t symbols) {
    return std::make_unique<OrderPath>(market, records, client, exchange, clock, symbols);
}

}  // namespace tickproof::gateway
