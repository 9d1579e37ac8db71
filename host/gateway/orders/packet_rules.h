// SPDX-License-Identifier: Apache-2.0
// What makes a whole SoupBinTCP packet a framing error (SESS-ERROR 2 to 6; reason 1 is the framer's).
#pragma once
#include <optional>

#include "host/gateway/orders/fields.h"

namespace tickproof::gateway {

inline std::uint8_t packet_type(Bytes packet) { return packet[soup::debug::packet_type.offset]; }
// Of a `U` or `S` packet.
inline Bytes message_of(Bytes packet) { return packet.subspan(soup::unsequenced_data::kLength); }

// The reason as in the record, 0 = none. `client_types` is the setting.
std::uint8_t client_fault(Bytes packet, std::uint64_t client_types);
std::uint8_t exchange_fault(Bytes packet);

// The number of a Login Accepted: 1 to 2^64 - 1 in decimal digits with spaces before or behind.
std::optional<std::uint64_t> login_number(Bytes packet);

}  // namespace tickproof::gateway
