// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/reports.h"

#include "host/gateway/orders/kill_switch.h"
#include "host/gateway/orders/ouch.h"

namespace tickproof::gateway {
namespace {

namespace out = ouch_out;

// Of a message about an order; no value: it is about none.
std::optional<std::uint32_t> number_of(Bytes message) {
    switch (message[0]) {
        case out::system_event::kType:
        case out::account_query_response::kType: return std::nullopt;
        case out::order_replaced::kType: return read_word(message, out::order_replaced::user_ref_num);
        default: return read_word(message, out::order_accepted::user_ref_num);  // all others have it there
    }
}

}  // namespace

Effect Reports::take(Bytes message, bool replayed, std::uint64_t now) {
    Effect effect;
    if (!is_exchange_type(message[0])) {
        ++counters_[order_counter::unknown_report];
        return effect;
    }
    const std::optional<std::uint32_t> number = number_of(message);
    if (!number) return effect;
    effect.user_ref_num = *number;
    // The original goes before the new number is looked up, so that one that names itself is unknown.
    if (message[0] == out::order_replaced::kType && !replayed)
        if (OpenOrder* original = exposure_.find(read_word(message, out::order_replaced::orig_user_ref_num))) exposure_.free(*original);
    OpenOrder* order = exposure_.find(*number);
    if (!replayed) effect.kill = order != nullptr ? apply(*order, message, now) : apply_to_nothing(message[0]);
    if (order != nullptr) {
        effect.symbol = order->symbol;
        effect.applied = !replayed;
        effect.position = exposure_.of(order->symbol).position;
        effect.remaining = order->remaining;
    }
    return effect;
}

Reports::Kill Reports::apply(OpenOrder& order, Bytes message, std::uint64_t now) {
    switch (message[0]) {
        case out::order_accepted::kType: {
            using namespace out::order_accepted;
            const bool dead = message[order_state.offset] == order_state_dead;
            const std::uint32_t accepted = read_word(message, quantity);
            if (dead || accepted < order.remaining) exposure_.change(order, order.side, dead ? 0 : accepted);
            break;
        }
        case out::order_replaced::kType: {
            using namespace out::order_replaced;
            exposure_.change(order, order.side, message[order_state.offset] == order_state_dead ? 0 : read_word(message, quantity));
            break;
        }
        case out::order_executed::kType: return execute(order, message, now);
        case out::order_canceled::kType: reduce(order, read_word(message, out::order_canceled::quantity)); break;
        case out::aiq_canceled::kType: reduce(order, read_word(message, out::aiq_canceled::decrement_shares)); break;
        case out::order_modified::kType:
            exposure_.change(order, message[out::order_modified::side.offset], read_word(message, out::order_modified::quantity));
            break;
        case out::rejected::kType: exposure_.free(order); break;
        case out::broken_trade::kType:
        case out::trade_correction::kType: return order.symbol;
        default: break;
    }
    return std::nullopt;
}

// A number that no live order has (EXP-UNKNOWN, EXP-BROKEN).
Reports::Kill Reports::apply_to_nothing(std::uint8_t type) {
    switch (type) {
        case out::order_executed::kType:
        case out::order_replaced::kType:
        case out::broken_trade::kType:
        case out::trade_correction::kType: ++counters_[order_counter::unknown_order]; return kSessionScope;
        case out::order_accepted::kType:
        case out::order_canceled::kType:
        case out::aiq_canceled::kType:
        case out::order_modified::kType:
        case out::rejected::kType: ++counters_[order_counter::unknown_order]; return std::nullopt;
        default: return std::nullopt;
    }
}

Reports::Kill Reports::execute(OpenOrder& order, Bytes message, std::uint64_t now) {
    using namespace out::order_executed;
    const std::uint32_t shares = read_word(message, quantity);
    exposure_.fill(order, shares, read(message, price), now);
    reduce(order, shares);
    const std::uint64_t most = limits_.of(order.symbol, control::max_executions::kId);
    const std::uint64_t window = limits_.of(order.symbol, control::execution_window::kId);
    if (!exposure_.of(order.symbol).fills.more_than(most, window, now)) return std::nullopt;
    return order.symbol;  // RISK-LATCH
}

void Reports::reduce(OpenOrder& order, std::uint32_t quantity) {
    if (exposure_.reduce(order, quantity)) ++counters_[order_counter::over_released];
}

}  // namespace tickproof::gateway
