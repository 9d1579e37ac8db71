// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/feed_path.h"

#include <array>

#include "host/gateway/feed/records.h"

namespace tickproof::gateway {
namespace {

// CTRL-3
bool starts_afresh(const SymbolSettings& before, const SymbolSettings& after) {
    return before.stock != after.stock || before.base != after.base || before.tick != after.tick || before.enabled != after.enabled;
}

}  // namespace

FeedPath::FeedPath(RecordSink& records, std::size_t symbols, std::size_t levels, std::size_t orders)
    : records_(records),
      shadow_(symbols),
      effective_(symbols),
      mold_(counters_),
      arbiter_(*this, counters_),
      books_(symbols, levels, counters_, orders),
      market_(records, books_, symbols),
      locates_(symbols),
      itch_(market_, books_, locates_, counters_) {
    arbiter_.set_timeout(effective_.global.gap_timeout_ns);
    for (std::size_t index = 0; index < symbols; ++index) books_.configure(static_cast<std::uint8_t>(index), effective_.symbol[index].base, effective_.symbol[index].tick);
}

void FeedPath::packet(unsigned line, std::span<const std::uint8_t> payload, std::uint64_t now) {
    if (const auto packet = mold_.read(line, payload)) arbiter_.packet(line, *packet, now);
}

bool FeedPath::command(std::uint8_t op, std::uint16_t symbol, std::uint64_t now) {
    const bool names_symbol = op == control::op_book_clear || op == control::op_book_trust;
    if (!names_symbol && op != control::op_commit && op != control::op_session_reset) return false;
    const Moment moment{arbiter_.next(), now, 0};  // CTRL-2: before the command's own effect on it; what follows from the command has the same
    put_control(op, names_symbol ? symbol : kNoSymbol, moment);
    if (op == control::op_commit) commit(moment);
    if (op == control::op_session_reset) session_reset();
    if (!names_symbol || !is_tracked(symbol)) return true;  // CTRL-6
    if (op == control::op_book_clear) books_.clear(static_cast<std::uint8_t>(symbol));
    if (op == control::op_book_trust) market_.trust(symbol);
    market_.emit_if_changed(symbol, moment);
    return true;
}

void FeedPath::commit(const Moment& moment) {
    const Settings& after = shadow_;
    mold_.pin(after.global);
    arbiter_.set_timeout(after.global.gap_timeout_ns);
    if (!mold_.has_accepted()) {  // CTRL-4
        arbiter_.restart(after.global.start_sequence);
        market_.set_all_stale(after.global.start_sequence > 1);
    }
    std::array<bool, kMostSymbols> afresh{};
    for (std::size_t index = 0; index < after.symbol.size(); ++index) {
        const SymbolSettings& symbol = after.symbol[index];
        afresh[index] = starts_afresh(effective_.symbol[index], symbol);
        if (!afresh[index]) continue;
        books_.configure(static_cast<std::uint8_t>(index), symbol.base, symbol.tick);
        locates_.free_learned(static_cast<std::uint8_t>(index));
        market_.start_afresh(index, arbiter_.next() > 1);
        market_.identify(index, symbol.enabled, symbol.stock);
    }
    locates_.commit(after.symbol);
    effective_ = after;
    for (std::size_t index = 0; index < after.symbol.size(); ++index) {
        if (afresh[index]) market_.emit_if_changed(index, moment);
    }
}

void FeedPath::session_reset() {
    const std::uint64_t start = effective_.global.start_sequence;
    mold_.open_session();
    arbiter_.restart(start);
    for (std::size_t index = 0; index < market_.symbols(); ++index) {
        books_.clear(static_cast<std::uint8_t>(index));
        locates_.free_learned(static_cast<std::uint8_t>(index));
    }
    market_.reset(start > 1);
}

void FeedPath::gap(std::uint64_t first, std::uint64_t end, std::uint8_t cause, std::uint64_t now) {
    Record made(record::gap::kType, kNoSymbol, now, first);
    made.set(record::gap::end, end);
    made.set(record::gap::cause, cause);
    records_.put(made.bytes());
    market_.gap();
}

void FeedPath::end_of_session(std::uint64_t sequence, const std::uint8_t* session, std::uint64_t now) {
    Record made(record::end_of_session::kType, kNoSymbol, now, sequence);
    made.copy(record::end_of_session::session, session);
    records_.put(made.bytes());
}

// Section 3: a sequence that begins above 1 has told of orders that we do not know.
void FeedPath::starts_at(std::uint64_t sequence) {
    if (sequence > 1) market_.set_all_stale(true);
}

void FeedPath::put_control(std::uint8_t op, std::uint16_t symbol, const Moment& moment) {
    Record made(record::control::kType, symbol, moment.time_ns, moment.sequence);
    made.set(record::control::op, op);
    records_.put(made.bytes());
}

}  // namespace tickproof::gateway
