// SPDX-License-Identifier: Apache-2.0
// Throws generated and damaged packets at the feed path and at the order path, one of each a case, and holds what comes out against itself:
// nothing here knows what the contract wants. The same seed gives the same cases. Meant for builds with sanitizers:
//   fuzz_gateway --cases 1000000 --seed 1
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

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

void run(std::uint64_t cases, std::uint64_t seed) {
    Random random(seed);
    StepClock clock;
    FeedWorld feed(random, clock);
    OrderWorld orders(random, feed.market(), clock);
    for (current_case = 0; current_case < cases; ++current_case) {
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
    std::printf("\n%llu cases of seed %llu\n", static_cast<unsigned long long>(cases), static_cast<unsigned long long>(seed));
}

std::optional<std::uint64_t> number(const char* text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    if (error != std::errc{} || *end != '\0') return std::nullopt;
    return value;
}

}  // namespace

int main(int count, char** words) {
    std::uint64_t cases = 10'000, seed = 1;
    for (int index = 1; index < count; index += 2) {
        const std::string_view option = words[index];
        const auto value = index + 1 < count ? number(words[index + 1]) : std::nullopt;
        if (!value || (option != "--cases" && option != "--seed")) {
            std::fprintf(stderr, "fuzz_gateway: %s: unknown option or no number (expected --cases N, --seed N)\n", words[index]);
            return 2;
        }
        (option == "--cases" ? cases : seed) = *value;
    }
    run(cases, seed);
}
