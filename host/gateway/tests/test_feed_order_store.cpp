// SPDX-License-Identifier: Apache-2.0
// Contract 5.1, BOOK-REF: where orders lie, and that each is found however others come and go around it.
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "host/common/error.h"
#include "host/common/tests/expect.h"
#include "host/gateway/feed/order_store.h"

namespace {

using namespace tickproof::gateway;
using tickproof::testing::expect;
using tickproof::testing::expect_equal;

constexpr std::uint64_t kSlots = 1 << 21, kMost = kSlots / 4 * 3;
constexpr std::uint8_t kSymbols = 3;

// The inverse of the odd number that the store multiplies by: each step doubles the bits that are right.
constexpr std::uint64_t inverse(std::uint64_t odd) {
    std::uint64_t found = odd;
    for (int step = 0; step < 6; ++step) found *= 2 - odd * found;
    return found;
}

// The n-th reference of those whose place is this slot. That they really collide shows in `colliding_orders_lie_side_by_side`.
constexpr std::uint64_t reference(std::uint64_t slot, std::uint64_t n) { return (slot << 43 | n) * inverse(0x9E3779B97F4A7C15ull); }

// A store, and beside it what it should hold: reference -> shares.
class Orders {
public:
    void add(std::uint64_t reference, std::uint8_t symbol = 0) {
        store.add(reference, symbol, BookSide::buy, ++shares_, 100);
        held_[reference] = {symbol, shares_};
    }
    void remove(std::uint64_t reference) {
        Order* order = store.find(reference);
        expect(order != nullptr);
        store.remove(order);
        held_.erase(reference);
    }
    void forget(std::uint8_t symbol) {
        store.forget(symbol);
        std::erase_if(held_, [&](const auto& held) { return held.second.symbol == symbol; });
    }
    bool holds(std::uint64_t reference) const { return held_.contains(reference); }

    // Exactly what was added and not taken away.
    void check(const std::vector<std::uint64_t>& references) {
        for (const std::uint64_t reference : references) {
            const Order* order = store.find(reference);
            const auto held = held_.find(reference);
            expect((order != nullptr) == (held != held_.end()));
            if (order == nullptr) continue;
            expect(order->reference == reference && order->shares == held->second.shares && order->symbol == held->second.symbol);
        }
    }

