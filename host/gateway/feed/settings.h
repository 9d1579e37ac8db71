// SPDX-License-Identifier: Apache-2.0
// Contract 1.2 (CTRL-1): the market-data path's settings, and their shadows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickproof::gateway {

struct SymbolSettings {
    bool enabled;
    std::uint64_t stock;
    std::uint16_t locate;
    bool locate_given;
    std::uint32_t base;
    std::uint16_t tick;
};

struct GlobalSettings {
    std::uint64_t gap_timeout_ns, start_sequence;
    bool session_pinned;
    std::uint64_t session_high;
    std::uint16_t session_low;
    std::uint32_t group[2];
    std::uint16_t port[2];
    std::uint32_t events_dst_ip;
    std::uint16_t events_dst_port, events_src_port;
};

struct Settings {
    explicit Settings(std::size_t symbols);  // as at reset

    // False: no such setting, or no such symbol. Settings that a host's network stack takes away from the device (MACs, its own address) are taken and mean nothing.
    bool set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value);

    GlobalSettings global;
    std::vector<SymbolSettings> symbol;
};

}  // namespace tickproof::gateway
