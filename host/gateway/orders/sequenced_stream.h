// SPDX-License-Identifier: Apache-2.0
// The implicit numbers of the exchange's sequenced packets, and which of them were seen before (SESS-SEQUENCE).
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "host/gateway/orders/fields.h"

namespace tickproof::gateway {

class SequencedStream {
public:
    // A Login Accepted. True: messages of a known session were missed.
    bool login(Bytes packet, std::uint64_t number) {
        constexpr Field field = soup::login_accepted::session;
        const Bytes session = packet.subspan(field.offset, field.size);
        const bool same = known_ && std::equal(session.begin(), session.end(), session_.begin());
        const bool missed = same && number > wanted_;
        current_ = number;
        if (!same || missed) wanted_ = number;
        std::copy(session.begin(), session.end(), session_.begin());
        known_ = true;
        return missed;
    }

    struct Place {
        std::uint64_t number;
        bool replayed;
    };
    // The place of the next `S` packet. Numbers go round after 2^64 - 1.
    Place next() {
        const Place place{current_, current_ < wanted_};
        ++current_;
        if (!place.replayed) wanted_ = current_;
        return place;
    }

private:
    std::uint64_t current_ = 1;  // of the next packet
    std::uint64_t wanted_ = 1;   // of the first one whose effect is not yet applied
    std::array<std::uint8_t, soup::login_accepted::session.size> session_{};
    bool known_ = false;
};

}  // namespace tickproof::gateway