    OrderStore store{kSymbols};

private:
    struct Held {
        std::uint8_t symbol;
        std::uint32_t shares;
    };
    std::map<std::uint64_t, Held> held_;
    std::uint32_t shares_ = 0;
};

void colliding_orders_lie_side_by_side() {
    Orders orders;
    for (std::uint64_t n = 0; n < 3; ++n) orders.add(reference(1000, n));
    const Order* first = orders.store.find(reference(1000, 0));
    expect(orders.store.find(reference(1000, 1)) == first + 1);
    expect(orders.store.find(reference(1000, 2)) == first + 2);
    orders.add(reference(1003, 0));
    expect(orders.store.find(reference(1003, 0)) == first + 3);
    orders.add(reference(kSlots - 1, 0));
    orders.add(reference(kSlots - 1, 1));
    expect(orders.store.find(reference(kSlots - 1, 0)) == first - 1000 + (kSlots - 1));
    expect(orders.store.find(reference(kSlots - 1, 1)) == first - 1000);  // behind the last slot comes the first
}

// Whichever goes, and in whichever order: at one slot, at neighbours that push each other on, and around the end of the table.
void whichever_of_them_goes_the_others_are_found() {
    for (const std::uint64_t slot : {std::uint64_t{5000}, kSlots - 3, kSlots - 1}) {
        const auto at = [&](std::uint64_t distance, std::uint64_t n) { return reference((slot + distance) % kSlots, n); };
        const std::vector<std::uint64_t> chain{at(0, 0), at(0, 1), at(1, 0), at(0, 2), at(3, 0), at(2, 0), at(6, 0)};
        for (std::size_t first = 0; first < chain.size(); ++first) {
            for (std::size_t step = 1; step < chain.size(); ++step) {  // their number is a prime: every step visits all
                Orders orders;
                for (const std::uint64_t each : chain) orders.add(each);
                for (std::size_t gone = 0; gone < chain.size(); ++gone) {
                    orders.remove(chain[(first + gone * step) % chain.size()]);
                    orders.check(chain);
                }
                for (const std::uint64_t each : chain) orders.add(each);
                orders.check(chain);
            }
        }
    }
}

// An order that moves up keeps nothing behind: else it would be found again after it has gone.
void an_order_that_has_moved_is_there_once() {
    Orders orders;
    const std::vector<std::uint64_t> chain{reference(9, 0), reference(9, 1), reference(9, 2)};
    for (const std::uint64_t each : chain) orders.add(each);
    orders.remove(chain[0]);
    orders.remove(chain[1]);
    orders.remove(chain[2]);
    orders.check(chain);
}

// Orders of a forgotten book stay in the way until there is need, but nobody finds them, and those behind them are found.
void dead_orders_hide_nothing() {
    Orders orders;
    const std::vector<std::uint64_t> chain{reference(7, 0), reference(7, 1), reference(7, 2), reference(8, 0)};
    for (std::size_t index = 0; index < chain.size(); ++index) orders.add(chain[index], index % 2);
    orders.forget(0);
    orders.check(chain);
    orders.remove(chain[1]);
    orders.check(chain);
    orders.add(chain[0], 2);  // a dead one of the same reference makes way
    orders.add(chain[2], 0);
    orders.check(chain);
    orders.forget(0);
    orders.remove(chain[0]);
    orders.check(chain);
}

// 200,000 steps over 40 references of five slots around the end of the table.
void long_traffic_of_few_slots_is_as_if_there_were_no_table() {
    Orders orders;
    std::vector<std::uint64_t> all;
    for (std::uint64_t n = 0; n < 40; ++n) all.push_back(reference((kSlots - 3 + n % 5) % kSlots, n / 5));
    std::mt19937_64 dice(1);
    for (int step = 0; step < 200'000; ++step) {
        const std::uint64_t each = all[dice() % all.size()];
        if (dice() % 500 == 0) orders.forget(dice() % kSymbols);
        if (orders.holds(each)) orders.remove(each);
        else orders.add(each, dice() % kSymbols);
        if (step % 10 == 0) orders.check(all);
    }
}

// Three quarters of the slots are taken by dead orders: the next one makes them go, and the live ones among them stay.
void dead_orders_make_way_when_room_is_short() {
    Orders orders;
    std::vector<std::uint64_t> kept;
    for (std::uint64_t n = 0; n < 20; ++n) kept.push_back(reference((kSlots - 10 + n) % kSlots, 0));
    for (std::uint64_t n = 0; n < kMost - kept.size(); ++n) {
        orders.store.add(n, 1, BookSide::sell, 1, 100);
        if (n < kept.size()) orders.add(kept[n]);
    }
    orders.forget(1);
    kept.push_back(reference(kSlots - 10, 9));
    orders.add(kept.back());
    orders.check(kept);
    const Order* last = orders.store.find(reference(kSlots - 1, 0));
    expect(orders.store.find(reference(0, 0)) - last == 1 - static_cast<std::ptrdiff_t>(kSlots));  // everybody is at home again
}

void a_store_that_is_full_of_live_orders_says_so() {
    OrderStore store(kSymbols);
    for (std::uint64_t n = 0; n < 2 * kMost; ++n) {  // those that have gone take no room
        store.add(n, 0, BookSide::buy, 1, 100);
        store.remove(store.find(n));
    }
    std::string said;
    try {
        for (std::uint64_t n = 0; n <= kMost; ++n) store.add(n, 0, BookSide::buy, 1, 100);
    } catch (const tickproof::HostError& error) {
        said = error.what();
    }
    expect_equal(said, "order store: full (got 1572864 live orders, expected less)");
}

}  // namespace

int main() {
    colliding_orders_lie_side_by_side();
    whichever_of_them_goes_the_others_are_found();
    an_order_that_has_moved_is_there_once();
    dead_orders_hide_nothing();
    long_traffic_of_few_slots_is_as_if_there_were_no_table();
    dead_orders_make_way_when_room_is_short();
    a_store_that_is_full_of_live_orders_says_so();
}
