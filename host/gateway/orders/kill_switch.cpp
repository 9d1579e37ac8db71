// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/kill_switch.h"

#include <array>

namespace tickproof::gateway {

std::uint8_t* KillSwitch::flag(std::uint16_t scope) {
    if (scope == kGlobalScope) return &global_;
    if (scope == kSessionScope) return &session_;
    return scope < symbols_.size() ? &symbols_[scope] : nullptr;
}

void KillSwitch::kill(std::uint16_t scope) {
    std::uint8_t* on = flag(scope);
    if (on == nullptr || *on != 0) return;
    *on = 1;
    cancel(scope);
}

void KillSwitch::unkill(std::uint16_t scope) {
    if (std::uint8_t* on = flag(scope)) *on = 0;
}

void KillSwitch::cancel(std::uint16_t scope) {
    namespace cancel = ouch_in::cancel_order;
    constexpr std::size_t front = soup::unsequenced_data::kLength;
    std::array<std::uint8_t, front + cancel::kLength> packet{};  // quantity 0: nothing shall remain
    store_be(packet.data(), static_cast<std::uint16_t>(packet.size() - soup::unsequenced_data::length.size));
    packet[soup::unsequenced_data::packet_type.offset] = soup::unsequenced_data::kType;
    packet[front] = cancel::kType;
    exposure_.orders().each([&](const OpenOrder& order) {
        if (scope < symbols_.size() && order.symbol != scope) return;
        store_be(packet.data() + front + cancel::user_ref_num.offset, order.user_ref_num);
        if (exchange_.send(packet)) ++counters_[order_counter::cancels_sent];
    });
}

}  // namespace tickproof::gateway
