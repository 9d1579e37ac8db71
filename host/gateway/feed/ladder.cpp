// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/ladder.h"

#include <algorithm>

#include "host/common/tables.h"

namespace tickproof::gateway {

Ladder::Ladder(std::size_t levels) : levels_(levels), sides_{SideLevels{std::vector<std::uint64_t>(levels), LevelSet(levels)}, SideLevels{std::vector<std::uint64_t>(levels), LevelSet(levels)}} {}

void Ladder::configure(std::uint32_t base, std::uint16_t tick) {
    base_ = base;
    tick_ = std::max<std::uint32_t>(tick, 1);  // 0 is outside the contract's limits, but nothing to divide by
    clear();
}

void Ladder::clear() {
    for (SideLevels& side : sides_) {
        if (side.occupied.empty()) continue;
        std::fill(side.shares.begin(), side.shares.end(), 0);
        side.occupied.clear_all();
    }
    hidden_ = 0;
}

// BOOK-LADDER. Price 0 counts as below whatever the base is.
Ladder::Position Ladder::position(std::uint32_t price) const {
    if (price == 0 || price < base_) return {Place::below, 0};
    const std::uint32_t above_base = price - base_;
    const std::size_t level = above_base / tick_;
    if (level > levels_ - 1 || (level == levels_ - 1 && above_base % tick_ != 0)) return {Place::above, 0};
    return {above_base % tick_ == 0 ? Place::level : Place::between, level};
}

void Ladder::add_order(BookSide side, std::uint32_t price, std::uint32_t shares) {
    const Position at = position(price);
    if (at.place != Place::level) return count_hidden(side, at.place, 1);
    levels_of(side).shares[at.level] += shares;
    levels_of(side).occupied.set(at.level);
}

void Ladder::reduce_order(BookSide side, std::uint32_t price, std::uint32_t by) {
    const Position at = position(price);
    if (at.place == Place::level) levels_of(side).shares[at.level] -= by;
}

void Ladder::remove_order(BookSide side, std::uint32_t price, std::uint32_t remaining) {
    const Position at = position(price);
    if (at.place != Place::level) return count_hidden(side, at.place, -1);
    SideLevels& levels = levels_of(side);
    levels.shares[at.level] -= remaining;
    if (levels.shares[at.level] == 0) levels.occupied.clear(at.level);
}

// BOOK-FLAGS, partial.
void Ladder::count_hidden(BookSide side, Place place, std::int64_t by) {
    const bool could_be_better = place == Place::between || (side == BookSide::buy ? place == Place::above : place == Place::below);
    if (could_be_better) hidden_ += by;
}

Top Ladder::top() const {
    Top top{};
    const SideLevels& bids = sides_[static_cast<std::size_t>(BookSide::buy)];
    const SideLevels& asks = sides_[static_cast<std::size_t>(BookSide::sell)];
    if (!bids.occupied.empty()) {
        const std::size_t level = bids.occupied.highest();
        top.bid_price = price_of(level);
        top.bid_shares = bids.shares[level];
    }
    if (!asks.occupied.empty()) {
        const std::size_t level = asks.occupied.lowest();
        top.ask_price = price_of(level);
        top.ask_shares = asks.shares[level];
    }
    if (!bids.occupied.empty() && !asks.occupied.empty() && top.bid_price >= top.ask_price) top.flags |= record::flag_crossed;
    if (hidden_ != 0) top.flags |= record::flag_partial;
    return top;
}

}  // namespace tickproof::gateway
