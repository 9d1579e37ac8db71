// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/ouch.h"

#include <array>

namespace tickproof::gateway {
namespace {

struct Shape {
    std::size_t length = 0;      // of the fixed part; 0 = no such type
    bool has_appendage = false;  // the fixed part ends in the appendage's length
};

using Shapes = std::array<Shape, 256>;

constexpr Shapes kClientShapes = [] {
    using namespace ouch_in;
    Shapes shapes{};
    shapes[enter_order::kType] = {enter_order::kLength, true};
    shapes[replace_order::kType] = {replace_order::kLength, true};
    shapes[modify_order::kType] = {modify_order::kLength, false};
    shapes[cancel_order::kType] = {cancel_order::kLength, false};
    shapes[account_query::kType] = {account_query::kLength, false};
    return shapes;
}();

constexpr Shapes kExchangeShapes = [] {
    using namespace ouch_out;
    Shapes shapes{};
    shapes[system_event::kType] = {system_event::kLength, false};
    shapes[order_accepted::kType] = {order_accepted::kLength, true};
    shapes[order_replaced::kType] = {order_replaced::kLength, true};
    shapes[order_canceled::kType] = {order_canceled::kLength, false};
    shapes[aiq_canceled::kType] = {aiq_canceled::kLength, false};
    shapes[order_executed::kType] = {order_executed::kLength, true};
    shapes[broken_trade::kType] = {broken_trade::kLength, false};
    shapes[trade_correction::kType] = {trade_correction::kLength, false};
    shapes[rejected::kType] = {rejected::kLength, false};
    shapes[cancel_pending::kType] = {cancel_pending::kLength, false};
    shapes[cancel_reject::kType] = {cancel_reject::kLength, false};
    shapes[order_priority_update::kType] = {order_priority_update::kLength, false};
    shapes[order_modified::kType] = {order_modified::kLength, false};
    shapes[order_restated::kType] = {order_restated::kLength, true};
    shapes[account_query_response::kType] = {account_query_response::kLength, false};
    return shapes;
}();

constexpr std::size_t kCountBytes = 2;

// The appendage's length is at `at`, and so many bytes follow.
bool count_fits(Bytes message, std::size_t at) {
    return message.size() >= at + kCountBytes && load_be<std::uint16_t>(message.data() + at) == message.size() - at - kCountBytes;
}

// Visits (tag, value) of every option. False: they do not fill the appendage.
template <typename Visit>
bool walk_options(Bytes appendage, Visit visit) {
    while (!appendage.empty()) {
        const std::size_t length = appendage[0];  // of tag and value
        if (length == 0 || length >= appendage.size()) return false;
        visit(appendage[1], appendage.subspan(2, length - 1));
        appendage = appendage.subspan(1 + length);
    }
    return true;
}

bool appendage_fits(Bytes message, std::size_t at) {
    return count_fits(message, at) && walk_options(message.subspan(at + kCountBytes), [](std::uint8_t, Bytes) {});
}

bool length_fits(Bytes message, const Shape& shape) {
    if (shape.length == 0) return true;
    if (shape.has_appendage) return appendage_fits(message, shape.length - kCountBytes);
    return message.size() == shape.length || appendage_fits(message, shape.length);
}

std::optional<std::uint8_t> last_price_type(Bytes appendage) {
    std::optional<std::uint8_t> found;
    walk_options(appendage, [&found](std::uint8_t tag, Bytes value) {
        if (tag == ouch_option::price_type::kTag && value.size() + 1 == ouch_option::price_type::kLength) found = value[0];
    });
    return found;
}

OrderMessage read_enter(Bytes message) {
    using namespace ouch_in::enter_order;
    return {
        .type = kType,
        .user_ref_num = read_word(message, user_ref_num),
        .named = 0,
        .side = read_byte(message, side),
        .quantity = read_word(message, quantity),
        .stock = read(message, symbol),
        .price = read(message, price),
        .time_in_force = read_byte(message, time_in_force),
        .display = read_byte(message, display),
        .capacity = read_byte(message, capacity),
        .sweep = read_byte(message, inter_market_sweep_eligibility),
        .cross = read_byte(message, cross_type),
        .price_type = last_price_type(message.subspan(kLength)),
        .clordid = message.subspan(clordid.offset, clordid.size),
    };
}

OrderMessage read_replace(Bytes message) {
    using namespace ouch_in::replace_order;
    OrderMessage order{};
    order.type = kType;
    order.user_ref_num = read_word(message, user_ref_num);
    order.named = read_word(message, orig_user_ref_num);
    order.quantity = read_word(message, quantity);
    order.price = read(message, price);
    order.time_in_force = read_byte(message, time_in_force);
    order.display = read_byte(message, display);
    order.sweep = read_byte(message, inter_market_sweep_eligibility);
    order.price_type = last_price_type(message.subspan(kLength));
    order.clordid = message.subspan(clordid.offset, clordid.size);
    return order;
}

OrderMessage read_modify(Bytes message) {
    using namespace ouch_in::modify_order;
    OrderMessage order{};
    order.type = kType;
    order.user_ref_num = read_word(message, user_ref_num);
    order.named = order.user_ref_num;
    order.side = read_byte(message, side);
    order.quantity = read_word(message, quantity);
    return order;
}

}  // namespace

bool is_client_type(std::uint8_t type) { return kClientShapes[type].length != 0; }
bool is_exchange_type(std::uint8_t type) { return kExchangeShapes[type].length != 0; }

bool client_length_fits(Bytes message) { return length_fits(message, kClientShapes[message[0]]); }

bool exchange_length_fits(Bytes message) {
    using namespace ouch_out;
    if (message[0] != aiq_canceled::kType) return length_fits(message, kExchangeShapes[message[0]]);
    // `D` has grown by a byte: the shorter form counts where its appendage's length fits, whatever its options then are.
    const bool shorter = message.size() == aiq_canceled::kLength || count_fits(message, aiq_canceled::kLength);
    return length_fits(message, {shorter ? aiq_canceled::kLength : aiq_canceled::kLaterLength, false});
}

OrderMessage read_order(Bytes message) {
    switch (message[0]) {
        case ouch_in::enter_order::kType: return read_enter(message);
        case ouch_in::replace_order::kType: return read_replace(message);
        default: return read_modify(message);
    }
}

}  // namespace tickproof::gateway
