// SPDX-License-Identifier: Apache-2.0
// Contract 2.2: MoldUDP64 packets as they arrive, before arbitration. What a packet holds, and whether it belongs to the session.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "host/common/tables.h"
#include "host/gateway/feed/counters.h"
#include "host/gateway/feed/settings.h"

namespace tickproof::gateway {

inline constexpr std::size_t kLongestPayload = 2006;  // HOST-1: a frame of 2,048 bytes less its headers

enum class PacketKind : std::uint8_t { messages, heartbeat, end_of_session };

struct MoldPacket {
    PacketKind kind;
    std::uint16_t count;  // effective: whole blocks (FEED-MOLD-3)
    std::uint64_t sequence;
    std::span<const std::uint8_t> payload;  // header included

    std::span<const std::uint8_t> blocks() const { return payload.subspan(mold::kLength); }
    const std::uint8_t* session() const { return payload.data() + mold::session.offset; }
    bool is_empty() const { return kind == PacketKind::messages && count == 0; }
};

class MoldReader {
public:
    explicit MoldReader(FeedCounters& counters) : counters_(counters) {}

    // None: dropped, and counted where the contract says so.
    std::optional<MoldPacket> read(unsigned line, std::span<const std::uint8_t> payload);
    void pin(const GlobalSettings& settings);
    void open_session() { fixed_ = accepted_ = false; }     // FEED-MOLD-7
    bool has_accepted() const { return accepted_; }         // since reset or session_reset (CTRL-4)

private:
    using Session = std::array<std::uint8_t, mold::session.size>;

    bool is_ours(const Session& session);
    void count_blocks(unsigned line, MoldPacket& packet, std::uint16_t announced);

    FeedCounters& counters_;
    Session session_{}, pinned_session_{};
    bool fixed_ = false, pinned_ = false, accepted_ = false;
};

}  // namespace tickproof::gateway
