// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/itch_reader.h"

#include <array>

#include "host/common/bytes.h"

namespace tickproof::gateway {
namespace {

using namespace itch;

constexpr std::array<std::uint8_t, 256> message_lengths() {
    std::array<std::uint8_t, 256> lengths{};  // 0: unknown
    lengths[system_event::kType] = system_event::kLength;
    lengths[stock_directory::kType] = stock_directory::kLength;
    lengths[stock_trading_action::kType] = stock_trading_action::kLength;
    lengths[reg_sho_restriction::kType] = reg_sho_restriction::kLength;
    lengths[market_participant_position::kType] = market_participant_position::kLength;
    lengths[mwcb_decline_level::kType] = mwcb_decline_level::kLength;
    lengths[mwcb_status::kType] = mwcb_status::kLength;
    lengths[quoting_period_update::kType] = quoting_period_update::kLength;
    lengths[luld_auction_collar::kType] = luld_auction_collar::kLength;
    lengths[operational_halt::kType] = operational_halt::kLength;
    lengths[add_order::kType] = add_order::kLength;
    lengths[add_order_mpid::kType] = add_order_mpid::kLength;
    lengths[order_executed::kType] = order_executed::kLength;
    lengths[order_executed_with_price::kType] = order_executed_with_price::kLength;
    lengths[order_cancel::kType] = order_cancel::kLength;
    lengths[order_delete::kType] = order_delete::kLength;
    lengths[order_replace::kType] = order_replace::kLength;
    lengths[trade::kType] = trade::kLength;
    lengths[cross_trade::kType] = cross_trade::kLength;
    lengths[broken_trade::kType] = broken_trade::kLength;
    lengths[noii::kType] = noii::kLength;
    lengths[rpii::kType] = rpii::kLength;
    lengths[direct_listing::kType] = direct_listing::kLength;
    return lengths;
}

constexpr auto kLengths = message_lengths();

// All messages begin alike.
constexpr Field kLocate = system_event::stock_locate, kTimestamp = system_event::timestamp;

template <typename T>
T read(const std::uint8_t* message, Field field) { return load_be<T>(message + field.offset); }
std::uint64_t u64(const std::uint8_t* message, Field field) { return read<std::uint64_t>(message, field); }
std::uint32_t u32(const std::uint8_t* message, Field field) { return read<std::uint32_t>(message, field); }

}  // namespace

void ItchReader::message(std::uint64_t sequence, std::span<const std::uint8_t> block, std::uint64_t now) {
    if (block.empty()) return;  // FEED-MOLD-5
    ++counters_[counter::messages];
    const std::uint8_t* message = block.data();
    if (kLengths[message[0]] != block.size()) {
        ++counters_[counter::bad_message];
        return;
    }
    const Moment moment{sequence, now, load_be_sized(message + kTimestamp.offset, kTimestamp.size)};
    switch (message[0]) {
        case system_event::kType: return market_.set_phase(message[system_event::event_code.offset], moment);
        case mwcb_decline_level::kType:
        case mwcb_status::kType: return;  // of no symbol
        default: break;
    }
    const bool is_directory = message[0] == stock_directory::kType;
    const int symbol = is_directory ? directory(message) : locates_.symbol_at(read<std::uint16_t>(message, kLocate));
    if (symbol == Locates::kNone) return;
    const int other = is_directory ? Books::kNobody : act(message, static_cast<std::uint8_t>(symbol), moment);
    if (other != Books::kNobody && other != symbol) market_.emit_if_changed(static_cast<std::size_t>(other), moment);
    market_.emit_if_changed(static_cast<std::size_t>(symbol), moment);
}

// FEED-ITCH-2: the symbol that the directory located, or none.
int ItchReader::directory(const std::uint8_t* message) {
    const std::uint64_t stock = u64(message, stock_directory::stock);
    for (std::size_t index = 0; index < market_.symbols(); ++index) {
        const SymbolState& symbol = market_.symbol(index);
        if (!symbol.enabled || symbol.stock != stock) continue;
        const bool located = locates_.learn(static_cast<std::uint8_t>(index), read<std::uint16_t>(message, kLocate));
        return located ? static_cast<int>(index) : Locates::kNone;
    }
    return Locates::kNone;
}

// A message of a tracked symbol. Returns the symbol of an order that had to make way for another's (BOOK-ALIVE).
int ItchReader::act(const std::uint8_t* message, std::uint8_t symbol, const Moment& moment) {
    using Status = Market::Status;
    switch (message[0]) {
        case stock_trading_action::kType: market_.set_status(symbol, Status::trading_state, message[stock_trading_action::trading_state.offset], moment); break;
        case reg_sho_restriction::kType: market_.set_status(symbol, Status::reg_sho, message[reg_sho_restriction::reg_sho_action.offset], moment); break;
        case operational_halt::kType:
            if (message[operational_halt::market_code.offset] != operational_halt::market_code_nasdaq) break;
            market_.set_status(symbol, Status::halt, message[operational_halt::operational_halt_action.offset], moment);
            break;
        case add_order::kType:
        case add_order_mpid::kType:  // the same fields, and who it is from
            return books_.add(symbol, u64(message, add_order::order_reference_number), message[add_order::buy_sell_indicator.offset], u32(message, add_order::shares),
                              u32(message, add_order::price));
        case order_executed::kType:
        case order_executed_with_price::kType:  // likewise
            books_.reduce(symbol, u64(message, order_executed::order_reference_number), u32(message, order_executed::executed_shares));
            break;
        case order_cancel::kType: books_.reduce(symbol, u64(message, order_cancel::order_reference_number), u32(message, order_cancel::canceled_shares)); break;
        case order_delete::kType: books_.remove(symbol, u64(message, order_delete::order_reference_number)); break;
        case order_replace::kType:
            return books_.replace(symbol, u64(message, order_replace::original_order_reference_number), u64(message, order_replace::new_order_reference_number),
                                  u32(message, order_replace::shares), u32(message, order_replace::price));
        default: break;  // FEED-ITCH-7
    }
    return Books::kNobody;
}

}  // namespace tickproof::gateway
