// SPDX-License-Identifier: Apache-2.0
// Contract 4: one ITCH message at a time, in sequence.
#pragma once
#include <cstdint>
#include <span>

#include "host/gateway/feed/book.h"
#include "host/gateway/feed/counters.h"
#include "host/gateway/feed/locates.h"
#include "host/gateway/feed/market.h"

namespace tickproof::gateway {

class ItchReader {
public:
    ItchReader(Market& market, Books& books, Locates& locates, FeedCounters& counters) : market_(market), books_(books), locates_(locates), counters_(counters) {}

    void message(std::uint64_t sequence, std::span<const std::uint8_t> block, std::uint64_t now);

private:
    int directory(const std::uint8_t* message);
    int act(const std::uint8_t* message, std::uint8_t symbol, const Moment& moment);

    Market& market_;
    Books& books_;
    Locates& locates_;
    FeedCounters& counters_;
};

}  // namespace tickproof::gateway
