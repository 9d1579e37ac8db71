// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/locates.h"

namespace tickproof::gateway {

Locates::Locates(std::size_t symbols) : held_(symbols) { owner_.fill(kNone); }

bool Locates::learn(std::uint8_t symbol, std::uint16_t locate) {
    const int owner = owner_[locate];
    if (held_[symbol].given || (owner != kNone && held_[static_cast<std::size_t>(owner)].given)) return false;
    claim(symbol, locate);
    return true;
}

void Locates::free_learned(std::uint8_t symbol) {
    if (!held_[symbol].given) release(symbol);
}

void Locates::commit(const std::vector<SymbolSettings>& symbols) {
    for (std::size_t index = 0; index < symbols.size(); ++index) {
        const bool given = symbols[index].enabled && symbols[index].locate_given;
        const bool withdrawn = held_[index].given && !given;
        if (withdrawn || !symbols[index].enabled) release(index);
        held_[index].given = given;
    }
    for (std::size_t index = 0; index < symbols.size(); ++index) {
        if (held_[index].given) claim(index, symbols[index].locate);
    }
}

void Locates::release(std::size_t symbol) {
    if (held_[symbol].locate != kNone) owner_[static_cast<std::size_t>(held_[symbol].locate)] = kNone;
    held_[symbol].locate = kNone;
}

// The last claim wins, and whoever had the locate has none.
void Locates::claim(std::size_t symbol, std::uint16_t locate) {
    release(symbol);
    if (owner_[locate] != kNone) release(static_cast<std::size_t>(owner_[locate]));
    owner_[locate] = static_cast<std::int16_t>(symbol);
    held_[symbol].locate = locate;
}

}  // namespace tickproof::gateway
