// SPDX-License-Identifier: Apache-2.0
// Contract 5.1: what the messages about orders do to the books of all symbols.
#pragma once
#include <cstdint>
#include <vector>

#include "host/gateway/feed/counters.h"
#include "host/gateway/feed/ladder.h"
#include "host/gateway/feed/order_store.h"

namespace tickproof::gateway {

class Books {
public:
    Books(std::size_t symbols, std::size_t levels, FeedCounters& counters, std::size_t orders = kUsualOrders);

    // `symbol` is that of the header's locate. What `add` and `replace` return is the symbol of an order that had to make way (BOOK-ALIVE), or kNobody.
    static constexpr int kNobody = -1;
    int add(std::uint8_t symbol, std::uint64_t reference, std::uint8_t side, std::uint32_t shares, std::uint32_t price);
    void reduce(std::uint8_t symbol, std::uint64_t reference, std::uint32_t shares);
    void remove(std::uint8_t symbol, std::uint64_t reference);
    int replace(std::uint8_t symbol, std::uint64_t original, std::uint64_t reference, std::uint32_t shares, std::uint32_t price);

    void configure(std::uint8_t symbol, std::uint32_t base, std::uint16_t tick);  // empties it
    void clear(std::uint8_t symbol);
    Top top(std::uint8_t symbol) const { return ladders_[symbol].top(); }

private:
    Order* find_of(std::uint8_t symbol, std::uint64_t reference);
    void store(std::uint8_t symbol, std::uint64_t reference, BookSide side, std::uint32_t shares, std::uint32_t price);
    void take_out(Order* order);
    int make_way(std::uint64_t reference);

    FeedCounters& counters_;
    OrderStore orders_;
    std::vector<Ladder> ladders_;
};

}  // namespace tickproof::gateway
