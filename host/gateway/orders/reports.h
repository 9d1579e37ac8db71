// SPDX-License-Identifier: Apache-2.0
// What the exchange's sequenced messages do to exposure (contract 7.1).
#pragma once
#include <cstdint>
#include <optional>

#include "host/gateway/feed/records.h"
#include "host/gateway/orders/counters.h"
#include "host/gateway/orders/exposure.h"
#include "host/gateway/orders/limits.h"
#include "host/gateway/orders/fields.h"

namespace tickproof::gateway {

// What a REPORT says of the order, and the kill that goes on because of it.
struct Effect {
    std::uint16_t symbol = kNoSymbol;
    bool applied = false;
    std::uint32_t user_ref_num = 0;
    std::int64_t position = 0;
    std::uint32_t remaining = 0;
    std::optional<std::uint16_t> kill = std::nullopt;
};

class Reports {
public:
    Reports(Exposure& exposure, const Limits& limits, Counters& counters) : exposure_(exposure), limits_(limits), counters_(counters) {}

    // `message` has a length that fits; a replayed one changes nothing.
    Effect take(Bytes message, bool replayed, std::uint64_t now);

private:
    using Kill = std::optional<std::uint16_t>;
    Kill apply(OpenOrder& order, Bytes message, std::uint64_t now);
    Kill apply_to_nothing(std::uint8_t type);
    Kill execute(OpenOrder& order, Bytes message, std::uint64_t now);
    void reduce(OpenOrder& order, std::uint32_t quantity);

    Exposure& exposure_;
    const Limits& limits_;
    Counters& counters_;
};

}  // namespace tickproof::gateway
