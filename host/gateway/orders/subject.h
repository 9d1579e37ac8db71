// SPDX-License-Identifier: Apache-2.0
// An order as the checks see it: whose side, price and symbol count, and which reference stands against it (contract 7).
#pragma once
#include "host/gateway/orders/open_orders.h"
#include "host/gateway/feed/records.h"
#include "host/gateway/orders/ouch.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

struct Subject {
    const OrderMessage& order;
    const OpenOrder* live = nullptr;      // that a `U` or `M` names
    std::uint16_t symbol = kNoSymbol;     // known only if it is enabled
    const SymbolState* market = nullptr;  // of a known symbol
    std::uint8_t side = 0;
    std::uint64_t price = 0;
    std::uint32_t bid = 0, ask = 0;       // of the reference; 0 = none

    bool known() const { return market != nullptr; }
    bool buys() const { return side == ouch_in::enter_order::side_buy; }
    bool at_market() const { return price == ouch_in::enter_order::price_market; }
    std::uint32_t needed() const { return buys() ? ask : bid; }
    // At which it counts: a market order's is the touch.
    std::uint64_t value_price() const { return at_market() ? needed() : price; }
};

// `live` is the live order of number `order.named`, if there is one.
Subject identify(const OrderMessage& order, const OpenOrder* live, const MarketView& market, std::size_t symbols);

}  // namespace tickproof::gateway
