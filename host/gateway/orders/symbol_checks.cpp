// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/symbol_checks.h"

#include <string_view>

namespace tickproof::gateway {
namespace {

using ouch_in::enter_order::side_sell_short;
using ouch_in::enter_order::side_sell_short_exempt;

constexpr std::uint64_t kWhole = 10'000;  // basis points

enum TypeBit : unsigned { kMarket, kSweep, kCross, kHidden, kPriceType };

}  // namespace

std::uint32_t SymbolChecks::market(std::uint8_t phase) const {
    const bool executions = exposure_.fills.more_than(limit(control::max_executions::kId), limit(control::execution_window::kId), now_);
    return check_bit(record::check_reference, reference_fails()) | check_bit(record::check_trading_state, state_fails(phase)) |
           check_bit(record::check_short_sale, short_sale_fails()) | check_bit(record::check_type, type_fails()) |
           check_bit(record::check_executions, executions);
}

std::uint32_t SymbolChecks::size_and_price(const RecentOrders& recent) const {
    const bool valued = !(subject_.at_market() && no_touch());  // a market order without a touch has no value
    return check_bit(record::check_quantity, subject_.order.quantity > limit(control::max_shares::kId)) |
           check_bit(record::check_value, valued && notional() > limit(control::max_notional::kId)) |
           check_bit(record::check_collar, collar_fails()) | check_bit(record::check_duplicate, duplicate_fails(recent)) |
           check_bit(record::check_position, position_fails()) |
           check_bit(record::check_gross, (valued || subject_.order.modifies()) && gross_fails());
}

bool SymbolChecks::reference_fails() const {
    constexpr std::uint8_t bad = record::flag_crossed | record::flag_stale | record::flag_partial | record::flag_degraded;
    const Quote& quote = subject_.market->quote;
    return no_touch() || (quote.flags & bad) != 0 || quote.stale || now_ - quote.time_ns > limit(control::max_reference_age::kId);
}

bool SymbolChecks::state_fails(std::uint8_t phase) const {
    constexpr std::string_view phases = "OSQMEC";
    const std::size_t index = phases.find(static_cast<char>(phase));
    const bool allowed = index != std::string_view::npos && (limits_.device(control::allowed_phases::kId) >> index & 1) != 0;
    return subject_.market->trading_state != 'T' || subject_.market->halt != 'T' || !allowed;
}

bool SymbolChecks::short_sale_fails() const {
    if (subject_.side != side_sell_short && subject_.side != side_sell_short_exempt) return false;
    if (limit(control::short_ok::kId) == 0) return true;
    const bool restricted = subject_.market->reg_sho == '1' || subject_.market->reg_sho == '2';
    if (subject_.side != side_sell_short || !restricted) return false;
    return subject_.at_market() || (!no_touch() && subject_.price <= subject_.bid);
}

bool SymbolChecks::type_fails() const {
    const OrderMessage& order = subject_.order;
    if (order.modifies()) return false;
    unsigned kinds = 0;
    if (subject_.at_market()) kinds |= 1u << kMarket;
    if (order.sweep == 'Y') kinds |= 1u << kSweep;
    if (order.enters() && order.cross != 'N') kinds |= 1u << kCross;
    if (order.display == 'N') kinds |= 1u << kHidden;
    if (order.price_type && *order.price_type != 'L') kinds |= 1u << kPriceType;
    return (kinds & ~limit(control::allowed_types::kId)) != 0;
}

bool SymbolChecks::collar_fails() const {
    if (subject_.at_market() || no_touch()) return false;
    const std::uint64_t collar = limit(control::collar_bps::kId);
    const Wide price = Wide{subject_.price} * kWhole;
    if (subject_.buys()) return price > Wide{subject_.ask} * (kWhole + collar);
    return price < Wide{subject_.bid} * (collar < kWhole ? kWhole - collar : 0);
}

bool SymbolChecks::duplicate_fails(const RecentOrders& recent) const {
    const OrderMessage& order = subject_.order;
    return order.enters() && recent.has_twin({subject_.symbol, order.side, order.quantity, order.price, now_},
                                             limits_.device(control::duplicate_window::kId));
}

bool SymbolChecks::position_fails() const {
    const std::uint64_t added = subject_.order.modifies() ? 0 : subject_.order.quantity;
    const SignedWide position = exposure_.position;
    if (subject_.buys()) return position + exposure_.open_buys + added > SignedWide{limit(control::max_long::kId)};
    return -position + exposure_.open_sells + added > SignedWide{limit(control::max_short::kId)};
}

bool SymbolChecks::gross_fails() const {
    const Wide added = subject_.order.modifies() ? 0 : notional();
    return exposure_.open_notional + exposure_.executed + added > limit(control::max_gross::kId) ||
           session_.session_open() + session_.session_executed() + added > limits_.device(control::session_max_gross::kId);
}

}  // namespace tickproof::gateway
