// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/settings.h"

#include "host/common/tables.h"

namespace tickproof::gateway {
namespace {

SymbolSettings symbol_at_reset() {
    return {.enabled = control::enabled::kDefault != 0,
            .stock = control::stock::kDefault,
            .locate = control::locate::kDefault,
            .locate_given = control::locate_given::kDefault != 0,
            .base = control::base::kDefault,
            .tick = control::tick::kDefault};
}

GlobalSettings global_at_reset() {
    return {.gap_timeout_ns = control::gap_timeout_ns::kDefault,
            .start_sequence = control::start_sequence::kDefault,
            .session_pinned = control::session_pinned::kDefault != 0,
            .session_high = control::session_high::kDefault,
            .session_low = control::session_low::kDefault,
            .group = {control::feed_a_group::kDefault, control::feed_b_group::kDefault},
            .port = {control::feed_a_port::kDefault, control::feed_b_port::kDefault},
            .events_dst_ip = control::events_dst_ip::kDefault,
            .events_dst_port = control::events_dst_port::kDefault,
            .events_src_port = control::events_src_port::kDefault};
}

// As many bits as the setting has.
template <typename T>
bool store(T& into, std::uint64_t value) {
    if constexpr (std::is_same_v<T, bool>) into = (value & 1) != 0;
    else into = static_cast<T>(value);
    return true;
}

bool set_symbol(SymbolSettings& symbol, std::uint32_t setting, std::uint64_t value) {
    switch (setting) {
        case control::enabled::kId: return store(symbol.enabled, value);
        case control::stock::kId: return store(symbol.stock, value);
        case control::locate::kId: return store(symbol.locate, value);
        case control::locate_given::kId: return store(symbol.locate_given, value);
        case control::base::kId: return store(symbol.base, value);
        case control::tick::kId: return store(symbol.tick, value);
        default: return false;
    }
}

bool set_global(GlobalSettings& global, std::uint32_t setting, std::uint64_t value) {
    switch (setting) {
        case control::gap_timeout_ns::kId: return store(global.gap_timeout_ns, value & 0xFFFFFFFF);
        case control::start_sequence::kId: return store(global.start_sequence, value);
        case control::session_pinned::kId: return store(global.session_pinned, value);
        case control::session_high::kId: return store(global.session_high, value);
        case control::session_low::kId: return store(global.session_low, value);
        case control::feed_a_group::kId: return store(global.group[0], value);
        case control::feed_a_port::kId: return store(global.port[0], value);
        case control::feed_b_group::kId: return store(global.group[1], value);
        case control::feed_b_port::kId: return store(global.port[1], value);
        case control::events_dst_ip::kId: return store(global.events_dst_ip, value);
        case control::events_dst_port::kId: return store(global.events_dst_port, value);
        case control::events_src_port::kId: return store(global.events_src_port, value);
        case control::unicast_mac::kId:
        case control::events_dst_mac::kId:
        case control::events_src_mac::kId:
        case control::events_src_ip::kId: return true;
        default: return false;
    }
}

}  // namespace

Settings::Settings(std::size_t symbols) : global(global_at_reset()), symbol(symbols, symbol_at_reset()) {}

bool Settings::set(std::uint32_t setting, std::uint16_t index, std::uint64_t value) {
    if (setting < control::enabled::kId) return set_global(global, setting, value);
    return index < symbol.size() && set_symbol(symbol[index], setting, value);
}

}  // namespace tickproof::gateway
