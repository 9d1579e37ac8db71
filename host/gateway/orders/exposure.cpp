// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/exposure.h"

#include <algorithm>

namespace tickproof::gateway {
namespace {

Wide notional(const OpenOrder& order) { return Wide{order.remaining} * order.price; }

}  // namespace

void Exposure::accept(std::uint32_t user_ref_num, std::uint16_t symbol, std::uint8_t side, std::uint32_t quantity, std::uint64_t price) {
    OpenOrder& order = orders_.add(user_ref_num);
    order.symbol = symbol;
    order.side = side;
    order.remaining = quantity;
    order.price = price;
    count(order);
}

void Exposure::change(OpenOrder& order, std::uint8_t side, std::uint32_t remaining) {
    uncount(order);
    order.side = side;
    order.remaining = remaining;
    count(order);
    if (remaining == 0) orders_.remove(order);
}

bool Exposure::reduce(OpenOrder& order, std::uint32_t quantity) {
    const bool too_much = quantity > order.remaining;
    change(order, order.side, order.remaining - std::min(quantity, order.remaining));
    return too_much;
}

void Exposure::fill(const OpenOrder& order, std::uint32_t quantity, std::uint64_t price, std::uint64_t time_ns) {
    SymbolExposure& symbol = symbols_[order.symbol];
    const std::int64_t shares = quantity;
    symbol.position = add_up_to_the_ends(symbol.position, order.buys() ? shares : -shares);
    const Wide spent = Wide{quantity} * price;
    symbol.executed = add_up_to_the_end(symbol.executed, spent);
    session_executed_ = add_up_to_the_end(session_executed_, spent);
    symbol.fills.add(time_ns);
}

void Exposure::count(const OpenOrder& order) {
    SymbolExposure& symbol = symbols_[order.symbol];
    (order.buys() ? symbol.open_buys : symbol.open_sells) += order.remaining;
    symbol.open_notional += notional(order);
    session_open_ += notional(order);
}

void Exposure::uncount(const OpenOrder& order) {
    SymbolExposure& symbol = symbols_[order.symbol];
    (order.buys() ? symbol.open_buys : symbol.open_sells) -= order.remaining;
    symbol.open_notional -= notional(order);
    session_open_ -= notional(order);
}

}  // namespace tickproof::gateway
