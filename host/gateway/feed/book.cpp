// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/book.h"

namespace tickproof::gateway {

Books::Books(std::size_t symbols, std::size_t levels, FeedCounters& counters, std::size_t orders)
    : counters_(counters), orders_(symbols, orders), ladders_(symbols, Ladder(levels)) {}

int Books::add(std::uint8_t symbol, std::uint64_t reference, std::uint8_t side, std::uint32_t shares, std::uint32_t price) {
    using itch::add_order::buy_sell_indicator_buy, itch::add_order::buy_sell_indicator_sell;
    if (shares == 0 || (side != buy_sell_indicator_buy && side != buy_sell_indicator_sell)) {
        ++counters_[counter::bad_add];
        return kNobody;
    }
    const int other = make_way(reference);
    store(symbol, reference, side == buy_sell_indicator_buy ? BookSide::buy : BookSide::sell, shares, price);
    return other;
}

void Books::reduce(std::uint8_t symbol, std::uint64_t reference, std::uint32_t shares) {
    Order* order = find_of(symbol, reference);
    if (order == nullptr) return;
    if (shares > order->shares) ++counters_[counter::over_reduced];
    if (shares >= order->shares) return take_out(order);
    ladders_[symbol].reduce_order(order->side, order->price, shares);
    order->shares -= shares;
}

void Books::remove(std::uint8_t symbol, std::uint64_t reference) {
    if (Order* order = find_of(symbol, reference)) take_out(order);
}

int Books::replace(std::uint8_t symbol, std::uint64_t original, std::uint64_t reference, std::uint32_t shares, std::uint32_t price) {
    Order* order = find_of(symbol, original);
    if (order == nullptr) return kNobody;
    const BookSide side = order->side;
    take_out(order);
    if (shares == 0) return kNobody;
    const int other = make_way(reference);
    store(symbol, reference, side, shares, price);
    return other;
}

void Books::configure(std::uint8_t symbol, std::uint32_t base, std::uint16_t tick) {
    orders_.forget(symbol);
    ladders_[symbol].configure(base, tick);
}

void Books::clear(std::uint8_t symbol) {
    orders_.forget(symbol);
    ladders_[symbol].clear();
}

// BOOK-UNKNOWN comes before FEED-ITCH-5.
Order* Books::find_of(std::uint8_t symbol, std::uint64_t reference) {
    Order* order = orders_.find(reference);
    if (order == nullptr) {
        ++counters_[counter::unknown_reference];
        return nullptr;
    }
    if (order->symbol != symbol) {
        ++counters_[counter::wrong_locate];
        return nullptr;
    }
    return order;
}

void Books::store(std::uint8_t symbol, std::uint64_t reference, BookSide side, std::uint32_t shares, std::uint32_t price) {
    orders_.add(reference, symbol, side, shares, price);
    ladders_[symbol].add_order(side, price, shares);
}

void Books::take_out(Order* order) {
    ladders_[order->symbol].remove_order(order->side, order->price, order->shares);
    orders_.remove(order);
}

// BOOK-ALIVE
int Books::make_way(std::uint64_t reference) {
    Order* alive = orders_.find(reference);
    if (alive == nullptr) return kNobody;
    ++counters_[counter::duplicate_reference];
    const int symbol = alive->symbol;
    take_out(alive);
    return symbol;
}

}  // namespace tickproof::gateway
