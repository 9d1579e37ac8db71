// SPDX-License-Identifier: Apache-2.0
// How fast orders may follow each other, as the theoretical arrival time of the next one (RISK-RATE, RISK-RATE-TAKE).
#pragma once
#include <algorithm>

#include "host/gateway/orders/wide.h"

namespace tickproof::gateway {

class TokenBucket {
public:
    bool passes(Wide now, std::uint64_t burst, std::uint64_t token_ns) const {
        return burst > 0 && now + Wide{burst - 1} * token_ns >= arrival_;
    }
    void take(Wide now, std::uint64_t token_ns) { arrival_ = std::max(arrival_, now) + token_ns; }
    // A cancel takes one, too, but never overdraws.
    void take_for_cancel(Wide now, std::uint64_t burst, std::uint64_t token_ns) {
        take(now, token_ns);
        arrival_ = std::min(arrival_, now + Wide{burst} * token_ns);
    }

private:
    Wide arrival_ = 0;
};

}  // namespace tickproof::gateway
