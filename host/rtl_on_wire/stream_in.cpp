// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/stream_in.h"

#include <algorithm>
#include <cstring>

namespace tickproof::rtl {

StreamIn::StreamIn(const StreamPins& pins) : pins_(pins) {
    *pins_.tvalid = *pins_.tlast = *pins_.tuser = 0;
    if (pins_.link) *pins_.link = 0;
}

void StreamIn::put(std::span<const std::uint8_t> packet, std::uint64_t due) {
    if (packet.empty()) return;
    items_.push_back({Kind::packet, due, {packet.begin(), packet.end()}});
    last_due_ = due;
    waiting_bytes_ += packet.size();
}

void StreamIn::put_link(bool up, std::uint64_t due) {
    items_.push_back({up ? Kind::up : Kind::down, due, {}});
    last_due_ = due;
}

void StreamIn::drive(std::uint64_t clock) {
    if (taken_) {
        *pins_.tvalid = 0;
        taken_ = false;
    }
    if (*pins_.tvalid || items_.empty()) return;
    const Item& item = items_.front();
    if (offset_ == 0 && (clock < item.due || clock < settled_)) return;
    if (item.kind == Kind::packet) {
        put_beat(item);
        return;
    }
    *pins_.link = item.kind == Kind::up;
    settled_ = clock + kLinkClocks;
    last_clock_ = clock;
    items_.pop_front();
}

void StreamIn::put_beat(const Item& item) {
    const std::size_t kept = std::min(pins_.bytes, item.bytes.size() - offset_);
    const std::uint64_t keep = ~std::uint64_t{0} >> (64 - kept);
    std::memset(pins_.tdata, 0, pins_.bytes);
    std::memcpy(pins_.tdata, item.bytes.data() + offset_, kept);
    std::memcpy(pins_.tkeep, &keep, (pins_.bytes + 7) / 8);
    *pins_.tlast = offset_ + kept == item.bytes.size();
    *pins_.tvalid = 1;
}

void StreamIn::sample(std::uint64_t clock) {
    if (!*pins_.tvalid || !*pins_.tready) return;
    taken_ = true;
    last_clock_ = clock;
    offset_ += pins_.bytes;
    if (!*pins_.tlast) return;
    waiting_bytes_ -= items_.front().bytes.size();
    items_.pop_front();
    offset_ = 0;
}

}  // namespace tickproof::rtl
