// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/risk_gate.h"

#include <algorithm>

#include "host/gateway/orders/message_checks.h"
#include "host/gateway/orders/symbol_checks.h"

namespace tickproof::gateway {

Decision RiskGate::decide(const OrderMessage& order, std::uint64_t now, bool exchange_open) {
    const OpenOrder* live = order.enters() ? nullptr : exposure_.find(order.named);
    const Subject subject = identify(order, live, market_, exposure_.symbols());
    const Decision decision{subject, failing(subject, now, exchange_open)};
    if ((decision.failing >> record::check_rate & 1) == 0) bucket_.take(now, token_ns());
    if (!order.modifies()) highest_number_ = std::max(highest_number_, order.user_ref_num);
    if (decision.failing == 0 && !order.modifies()) forward(subject, now);
    return decision;
}

std::uint32_t RiskGate::failing(const Subject& subject, std::uint64_t now, bool exchange_open) const {
    const OrderMessage& order = subject.order;
    const bool bad_message = message_fails(subject);
    const bool restricted = !subject.known() || limits_.of(subject.symbol, control::restricted::kId) != 0;
    const std::uint32_t failing = check_bit(record::check_kill, kill_fails(subject, now, exchange_open)) |
                                  check_bit(record::check_symbol, restricted) | check_bit(record::check_message, bad_message) |
                                  check_bit(record::check_sequence, !order.modifies() && order.user_ref_num <= highest_number_) |
                                  check_bit(record::check_rate, !bucket_.passes(now, burst(), token_ns())) |
                                  check_bit(record::check_open_orders, open_orders_fail(order));
    if (!subject.known()) return failing;
    const SymbolChecks checks(subject, limits_, exposure_, now);
    return failing | checks.market(market_.phase()) | (bad_message ? 0 : checks.size_and_price(recent_));
}

bool RiskGate::kill_fails(const Subject& subject, std::uint64_t now, bool exchange_open) const {
    return kills_.holds(subject.symbol) || !exchange_open || now - last_control_ > limits_.device(control::dead_man_ns::kId);
}

bool RiskGate::open_orders_fail(const OrderMessage& order) const {
    const OpenOrders& orders = exposure_.orders();
    return !order.modifies() && (orders.size() >= limits_.device(control::max_open_orders::kId) || !orders.has_room(order.user_ref_num));
}

void RiskGate::forward(const Subject& subject, std::uint64_t now) {
    const OrderMessage& order = subject.order;
    exposure_.accept(order.user_ref_num, subject.symbol, subject.side, order.quantity, subject.value_price());
    if (order.enters()) recent_.add({subject.symbol, order.side, order.quantity, order.price, now});
}

}  // namespace tickproof::gateway
