// SPDX-License-Identifier: Apache-2.0
// A market-data path that a test holds in its hands. Settings, counters and offsets are written as numbers on purpose: see control.toml and contract 8.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <span>
#include <string>
#include <utility>

#include "host/gateway/feed/feed_path.h"
#include "host/gateway/tests/feed_messages.h"

namespace tickproof::gateway::testing {

inline void expect_equal(const Text& got, const Text& expected, const std::source_location& at = std::source_location::current()) {
    if (got == expected) return;
    std::fprintf(stderr, "%s:%u: got\n%sexpected\n%s", at.file_name(), at.line(), got.c_str(), expected.c_str());
    std::exit(1);
}
inline void expect_equal(std::uint64_t got, std::uint64_t expected, const std::source_location& at = std::source_location::current()) {
    expect_equal(std::to_string(got) + "\n", std::to_string(expected) + "\n", at);
}

// Where a counter stands: 19 of line A, 19 of line B, then the device's.
inline constexpr std::size_t kShortMold = 10, kWrongSession = 11, kTruncated = 12, kTrailing = 13, kHeartbeats = 14, kDuplicates = 15, kAfterEnd = 16, kDelivered = 18, kLineB = 19;
inline constexpr std::size_t kMessages = 38, kBadMessage = 39, kUnknown = 40, kDuplicateReference = 41, kOverReduced = 42, kBadAdd = 43, kWrongLocate = 44, kGaps = 45, kGapMessages = 46;

inline constexpr unsigned kAapl = 7, kMsft = 9;  // given locates of symbols 0 and 1

class FeedBench : public RecordSink {
public:
    static constexpr std::size_t kSymbols = 4, kLevels = 16;

    // Two symbols with levels 10,000, 10,100, ... 11,500, and time 100 at the first packet.
    FeedBench() {
        symbol(0, "AAPL    ", kAapl);
        symbol(1, "MSFT    ", kMsft);
        command(1);
        take();
    }

    void symbol(std::uint16_t index, const Text& stock, unsigned locate) {
        set(64, 1, index);
        set(65, number(stock), index);
        set(66, locate, index);
        set(67, 1, index);
        set(68, 10'000, index);
    }
    bool set(std::uint32_t setting, std::uint64_t value, std::uint16_t index = 0xFFFF) { return feed_.set(setting, index, value); }
    void command(std::uint8_t op, std::uint16_t index = 0xFFFF) { feed_.command(op, index, now); }

    void a(const Text& payload) { give(0, payload); }
    void b(const Text& payload) { give(1, payload); }
    void wait(std::uint64_t ns) {
        now += ns;
        feed_.poll(now);
    }

    // The records since the last look, a line each.
    Text take() { return std::exchange(said_, ""); }
    std::uint64_t count(std::size_t index) const { return feed_.counters()[index]; }
    const SymbolState& seen(std::size_t index) const { return feed_.market().symbol(index); }
    const FeedPath& feed() const { return feed_; }

    static std::uint64_t number(const Text& bytes) {
        std::uint64_t value = 0;
        for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
        return value;
    }

    std::uint64_t now = 100;

private:
    void give(unsigned line, const Text& payload) { feed_.packet(line, {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, now); }

    void put(std::span<const std::uint8_t, 64> bytes) override {
        const Text record(bytes.begin(), bytes.end());
        const auto field = [&](std::size_t offset, std::size_t size) { return std::to_string(number(record.substr(offset, size))); };
        const Text symbol = record.substr(2, 2) == "\xFF\xFF" ? "-" : field(2, 2);
        Text line;
        switch (record[0]) {
            case 1: line = "BBO " + symbol + " #" + field(24, 8) + " " + field(32, 4) + "x" + field(40, 8) + " " + field(36, 4) + "x" + field(48, 8) + " flags " + field(1, 1); break;
            case 2: line = "GAP #" + field(24, 8) + " to " + field(32, 8) + " cause " + field(40, 1); break;
            case 3: line = "END #" + field(24, 8) + " " + record.substr(32, 10); break;
            case 4: line = "STATE " + symbol + " #" + field(24, 8) + " [" + record.substr(32, 4) + "]"; break;
            case 12: line = "CONTROL " + field(32, 1) + " " + symbol + " #" + field(24, 8); break;
            default: line = "record of kind " + field(0, 1); break;
        }
        expect_equal(number(record.substr(16, 8)), now);
        said_ += line + "\n";
    }

    Text said_;
    FeedPath feed_{*this, kSymbols, kLevels};
};

}  // namespace tickproof::gateway::testing
