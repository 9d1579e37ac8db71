// SPDX-License-Identifier: Apache-2.0
// Contract 4, FEED-ITCH-2 and FEED-ITCH-3: which symbol a locate means.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "host/gateway/feed/settings.h"

namespace tickproof::gateway {

class Locates {
public:
    static constexpr int kNone = -1;

    explicit Locates(std::size_t symbols);

    int symbol_at(std::uint16_t locate) const { return owner_[locate]; }
    // A Stock Directory names this symbol's stock. False: a given locate stands against it, and it locates no symbol.
    bool learn(std::uint8_t symbol, std::uint16_t locate);
    void free_learned(std::uint8_t symbol);
    // Every commit: who may hold none loses his, then the given ones are claimed in index order.
    void commit(const std::vector<SymbolSettings>& symbols);

private:
    struct Held {
        int locate = kNone;
        bool given = false;  // by control: also while another symbol has claimed it
    };

    void release(std::size_t symbol);
    void claim(std::size_t symbol, std::uint16_t locate);

    std::array<std::int16_t, 65536> owner_;
    std::vector<Held> held_;
};

}  // namespace tickproof::gateway
