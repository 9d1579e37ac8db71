// SPDX-License-Identifier: Apache-2.0
// Contract 5.1, BOOK-REF: every live order by its reference, one space over all symbols. Open addressing, allocated once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/gateway/feed/zeroed_array.h"

namespace tickproof::gateway {

enum class BookSide : std::uint8_t { buy, sell };

struct Order {
    std::uint64_t reference;
    std::uint32_t shares;  // 0: the slot is free. A live order has some
    std::uint32_t price;
    std::uint32_t generation;  // of its symbol's book
    std::uint8_t symbol;
    BookSide side;
};

inline constexpr std::size_t kUsualOrders = std::size_t{3} << 19;  // 1.5 million

class OrderStore {
public:
    explicit OrderStore(std::size_t symbols, std::size_t orders = kUsualOrders);  // of which so many may be alive

    // The live order of that reference, or none. Valid until the next `add` or `remove`.
    Order* find(std::uint64_t reference);
    void add(std::uint64_t reference, std::uint8_t symbol, BookSide side, std::uint32_t shares, std::uint32_t price);  // none of that reference is alive
    void remove(Order* order);
    // All orders of the symbol die at once: those of an older generation are dead, and their slots are taken back when room is short.
    void forget(std::uint8_t symbol) { ++generation_[symbol]; }

private:
    std::size_t home(std::uint64_t reference) const { return (reference * 0x9E3779B97F4A7C15ull) >> (64 - slot_bits_); }
    bool is_live(const Order& order) const { return order.shares != 0 && order.generation == generation_[order.symbol]; }
    void sweep();

    unsigned slot_bits_;
    std::size_t mask_, most_;
    ZeroedArray<Order> slots_;
    std::vector<std::uint32_t> generation_;
    std::size_t used_ = 0;  // dead ones included
};

}  // namespace tickproof::gateway
