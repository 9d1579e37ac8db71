// SPDX-License-Identifier: Apache-2.0
// Contract 5.2 to 5.4: the price levels of one symbol, their best, and what lies off the ladder.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/gateway/feed/level_set.h"
#include "host/gateway/feed/order_store.h"

namespace tickproof::gateway {

struct Top {
    std::uint32_t bid_price, ask_price;  // 0: none
    std::uint64_t bid_shares, ask_shares;
    std::uint8_t flags;

    bool operator==(const Top&) const = default;
};

class Ladder {
public:
    explicit Ladder(std::size_t levels);

    void configure(std::uint32_t base, std::uint16_t tick);  // empties it
    void clear();
    void add_order(BookSide side, std::uint32_t price, std::uint32_t shares);
    void reduce_order(BookSide side, std::uint32_t price, std::uint32_t by);  // some shares remain
    void remove_order(BookSide side, std::uint32_t price, std::uint32_t remaining);
    // Flags: crossed and partial.
    Top top() const;

private:
    enum class Place { level, below, above, between };
    struct Position {
        Place place;
        std::size_t level;
    };
    struct SideLevels {
        std::vector<std::uint64_t> shares;
        LevelSet occupied;
    };

    Position position(std::uint32_t price) const;
    std::uint32_t price_of(std::size_t level) const { return base_ + static_cast<std::uint32_t>(level) * tick_; }
    void count_hidden(BookSide side, Place place, std::int64_t by);
    SideLevels& levels_of(BookSide side) { return sides_[static_cast<std::size_t>(side)]; }

    std::size_t levels_;
    std::uint32_t base_ = 0, tick_ = 1;
    std::array<SideLevels, 2> sides_;
    std::int64_t hidden_ = 0;  // live orders that may better the shown top (flag partial)
};

}  // namespace tickproof::gateway
