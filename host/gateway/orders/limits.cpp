// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/limits.h"

#include "host/common/tables.h"

namespace tickproof::gateway {
namespace {

// Bits of each setting, in the order of the ids.
constexpr std::array kDeviceBits{
    control::dead_man_ns::kBits,          control::token_ns::kBits,         control::burst::kBits,          control::max_open_orders::kBits,
    control::session_max_gross::kBits,    control::duplicate_window::kBits, control::allowed_phases::kBits, control::reject_mode::kBits,
    control::cancel_on_disconnect::kBits, control::client_types::kBits,
};
constexpr std::array kSymbolBits{
    control::restricted::kBits,        control::max_shares::kBits,    control::max_notional::kBits,   control::collar_bps::kBits,
    control::max_reference_age::kBits, control::max_long::kBits,      control::max_short::kBits,      control::max_gross::kBits,
    control::short_ok::kBits,          control::allowed_types::kBits, control::max_executions::kBits, control::execution_window::kBits,
};

std::uint64_t low_bits(std::uint64_t value, unsigned bits) { return bits == 64 ? value : value & ((std::uint64_t{1} << bits) - 1); }

}  // namespace

bool Limits::set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value) {
    static_assert(kDeviceBits.size() == kDeviceSettings && control::dead_man_ns::kId == kFirstOfDevice);
    static_assert(control::client_types::kId == kFirstOfDevice + kDeviceSettings - 1);
    static_assert(kSymbolBits.size() == kSymbolSettings && control::restricted::kId == kFirstOfSymbol);
    static_assert(control::execution_window::kId == kFirstOfSymbol + kSymbolSettings - 1);
    if (setting - kFirstOfDevice < kDeviceSettings) {  // ids below the first wrap to large numbers
        const unsigned index = setting - kFirstOfDevice;
        shadow_.device[index] = low_bits(value, kDeviceBits[index]);
        return true;
    }
    if (setting - kFirstOfSymbol < kSymbolSettings && symbol < shadow_.symbols.size()) {
        const unsigned index = setting - kFirstOfSymbol;
        shadow_.symbols[symbol][index] = low_bits(value, kSymbolBits[index]);
        return true;
    }
    return false;
}

}  // namespace tickproof::gateway
