// SPDX-License-Identifier: Apache-2.0
// OUCH 5.0 messages as the order path reads them: which types there are, how long they may be (SESS-OUCH-LENGTH), and an order's fields.
#pragma once
#include <optional>

#include "host/gateway/orders/fields.h"

namespace tickproof::gateway {

bool is_client_type(std::uint8_t type);    // O U M X Q
bool is_exchange_type(std::uint8_t type);

// The length of a message of a known type, options included. A message of another type has any length.
bool client_length_fits(Bytes message);
bool exchange_length_fits(Bytes message);

// An `O`, `U` or `M`. What a type does not have is 0.
struct OrderMessage {
    std::uint8_t type;
    std::uint32_t user_ref_num;  // U: the new one
    std::uint32_t named;         // U, M: of the live order that it is about
    std::uint8_t side;
    std::uint32_t quantity;
    std::uint64_t stock, price;
    std::uint8_t time_in_force, display, capacity, sweep, cross;
    std::optional<std::uint8_t> price_type;  // of the last PriceType option
    Bytes clordid;

    bool enters() const { return type == ouch_in::enter_order::kType; }
    bool modifies() const { return type == ouch_in::modify_order::kType; }
};

// `message` has a length that fits.
OrderMessage read_order(Bytes message);

}  // namespace tickproof::gateway
