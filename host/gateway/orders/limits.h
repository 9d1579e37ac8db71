// SPDX-License-Identifier: Apache-2.0
// The settings of the order path: written into shadows, in force together at a commit (CTRL-1). At reset all are 0, and nothing passes.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickproof::gateway {

// Settings are read by the ids of tables.h: `limits.device(control::burst::kId)`.
class Limits {
public:
    explicit Limits(std::size_t symbols) : shadow_(symbols), in_force_(symbols) {}

    // False: there is no such setting or symbol. A value has as many bits as its setting.
    bool set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value);
    void commit() { in_force_ = shadow_; }

    std::uint64_t device(unsigned setting) const { return in_force_.device[setting - kFirstOfDevice]; }
    std::uint64_t of(std::size_t symbol, unsigned setting) const { return in_force_.symbols[symbol][setting - kFirstOfSymbol]; }

private:
    static constexpr unsigned kFirstOfDevice = 128, kDeviceSettings = 10;
    static constexpr unsigned kFirstOfSymbol = 192, kSymbolSettings = 12;
    struct Values {
        explicit Values(std::size_t count) : symbols(count) {}
        std::array<std::uint64_t, kDeviceSettings> device{};
        std::vector<std::array<std::uint64_t, kSymbolSettings>> symbols;  // as many in both sets, so that a commit allocates nothing
    };
    Values shadow_, in_force_;
};

}  // namespace tickproof::gateway
