// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/order_store.h"

#include "host/common/error.h"

namespace tickproof::gateway {

OrderStore::OrderStore(std::size_t symbols) : slots_(kSlots), generation_(symbols) {}

Order* OrderStore::find(std::uint64_t reference) {
    for (std::size_t at = home(reference);; at = (at + 1) & kMask) {
        Order& slot = slots_[at];
        if (slot.shares == 0) return nullptr;
        if (slot.reference == reference) return is_live(slot) ? &slot : nullptr;
    }
}

void OrderStore::add(std::uint64_t reference, std::uint8_t symbol, BookSide side, std::uint32_t shares, std::uint32_t price) {
    if (used_ >= kMost) sweep();
    std::size_t at = home(reference);
    while (slots_[at].shares != 0 && slots_[at].reference != reference) at = (at + 1) & kMask;
    if (slots_[at].shares == 0) ++used_;  // else a dead order of the same reference makes way
    slots_[at] = {reference, shares, price, generation_[symbol], symbol, side};
}

// Orders behind the hole move up where they may, so that no search ends too early and no mark stays behind.
void OrderStore::remove(Order* order) {
    std::size_t hole = static_cast<std::size_t>(order - slots_.data());
    for (std::size_t at = (hole + 1) & kMask; slots_[at].shares != 0; at = (at + 1) & kMask) {
        const std::size_t distance_from_home = (at - home(slots_[at].reference)) & kMask;
        if (distance_from_home < ((at - hole) & kMask)) continue;
        slots_[hole] = slots_[at];
        hole = at;
    }
    slots_[hole].shares = 0;
    --used_;
}

void OrderStore::sweep() {
    for (std::size_t at = 0; at < kSlots; ++at) {
        while (slots_[at].shares != 0 && !is_live(slots_[at])) remove(&slots_[at]);
    }
    if (used_ >= kMost) throw HostError("order store: full (got " + std::to_string(used_) + " live orders, expected less)");
}

}  // namespace tickproof::gateway
