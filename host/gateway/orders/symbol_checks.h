// SPDX-License-Identifier: Apache-2.0
// The checks of an order against its symbol's limits, market and exposure (contract 7: all that an unknown symbol leaves out).
#pragma once
#include "host/gateway/orders/exposure.h"
#include "host/gateway/orders/limits.h"
#include "host/gateway/orders/recent_orders.h"
#include "host/gateway/orders/subject.h"

namespace tickproof::gateway {

inline std::uint32_t check_bit(unsigned check, bool fails) { return std::uint32_t{fails} << check; }

class SymbolChecks {
public:
    SymbolChecks(const Subject& subject, const Limits& limits, const Exposure& exposure, std::uint64_t now)
        : subject_(subject), limits_(limits), session_(exposure), exposure_(exposure.of(subject.symbol)), now_(now) {}

    // Bits 7 and 13 to 16, which count whatever the message looks like. `phase` is the market's.
    std::uint32_t market(std::uint8_t phase) const;
    // Bits 4, 5, 6, 9, 10 and 11, which need a message that is in order (RISK-MASK).
    std::uint32_t size_and_price(const RecentOrders& recent) const;

private:
    std::uint64_t limit(unsigned setting) const { return limits_.of(subject_.symbol, setting); }
    Wide notional() const { return Wide{subject_.order.quantity} * subject_.value_price(); }
    bool no_touch() const { return subject_.needed() == 0; }

    bool reference_fails() const;
    bool state_fails(std::uint8_t phase) const;
    bool short_sale_fails() const;
    bool type_fails() const;
    bool collar_fails() const;
    bool duplicate_fails(const RecentOrders& recent) const;
    bool position_fails() const;
    bool gross_fails() const;

    const Subject& subject_;
    const Limits& limits_;
    const Exposure& session_;
    const SymbolExposure& exposure_;
    std::uint64_t now_;
};

}  // namespace tickproof::gateway
