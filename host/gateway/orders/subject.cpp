// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/subject.h"

namespace tickproof::gateway {
namespace {

// The lowest enabled symbol of that stock.
std::uint16_t symbol_of(std::uint64_t stock, const MarketView& market, std::size_t symbols) {
    for (std::size_t index = 0; index < symbols; ++index) {
        const SymbolState& symbol = market.symbol(index);
        if (symbol.enabled && symbol.stock == stock) return static_cast<std::uint16_t>(index);
    }
    return kNoSymbol;
}

}  // namespace

Subject identify(const OrderMessage& order, const OpenOrder* live, const MarketView& market, std::size_t symbols) {
    Subject subject{.order = order, .live = live};
    subject.side = order.side;
    subject.price = order.price;
    if (order.enters()) {
        subject.symbol = symbol_of(order.stock, market, symbols);
    } else if (live != nullptr) {
        if (market.symbol(live->symbol).enabled) subject.symbol = live->symbol;
        if (order.modifies()) subject.price = live->price;
        else subject.side = live->side;
    }
    if (subject.symbol == kNoSymbol) return subject;
    subject.market = &market.symbol(subject.symbol);
    if (subject.market->quote.present) {
        subject.bid = subject.market->quote.bid_price;
        subject.ask = subject.market->quote.ask_price;
    }
    return subject;
}

}  // namespace tickproof::gateway
