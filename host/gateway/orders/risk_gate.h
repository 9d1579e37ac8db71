// SPDX-License-Identifier: Apache-2.0
// Pre-trade risk: every `O`, `U` and `M` gets one decision, all checks at one moment (contract 7).
#pragma once
#include "host/gateway/orders/exposure.h"
#include "host/gateway/orders/kill_switch.h"
#include "host/gateway/orders/limits.h"
#include "host/gateway/orders/recent_orders.h"
#include "host/gateway/orders/subject.h"
#include "host/gateway/orders/token_bucket.h"

namespace tickproof::gateway {

struct Decision {
    Subject subject;
    std::uint32_t failing;  // mask of the checks; 0: the order is forwarded, and live
};

class RiskGate {
public:
    RiskGate(const MarketView& market, const Limits& limits, const KillSwitch& kills, Exposure& exposure)
        : market_(market), limits_(limits), kills_(kills), exposure_(exposure) {}

    Decision decide(const OrderMessage& order, std::uint64_t now, bool exchange_open);
    // An `X` is never rejected, but it takes a token.
    void cancel_passes(std::uint64_t now) { bucket_.take_for_cancel(now, burst(), token_ns()); }
    // A CONTROL record of this time feeds the dead man's switch.
    void control_seen(std::uint64_t time_ns) { last_control_ = time_ns; }

private:
    std::uint32_t failing(const Subject& subject, std::uint64_t now, bool exchange_open) const;
    bool kill_fails(const Subject& subject, std::uint64_t now, bool exchange_open) const;
    bool open_orders_fail(const OrderMessage& order) const;
    void forward(const Subject& subject, std::uint64_t now);
    std::uint64_t burst() const { return limits_.device(control::burst::kId); }
    std::uint64_t token_ns() const { return limits_.device(control::token_ns::kId); }

    const MarketView& market_;
    const Limits& limits_;
    const KillSwitch& kills_;
    Exposure& exposure_;
    TokenBucket bucket_;
    RecentOrders recent_;
    std::uint32_t highest_number_ = 0;  // of all `O` and `U`, rejected or not
    std::uint64_t last_control_ = 0;    // before the first one: of reset
};

}  // namespace tickproof::gateway
