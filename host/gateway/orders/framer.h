// SPDX-License-Identifier: Apache-2.0
// Cuts a stream into SoupBinTCP packets, wherever its segments end (SESS-FRAME).
#pragma once
#include <array>
#include <cstddef>

#include "host/gateway/orders/fields.h"

namespace tickproof::gateway {

class Framer {
public:
    enum class Found { more, packet, bad_length };

    // Takes bytes from the front of `bytes` until something is found. A packet is whole, its length in front, and valid until the next
    // call; with bad_length it is the two bytes of the length. `more`: all bytes are taken.
    Found next(Bytes& bytes, Bytes& packet);
    void restart() { held_count_ = 0; }

private:
    static constexpr std::size_t kLengthBytes = 2;
    static constexpr std::size_t kLongest = 2048;
    bool hold(Bytes& bytes, std::size_t count);
    Found give(Found found, std::size_t count, Bytes& packet);

    std::array<std::uint8_t, kLengthBytes + kLongest> held_;
    std::size_t held_count_ = 0;
};

}  // namespace tickproof::gateway
