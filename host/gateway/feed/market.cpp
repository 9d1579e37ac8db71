// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/market.h"

#include "host/gateway/feed/records.h"

namespace tickproof::gateway {
namespace {

constexpr std::uint8_t kTradingStateAtFirst = ' ', kHaltAtFirst = 'T', kRegShoAtFirst = '0', kPhaseAtFirst = ' ';

}  // namespace

Market::Market(RecordSink& records, const Books& books, std::size_t symbols) : records_(records), books_(books), symbols_(symbols), phase_(kPhaseAtFirst) {
    for (Symbol& symbol : symbols_) forget_quote_and_states(symbol);
}

void Market::identify(std::size_t index, bool enabled, std::uint64_t stock) {
    symbols_[index].state.enabled = enabled;
    symbols_[index].state.stock = stock;
}

void Market::start_afresh(std::size_t index, bool stale) {
    forget_quote_and_states(symbols_[index]);
    symbols_[index].stale = stale;
}

void Market::reset(bool stale) {
    for (Symbol& symbol : symbols_) {
        forget_quote_and_states(symbol);
        symbol.stale = stale;
        symbol.emitted = {};
    }
    phase_ = kPhaseAtFirst;
}

void Market::set_all_stale(bool stale) {
    for (Symbol& symbol : symbols_) symbol.stale = stale;
}

void Market::gap() {
    for (Symbol& symbol : symbols_) symbol.stale = symbol.state.quote.stale = true;
}

void Market::trust(std::size_t index) { symbols_[index].stale = symbols_[index].state.quote.stale = false; }

void Market::set_status(std::size_t index, Status status, std::uint8_t value, const Moment& moment) {
    SymbolState& state = symbols_[index].state;
    std::uint8_t& kept = status == Status::trading_state ? state.trading_state : status == Status::halt ? state.halt : state.reg_sho;
    if (kept == value) return;
    kept = value;
    put_trading_state(static_cast<std::uint16_t>(index), state, moment);
}

void Market::set_phase(std::uint8_t value, const Moment& moment) {
    if (phase_ == value) return;
    phase_ = value;
    SymbolState nobody{};
    nobody.trading_state = nobody.halt = nobody.reg_sho = ' ';
    put_trading_state(kNoSymbol, nobody, moment);
}

void Market::emit_if_changed(std::size_t index, const Moment& moment) {
    Symbol& symbol = symbols_[index];
    Top top = books_.top(static_cast<std::uint8_t>(index));
    if (symbol.stale) top.flags |= record::flag_stale;
    if (top == symbol.emitted) return;
    symbol.emitted = top;
    Record made(record::bbo::kType, static_cast<std::uint16_t>(index), moment.time_ns, moment.sequence);
    made.set(record::flags, top.flags);
    made.set(record::bbo::bid_price, top.bid_price);
    made.set(record::bbo::ask_price, top.ask_price);
    made.set(record::bbo::bid_shares, top.bid_shares);
    made.set(record::bbo::ask_shares, top.ask_shares);
    made.set(record::bbo::itch_timestamp, moment.itch_timestamp);
    records_.put(made.bytes());
    Quote& quote = symbol.state.quote;
    quote.present = true;
    quote.flags = top.flags;
    quote.bid_price = top.bid_price;
    quote.ask_price = top.ask_price;
    quote.time_ns = moment.time_ns;
}

void Market::forget_quote_and_states(Symbol& symbol) {
    symbol.state.quote = {};
    symbol.state.trading_state = kTradingStateAtFirst;
    symbol.state.halt = kHaltAtFirst;
    symbol.state.reg_sho = kRegShoAtFirst;
}

void Market::put_trading_state(std::uint16_t index, const SymbolState& state, const Moment& moment) {
    using namespace record;
    Record made(trading_state::kType, index, moment.time_ns, moment.sequence);
    made.set(trading_state::trading_state, state.trading_state);
    made.set(trading_state::halt, state.halt);
    made.set(trading_state::reg_sho, state.reg_sho);
    made.set(trading_state::phase, phase_);
    made.set(trading_state::itch_timestamp, moment.itch_timestamp);
    records_.put(made.bytes());
}

}  // namespace tickproof::gateway
