// SPDX-License-Identifier: Apache-2.0
// Throws generated and damaged packets at the feed path and at the order path, one of each a case, and holds what comes out against itself:
// nothing here knows what the contract wants. Both paths have a history, so --case N plays all up to it.
// Meant for builds with sanitizers: fuzz_gateway --cases 1000000 --seed 1
#include <cstdio>

#include "host/common/fuzz/run.h"
#include "host/gateway/fuzz/feed_world.h"
#include "host/gateway/fuzz/order_world.h"

namespace {

using namespace tickproof;
using namespace tickproof::gateway;
using namespace tickproof::gateway::fuzz;

struct StepClock final : Clock {
    std::uint64_t now = 1'000;
    std::uint64_t now_ns() override { return now; }
};

void run(const Range& range) {
    Random random(range.seed);
    StepClock clock;
    FeedWorld feed(random, clock);
    OrderWorld orders(random, feed.market(), clock);
    for (current_case = 0; current_case < range.end; ++current_case) {
        clock.now += random.one_in(50) ? random.below(100'000) : random.below(200);
        if (random.one_in(20)) orders.control_seen(feed.control());
        feed.step();
        orders.step();
    }
    const auto print = [](std::string_view name, std::uint64_t value) {
        std::printf("%.*s=%llu ", static_cast<int>(name.size()), name.data(), static_cast<unsigned long long>(value));
    };
    for (std::size_t index = counter::messages; index < counter::records; ++index) print(counter::kNames[index], feed.counters()[index]);
    for (std::size_t index = 0; index < order_counter::kNames.size(); ++index) print(order_counter::kNames[index], orders.total(index));
    std::puts("");
    tickproof::fuzz::print(range);
}

}  // namespace

int main(int count, char** words) {
    const auto range = parse(count, words);
    if (!range) return 2;
    run(*range);
}
