// SPDX-License-Identifier: Apache-2.0
// Contract 5.5 and FEED-ITCH-6: what is known of each symbol, and the records that tell of it. The order path sees the market through this (MarketView).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/gateway/feed/book.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

// Where and when a record belongs.
struct Moment {
    std::uint64_t sequence, time_ns;
    std::uint64_t itch_timestamp;  // 0 behind a command
};

class Market : public MarketView {
public:
    Market(RecordSink& records, const Books& books, std::size_t symbols);

    const SymbolState& symbol(std::size_t index) const override { return symbols_[index].state; }
    std::size_t symbols() const override { return symbols_.size(); }
    std::uint8_t phase() const override { return phase_; }

    void identify(std::size_t index, bool enabled, std::uint64_t stock);
    void start_afresh(std::size_t index, bool stale);  // CTRL-3; the last emitted BBO stands
    void reset(bool stale);                            // FEED-MOLD-7
    void set_all_stale(bool stale);                    // CTRL-4
    void gap();
    void trust(std::size_t index);

    enum class Status { trading_state, halt, reg_sho };
    void set_status(std::size_t index, Status status, std::uint8_t value, const Moment& moment);
    void set_phase(std::uint8_t value, const Moment& moment);

    // BOOK-EMIT
    void emit_if_changed(std::size_t index, const Moment& moment);

private:
    struct Symbol {
        SymbolState state{};
        bool stale = false;  // of the book; the quote's is the reference's (contract 7)
        Top emitted{};
    };

    static void forget_quote_and_states(Symbol& symbol);
    void put_trading_state(std::uint16_t index, const SymbolState& state, const Moment& moment);

    RecordSink& records_;
    const Books& books_;
    std::vector<Symbol> symbols_;
    std::uint8_t phase_;
};

}  // namespace tickproof::gateway
