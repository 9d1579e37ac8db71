// SPDX-License-Identifier: Apache-2.0
// The last 16 forwarded Enters, against which the next one is held (RISK-DUPLICATE).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace tickproof::gateway {

struct RecentOrder {
    std::uint16_t symbol;
    std::uint8_t side;
    std::uint32_t quantity;
    std::uint64_t price;
    std::uint64_t time_ns;
};

class RecentOrders {
public:
    // `order.time_ns` is now. From the newest on: times never decrease, so the first one that is too old ends the search.
    bool has_twin(const RecentOrder& order, std::uint64_t window) const {
        for (std::size_t age = 1; age <= count_; ++age) {
            const RecentOrder& other = orders_[(next_ - age) % orders_.size()];
            if (order.time_ns - other.time_ns >= window) return false;
            if (other.symbol == order.symbol && other.side == order.side && other.quantity == order.quantity && other.price == order.price)
                return true;
        }
        return false;
    }

    void add(const RecentOrder& order) {
        orders_[next_] = order;
        next_ = (next_ + 1) % orders_.size();
        if (count_ < orders_.size()) ++count_;
    }

private:
    std::array<RecentOrder, 16> orders_{};
    std::size_t next_ = 0, count_ = 0;
};

}  // namespace tickproof::gateway
