// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/arbiter.h"

#include <algorithm>

#include "host/common/bytes.h"

namespace tickproof::gateway {

void Arbiter::packet(unsigned line, const MoldPacket& packet, std::uint64_t now) {
    if (packet.is_empty()) return;  // FEED-MOLD-3: it neither fills nor reports anything
    if (awaits_first_) {
        awaits_first_ = false;
        next_ = packet.sequence;
        sink_.starts_at(next_);
    }
    // The usual case, without a copy: nothing of this line waits, and neither does this packet.
    if (!queues_[line].empty() || !settle(line, packet, now)) queues_[line].push(packet, now);
    run(now);
}

void Arbiter::restart(std::uint64_t start_sequence) {
    for (auto& queue : queues_) queue.clear();
    next_ = start_sequence;
    awaits_first_ = start_sequence == 0;
    ended_ = false;
}

// FEED-ARB-1, 2, 4, 5. False: it lies beyond `next` and waits.
bool Arbiter::settle(unsigned line, const MoldPacket& packet, std::uint64_t now) {
    const bool beyond = packet.sequence > next_;
    if (packet.kind != PacketKind::messages) {
        if (beyond && !ended_) return false;
        if (packet.kind == PacketKind::end_of_session && !ended_) {
            ended_ = true;
            sink_.end_of_session(packet.sequence, packet.session(), now);
        }
        return true;
    }
    if (!beyond && next_ - packet.sequence >= packet.count) {
        ++counters_.of_line(line, counter::a_duplicates);
        return true;
    }
    if (ended_) {
        ++counters_.of_line(line, counter::a_after_end);
        return true;
    }
    if (beyond) return false;
    ++counters_.of_line(line, counter::a_delivered);
    deliver(packet, now);
    return true;
}

void Arbiter::deliver(const MoldPacket& packet, std::uint64_t now) {
    const std::uint8_t* at = packet.blocks().data();
    const std::uint64_t end = packet.sequence + packet.count;
    for (std::uint64_t sequence = packet.sequence; sequence != end; ++sequence) {
        const auto length = load_be<std::uint16_t>(at);
        at += mold_block::kLength;
        if (sequence >= next_) sink_.message(sequence, {at, length}, now);
        at += length;
    }
    next_ = end;
}

void Arbiter::run(std::uint64_t now) {
    while (!queues_[0].empty() || !queues_[1].empty()) {
        if (settle_a_head(now)) continue;
        const std::uint8_t cause = gap_cause(now);
        if (cause == 0) return;
        declare_gap(cause, now);
    }
}

// If both heads can be taken, A goes first.
bool Arbiter::settle_a_head(std::uint64_t now) {
    for (unsigned line = 0; line < queues_.size(); ++line) {
        if (!queues_[line].empty() && settle(line, queues_[line].front(), now)) {
            queues_[line].pop();
            return true;
        }
    }
    return false;
}

// FEED-ARB-3, when every head lies beyond `next`. 0: go on waiting.
std::uint8_t Arbiter::gap_cause(std::uint64_t now) const {
    if (!queues_[0].empty() && !queues_[1].empty()) return record::gap::cause_both_beyond;
    const PacketQueue& waiting = queues_[queues_[0].empty() ? 1 : 0];
    return now - waiting.front_arrival() >= gap_timeout_ns_ ? record::gap::cause_timeout : 0;
}

void Arbiter::declare_gap(std::uint8_t cause, std::uint64_t now) {
    std::uint64_t lower = UINT64_MAX;
    for (const PacketQueue& queue : queues_) {
        if (!queue.empty()) lower = std::min(lower, queue.front().sequence);
    }
    ++counters_[counter::gaps];
    counters_[counter::gap_messages] += lower - next_;
    sink_.gap(next_, lower, cause, now);
    next_ = lower;
}

}  // namespace tickproof::gateway
