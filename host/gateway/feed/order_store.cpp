// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/order_store.h"

#include <bit>

#include "host/common/error.h"

namespace tickproof::gateway {

// A quarter of the slots stays free, so that a search is short.
OrderStore::OrderStore(std::size_t symbols, std::size_t orders)
    : slot_bits_(static_cast<unsigned>(std::bit_width(orders + orders / 3 - 1))),
      mask_((std::size_t{1} << slot_bits_) - 1),
      most_((mask_ + 1) / 4 * 3),
      slots_(mask_ + 1),
      generation_(symbols) {}

Order* OrderStore::find(std::uint64_t reference) {
    for (std::size_t at = home(reference);; at = (at + 1) & mask_) {
        Order& slot = slots_[at];
        if (slot.shares == 0) return nullptr;
        if (slot.reference == reference) return is_live(slot) ? &slot : nullptr;
    }
}

void OrderStore::add(std::uint64_t reference, std::uint8_t symbol, BookSide side, std::uint32_t shares, std::uint32_t price) {
    if (used_ >= most_) sweep();
    std::size_t at = home(reference);
    while (slots_[at].shares != 0 && slots_[at].reference != reference) at = (at + 1) & mask_;
    if (slots_[at].shares == 0) ++used_;  // else a dead order of the same reference makes way
    slots_[at] = {reference, shares, price, generation_[symbol], symbol, side};
}

// Orders behind the hole move up where they may, so that no search ends too early and no mark stays behind.
void OrderStore::remove(Order* order) {
    std::size_t hole = static_cast<std::size_t>(order - slots_.data());
    for (std::size_t at = (hole + 1) & mask_; slots_[at].shares != 0; at = (at + 1) & mask_) {
        const std::size_t distance_from_home = (at - home(slots_[at].reference)) & mask_;
        if (distance_from_home < ((at - hole) & mask_)) continue;
        slots_[hole] = slots_[at];
        hole = at;
    }
    slots_[hole].shares = 0;
    --used_;
}

void OrderStore::sweep() {
    for (std::size_t at = 0; at <= mask_; ++at) {
        while (slots_[at].shares != 0 && !is_live(slots_[at])) remove(&slots_[at]);
    }
    if (used_ >= most_) throw HostError("order store: full (got " + std::to_string(used_) + " live orders, expected less)");
}

}  // namespace tickproof::gateway
