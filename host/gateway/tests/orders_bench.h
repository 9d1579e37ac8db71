// SPDX-License-Identifier: Apache-2.0
// An order path with a market, a clock and sinks that a test holds in its hands. Settings and offsets are written as numbers on purpose:
// see control.toml and contract 8.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "host/gateway/orders/order_path.h"
#include "host/gateway/tests/orders_messages.h"

namespace tickproof::gateway::testing {

inline void expect(bool holds, const std::source_location& at = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%u: expectation does not hold\n", at.file_name(), at.line());
    std::exit(1);
}

template <typename Got, typename Expected>
void expect_equal(const Got& got, const Expected& expected, const std::source_location& at = std::source_location::current()) {
    if (got == expected) return;
    std::fprintf(stderr, "%s:%u: got 0x%llx, expected 0x%llx\n", at.file_name(), at.line(), static_cast<unsigned long long>(got),
                 static_cast<unsigned long long>(expected));
    std::exit(1);
}

struct Market final : MarketView {
    std::vector<SymbolState> symbols_;
    char phase_ = 'Q';
    const SymbolState& symbol(std::size_t index) const override { return symbols_[index]; }
    std::size_t symbols() const override { return symbols_.size(); }
    std::uint8_t phase() const override { return static_cast<std::uint8_t>(phase_); }
};

struct Records final : RecordSink {
    std::vector<std::string> all;
    void put(std::span<const std::uint8_t, 64> record) override { all.emplace_back(record.begin(), record.end()); }
};

struct Wire final : ByteSink {
    std::string bytes;
    void send(std::span<const std::uint8_t> sent) override { bytes.append(sent.begin(), sent.end()); }
    std::string take() { return std::exchange(bytes, ""); }
};

struct HandClock final : Clock {
    std::uint64_t now = 1'000;
    std::uint64_t now_ns() override { return now; }
};

enum Symbol : std::uint16_t { kAapl, kMsft, kOff, kNone = 0xFFFF };
inline constexpr std::uint16_t kGlobal = 0xFFFF, kSession = 0xFFFE;
inline constexpr std::uint64_t kMost = ~std::uint64_t{0};

// Settings by their ids.
enum Setting : std::uint32_t {
    kDeadMan = 128,
    kTokenNs,
    kBurst,
    kMaxOpen,
    kSessionGross,
    kDuplicateWindow,
    kPhases,
    kRejectMode,
    kCancelOnDisconnect,
    kClientTypes,
    kRestricted = 192,
    kMaxShares,
    kMaxNotional,
    kCollar,
    kMaxAge,
    kMaxLong,
    kMaxShort,
    kMaxGross,
    kShortOk,
    kTypes,
    kMaxExecutions,
    kExecutionWindow,
};
enum Op : std::uint8_t { kKill = 5, kUnkill, kSetPosition, kSetExecuted, kRelease, kAlive };
enum Counter {
    kClientPackets,
    kClientSwallowed,
    kClientErrors,
    kClientUnsent,
    kExchangePackets,
    kExchangeSwallowed,
    kExchangeErrors,
    kExchangeUnsent,
    kOrders,
    kForwarded,
    kRejected,
    kRejectsSent,
    kCancelsSent,
    kReplayed,
    kUnknownReport,
    kUnknownOrder,
    kOverReleased,
};

class Bench {
public:
    Market market;
    Records records;
    Wire client, exchange;
    HandClock clock;
    std::unique_ptr<Orders> path;

    // Just after reset, with a quote of 150.00 to 150.02 for AAPL and 310.00 to 310.10 for MSFT.
    Bench() {
        market.symbols_ = {state("AAPL    ", 1'500'000, 1'500'200), state("MSFT    ", 3'100'000, 3'101'000),
                           state("OFF     ", 100'000, 100'200)};
        market.symbols_[kOff].enabled = false;
        path = make_order_path(market, records, client, exchange, clock, market.symbols_.size());
    }

    // Limits so wide that a plain order passes, links up, kill off; what that left behind is taken away.
    Bench& open() {
        const std::pair<std::uint32_t, std::uint64_t> device[] = {{kDeadMan, kMost}, {kTokenNs, 0},          {kBurst, 1},
                                                                  {kMaxOpen, 1024},  {kSessionGross, kMost}, {kPhases, 0x3F}};
        const std::pair<std::uint32_t, std::uint64_t> symbol[] = {
            {kMaxShares, 999'999},   {kMaxNotional, kMost}, {kCollar, 10'000}, {kMaxAge, kMost}, {kMaxLong, 1ull << 40},
            {kMaxShort, 1ull << 40}, {kMaxGross, kMost},    {kShortOk, 1},     {kTypes, 0x1F},   {kMaxExecutions, 255}};
        for (const auto& [setting, value] : device) expect(path->set(setting, 0, value));
        for (std::uint16_t index = 0; index < market.symbols_.size(); ++index)
            for (const auto& [setting, value] : symbol) expect(path->set(setting, index, value));
        path->commit(clock.now);
        path->command(kUnkill, kGlobal, 0);
        path->link(Side::exchange, true);
        path->link(Side::client, true);
        records.all.clear();
        return *this;
    }

    Bench& limit(std::uint32_t setting, std::uint64_t value, std::uint16_t symbol = kAapl) {
        expect(path->set(setting, symbol, value));
        path->commit(clock.now);
        return *this;
    }
    void from_client(const Text& bytes) { give(Side::client, bytes); }
    void from_exchange(const Text& bytes) { give(Side::exchange, bytes); }
    void report(const Text& message) { from_exchange(sequenced(message)); }

    // The mask of checks that the order failed. It gets exactly one decision, and the exchange its bytes or none.
    std::uint32_t failing(const Text& packet, const std::source_location& at = std::source_location::current()) {
        records.all.clear();
        exchange.take();
        from_client(packet);
        expect_equal(records.all.size(), 1u, at);
        expect_equal(field(0, 1), 10u, at);
        const auto mask = static_cast<std::uint32_t>(field(32, 4));
        expect_equal(field(46, 1), mask == 0 ? 1u : 0u, at);
        expect(exchange.take() == (mask == 0 ? packet : ""), at);
        return mask;
    }

    // A field of the last record, or of another one from the end.
    std::uint64_t field(std::size_t offset, std::size_t size, std::size_t before_last = 0) const {
        const std::string& record = records.all.at(records.all.size() - 1 - before_last);
        std::uint64_t value = 0;
        for (std::size_t index = offset; index < offset + size; ++index) value = value << 8 | static_cast<std::uint8_t>(record[index]);
        return value;
    }
    std::uint64_t counter(Counter which) const { return path->counters()[which]; }

private:
    static SymbolState state(const char* stock, std::uint32_t bid, std::uint32_t ask) {
        std::uint64_t name = 0;
        for (int index = 0; index < 8; ++index) name = name << 8 | static_cast<std::uint8_t>(stock[index]);
        return {true, name, {true, 0, false, bid, ask, 500}, 'T', 'T', '0'};
    }
    void give(Side side, const Text& bytes) { path->bytes(side, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}); }
};

}  // namespace tickproof::gateway::testing
