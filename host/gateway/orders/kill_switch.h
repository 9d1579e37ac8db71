// SPDX-License-Identifier: Apache-2.0
// The kills, and the Cancels that they send (contract 7.2).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/gateway/orders/counters.h"
#include "host/gateway/orders/exposure.h"
#include "host/gateway/orders/stream.h"

namespace tickproof::gateway {

// A scope is the index of a symbol or one of these.
inline constexpr std::uint16_t kGlobalScope = 0xFFFF;
inline constexpr std::uint16_t kSessionScope = 0xFFFE;

class KillSwitch {
public:
    KillSwitch(const Exposure& exposure, Stream& exchange, Counters& counters)
        : exposure_(exposure), exchange_(exchange), counters_(counters), symbols_(exposure.symbols()) {}

    // A symbol that is unknown has no kill of its own.
    bool holds(std::uint16_t symbol) const { return global_ || session_ || (symbol < symbols_.size() && symbols_[symbol] != 0); }

    // A kill that goes on cancels every live order in its scope; one that is on already does nothing.
    void kill(std::uint16_t scope);
    void unkill(std::uint16_t scope);
    // One Cancel for every live order in the scope, in order of acceptance.
    void cancel(std::uint16_t scope);

private:
    std::uint8_t* flag(std::uint16_t scope);

    const Exposure& exposure_;
    Stream& exchange_;
    Counters& counters_;
    std::uint8_t global_ = 1;  // on at reset
    std::uint8_t session_ = 0;
    std::vector<std::uint8_t> symbols_;
};

}  // namespace tickproof::gateway
