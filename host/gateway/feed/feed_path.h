// SPDX-License-Identifier: Apache-2.0
// Contract 1.2 to 5, the market-data path as a whole, without a socket in it: what comes in are calls, what goes out are records. The main loop and a fuzz driver use it alike.
// Times are ns of the device's clock and never decrease from call to call.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/gateway/feed/arbiter.h"
#include "host/gateway/feed/book.h"
#include "host/gateway/feed/counters.h"
#include "host/gateway/feed/itch_reader.h"
#include "host/gateway/feed/locates.h"
#include "host/gateway/feed/market.h"
#include "host/gateway/feed/mold.h"
#include "host/gateway/feed/settings.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

inline constexpr std::size_t kMostSymbols = 64;

class FeedPath : private SequenceSink {
public:
    // Allocates all that it will ever need.
    FeedPath(RecordSink& records, std::size_t symbols, std::size_t levels, std::size_t orders = kUsualOrders);

    // A UDP payload of line 0 (A) or 1 (B). Only while the line has room for it.
    void packet(unsigned line, std::span<const std::uint8_t> payload, std::uint64_t now);
    bool has_room(unsigned line, std::size_t packets) const { return arbiter_.has_room(line, packets); }
    // Timeouts (FEED-ARB-3 c).
    void poll(std::uint64_t now) { arbiter_.poll(now); }

    // Into a shadow. False: there is no such setting or symbol.
    bool set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value) { return shadow_.set(setting, symbol, value); }
    // commit, session_reset, book_clear, book_trust: leaves its CONTROL record. False: another op.
    bool command(std::uint8_t op, std::uint16_t symbol, std::uint64_t now);

    const MarketView& market() const { return market_; }
    const GlobalSettings& settings() const { return effective_.global; }  // those in force
    const GlobalSettings& staged() const { return shadow_.global; }       // those that a commit puts in force
    // In the order of tables.h, namespace counter. `records` is the sink's to count.
    std::span<const std::uint64_t> counters() const { return counters_.values(); }

private:
    void message(std::uint64_t sequence, std::span<const std::uint8_t> block, std::uint64_t now) override { itch_.message(sequence, block, now); }
    void gap(std::uint64_t first, std::uint64_t end, std::uint8_t cause, std::uint64_t now) override;
    void end_of_session(std::uint64_t sequence, const std::uint8_t* session, std::uint64_t now) override;
    void starts_at(std::uint64_t sequence) override;

    void put_control(std::uint8_t op, std::uint16_t symbol, const Moment& moment);
    void commit(const Moment& moment);
    void session_reset();
    bool is_tracked(std::uint16_t symbol) const { return symbol < market_.symbols() && market_.symbol(symbol).enabled; }

    RecordSink& records_;
    FeedCounters counters_;
    Settings shadow_, effective_;
    MoldReader mold_;
    Arbiter arbiter_;
    Books books_;
    Market market_;
    Locates locates_;
    ItchReader itch_;
};

}  // namespace tickproof::gateway
