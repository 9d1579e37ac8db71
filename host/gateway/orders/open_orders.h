// SPDX-License-Identifier: Apache-2.0
// The live orders: 256 sets of 4, a set for each user_ref_num modulo 256 (RISK-OPEN), threaded in order of acceptance (KILL-CANCEL).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace tickproof::gateway {

// A place of the table; free while nothing remains.
struct OpenOrder {
    std::uint32_t user_ref_num;
    std::uint32_t remaining;
    std::uint64_t price;
    std::uint16_t symbol;
    std::uint8_t side;
    std::uint16_t older, newer;  // neighbours in order of acceptance

    bool live() const { return remaining != 0; }
    bool buys() const { return side == 'B'; }
};

class OpenOrders {
public:
    OpenOrders() { orders_[kEnds].older = orders_[kEnds].newer = kEnds; }

    OpenOrder* find(std::uint32_t user_ref_num) {
        for (std::size_t place = first_of_set(user_ref_num), end = place + kWays; place < end; ++place)
            if (orders_[place].live() && orders_[place].user_ref_num == user_ref_num) return &orders_[place];
        return nullptr;
    }

    bool has_room(std::uint32_t user_ref_num) const { return free_place(user_ref_num) != kEnds; }
    std::size_t size() const { return size_; }

    // There is room.
    OpenOrder& add(std::uint32_t user_ref_num) {
        const std::size_t place = free_place(user_ref_num);
        OpenOrder& order = orders_[place];
        order = {};
        order.user_ref_num = user_ref_num;
        order.older = orders_[kEnds].older;
        order.newer = kEnds;
        orders_[order.older].newer = orders_[kEnds].older = static_cast<std::uint16_t>(place);
        ++size_;
        return order;
    }

    void remove(OpenOrder& order) {
        order.remaining = 0;
        orders_[order.older].newer = order.newer;
        orders_[order.newer].older = order.older;
        --size_;
    }

    // In order of acceptance.
    template <typename Visit>
    void each(Visit visit) const {
        for (std::size_t place = orders_[kEnds].newer; place != kEnds; place = orders_[place].newer) visit(orders_[place]);
    }

private:
    static constexpr std::size_t kSets = 256, kWays = 4;
    static constexpr std::uint16_t kEnds = kSets * kWays;  // stands behind the newest and before the oldest

    static std::size_t first_of_set(std::uint32_t user_ref_num) { return user_ref_num % kSets * kWays; }
    std::size_t free_place(std::uint32_t user_ref_num) const {
        for (std::size_t place = first_of_set(user_ref_num), end = place + kWays; place < end; ++place)
            if (!orders_[place].live()) return place;
        return kEnds;
    }

    std::array<OpenOrder, kSets * kWays + 1> orders_{};
    std::size_t size_ = 0;
};

}  // namespace tickproof::gateway
