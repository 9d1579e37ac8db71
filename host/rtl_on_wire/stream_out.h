// SPDX-License-Identifier: Apache-2.0
// Collects the beats of one AXI-Stream output.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "host/rtl_on_wire/device.h"

namespace tickproof::rtl {

class StreamOut {
public:
    explicit StreamOut(const StreamPins& pins);

    void drive(bool room) { *pins_.tready = room; }  // before the model settles
    // After it. True: `packet` has come in whole, until the next call.
    bool sample(std::uint64_t clock);

    std::span<const std::uint8_t> packet() const { return packet_; }
    std::size_t collected() const { return whole_ ? 0 : packet_.size(); }  // of one that is not whole yet
    bool bad() const { return bad_; }                                // the device marked it so on its last beat
    std::uint64_t last_clock() const { return last_clock_; }         // in which a beat came

private:
    StreamPins pins_;
    std::vector<std::uint8_t> packet_;
    bool whole_ = false, bad_ = false;
    std::uint64_t last_clock_ = 0;
};

}  // namespace tickproof::rtl
