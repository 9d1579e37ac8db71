// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/packet_rules.h"

#include <algorithm>

#include "host/gateway/orders/ouch.h"

namespace tickproof::gateway {
namespace {

namespace reason = record::session_error;

bool allowed(std::uint8_t type, std::uint64_t client_types) { return type >= 64 && type < 128 && (client_types >> (type - 64) & 1) != 0; }

}  // namespace

std::uint8_t client_fault(Bytes packet, std::uint64_t client_types) {
    using namespace soup;
    const auto must_be = [&packet](std::size_t length) { return packet.size() == length ? std::uint8_t{0} : reason::reason_packet_length; };
    switch (packet_type(packet)) {
        case debug::kType: return 0;
        case login_request::kType: return must_be(login_request::kLength);
        case client_heartbeat::kType: return must_be(client_heartbeat::kLength);
        case logout_request::kType: return must_be(logout_request::kLength);
        case unsequenced_data::kType: break;
        default: return reason::reason_packet_type;
    }
    const Bytes message = message_of(packet);
    if (message.empty()) return reason::reason_packet_length;
    if (!is_client_type(message[0])) return allowed(message[0], client_types) ? std::uint8_t{0} : reason::reason_message_type;
    return client_length_fits(message) ? std::uint8_t{0} : reason::reason_message_length;
}

std::uint8_t exchange_fault(Bytes packet) {
    using namespace soup;
    const auto must_be = [&packet](std::size_t length) { return packet.size() == length ? std::uint8_t{0} : reason::reason_packet_length; };
    switch (packet_type(packet)) {
        case debug::kType: return 0;
        case login_rejected::kType: return must_be(login_rejected::kLength);
        case server_heartbeat::kType: return must_be(server_heartbeat::kLength);
        case end_of_session::kType: return must_be(end_of_session::kLength);
        case login_accepted::kType:
            if (packet.size() != login_accepted::kLength) return reason::reason_packet_length;
            return login_number(packet) ? std::uint8_t{0} : reason::reason_login;
        case unsequenced_data::kType: return message_of(packet).empty() ? reason::reason_packet_length : std::uint8_t{0};
        case sequenced_data::kType: break;
        default: return reason::reason_packet_type;
    }
    const Bytes message = message_of(packet);
    if (message.empty()) return reason::reason_packet_length;
    return exchange_length_fits(message) ? std::uint8_t{0} : reason::reason_message_length;
}

std::optional<std::uint64_t> login_number(Bytes packet) {
    constexpr Field field = soup::login_accepted::sequence_number;
    Bytes text = packet.subspan(field.offset, field.size);
    while (!text.empty() && text.front() == ' ') text = text.subspan(1);
    while (!text.empty() && text.back() == ' ') text = text.first(text.size() - 1);
    std::uint64_t number = 0;  // spaces only come out as 0, too
    for (const std::uint8_t digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        if (__builtin_mul_overflow(number, std::uint64_t{10}, &number)) return std::nullopt;
        if (__builtin_add_overflow(number, static_cast<std::uint64_t>(digit - '0'), &number)) return std::nullopt;
    }
    if (number == 0) return std::nullopt;
    return number;
}

}  // namespace tickproof::gateway
