// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/message_checks.h"

#include <string_view>

namespace tickproof::gateway {
namespace {

constexpr std::uint32_t kTooManyShares = 1'000'000;
constexpr std::uint64_t kHighestPrice = 1'999'999'900;

bool none_of(std::uint8_t code, std::string_view codes) { return codes.find(static_cast<char>(code)) == std::string_view::npos; }

bool price_fails(const Subject& subject) { return subject.price > kHighestPrice && !subject.at_market(); }

bool instructions_fail(const OrderMessage& order) {
    return none_of(order.time_in_force, "0356E") || none_of(order.display, "YNAZ") || none_of(order.sweep, "YN");
}

bool side_fails(const OrderMessage& order) { return none_of(order.side, "BSTE"); }

// A modify takes shares away and stays on its side of the market.
bool modification_fails(const OrderMessage& order, const OpenOrder& live) {
    return order.quantity > live.remaining || (order.side == ouch_in::modify_order::side_buy) != live.buys();
}

}  // namespace

bool message_fails(const Subject& subject) {
    const OrderMessage& order = subject.order;
    if (order.quantity == 0 || order.quantity >= kTooManyShares) return true;
    if (order.modifies()) return side_fails(order) || (subject.known() && modification_fails(order, *subject.live));
    if (price_fails(subject) || instructions_fail(order)) return true;
    return order.enters() && (side_fails(order) || none_of(order.capacity, "APRO") || none_of(order.cross, "NOCHSREA"));
}

}  // namespace tickproof::gateway
