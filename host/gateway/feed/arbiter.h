// SPDX-License-Identifier: Apache-2.0
// Contract 3: two lines, one sequence. Packets come as they arrive, messages leave in their order.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "host/gateway/feed/counters.h"
#include "host/gateway/feed/mold.h"
#include "host/gateway/feed/packet_queue.h"

namespace tickproof::gateway {

// Where the one sequence goes.
class SequenceSink {
public:
    virtual ~SequenceSink() = default;
    virtual void message(std::uint64_t sequence, std::span<const std::uint8_t> block, std::uint64_t now) = 0;
    virtual void gap(std::uint64_t first, std::uint64_t end, std::uint8_t cause, std::uint64_t now) = 0;
    virtual void end_of_session(std::uint64_t sequence, const std::uint8_t* session, std::uint64_t now) = 0;
    virtual void starts_at(std::uint64_t sequence) = 0;  // start_sequence 0 has met its first packet
};

class Arbiter {
public:
    Arbiter(SequenceSink& sink, FeedCounters& counters) : sink_(sink), counters_(counters) {}

    void packet(unsigned line, const MoldPacket& packet, std::uint64_t now);
    void poll(std::uint64_t now) { run(now); }  // timeouts
    // Empty, and from this number on.
    void restart(std::uint64_t start_sequence);
    void set_timeout(std::uint64_t gap_timeout_ns) { gap_timeout_ns_ = gap_timeout_ns; }
    std::uint64_t next() const { return next_; }  // 0 while start_sequence 0 awaits its first packet
    bool has_room(unsigned line, std::size_t packets) const { return queues_[line].has_room(packets); }

private:
    bool settle(unsigned line, const MoldPacket& packet, std::uint64_t now);
    void deliver(const MoldPacket& packet, std::uint64_t now);
    void run(std::uint64_t now);
    bool settle_a_head(std::uint64_t now);
    std::uint8_t gap_cause(std::uint64_t now) const;
    void declare_gap(std::uint8_t cause, std::uint64_t now);

    SequenceSink& sink_;
    FeedCounters& counters_;
    std::array<PacketQueue, 2> queues_;
    std::uint64_t next_ = 1, gap_timeout_ns_ = 0;
    bool awaits_first_ = false, ended_ = false;
};

}  // namespace tickproof::gateway
