// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/stream_out.h"

#include <bit>
#include <cstring>

namespace tickproof::rtl {

StreamOut::StreamOut(const StreamPins& pins) : pins_(pins) { *pins_.tready = 1; }

bool StreamOut::sample(std::uint64_t clock) {
    if (!*pins_.tvalid || !*pins_.tready) return false;
    if (whole_) packet_.clear();
    std::uint64_t keep = 0;
    std::memcpy(&keep, pins_.tkeep, (pins_.bytes + 7) / 8);
    packet_.insert(packet_.end(), pins_.tdata, pins_.tdata + std::countr_one(keep));
    last_clock_ = clock;
    whole_ = *pins_.tlast;
    bad_ = *pins_.tuser;
    return whole_;
}

}  // namespace tickproof::rtl
