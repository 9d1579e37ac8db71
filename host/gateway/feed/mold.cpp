// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/mold.h"

#include <cstring>

#include "host/common/bytes.h"

namespace tickproof::gateway {

std::optional<MoldPacket> MoldReader::read(unsigned line, std::span<const std::uint8_t> payload) {
    if (payload.size() > kLongestPayload) return std::nullopt;
    if (payload.size() < mold::kLength) {
        ++counters_.of_line(line, counter::a_short_mold);
        return std::nullopt;
    }
    Session session;
    std::memcpy(session.data(), payload.data() + mold::session.offset, session.size());
    if (!is_ours(session)) {
        ++counters_.of_line(line, counter::a_wrong_session);
        return std::nullopt;
    }
    MoldPacket packet{PacketKind::messages, 0, load_be<std::uint64_t>(payload.data() + mold::sequence.offset), payload};
    const auto announced = load_be<std::uint16_t>(payload.data() + mold::count.offset);
    if (announced == mold::count_heartbeat || announced == mold::count_end_of_session) {
        packet.kind = announced == mold::count_heartbeat ? PacketKind::heartbeat : PacketKind::end_of_session;
        ++counters_.of_line(line, counter::a_heartbeats);
    } else {
        count_blocks(line, packet, announced);
    }
    return packet;
}

// FEED-MOLD-6. A pinned session stands before the fixed one without ending it.
bool MoldReader::is_ours(const Session& session) {
    if (pinned_ && session != pinned_session_) return false;
    if (!pinned_ && fixed_ && session != session_) return false;
    if (!fixed_) session_ = session;
    fixed_ = accepted_ = true;
    return true;
}

void MoldReader::count_blocks(unsigned line, MoldPacket& packet, std::uint16_t announced) {
    const auto blocks = packet.blocks();
    std::size_t at = 0;
    while (packet.count < announced) {
        if (blocks.size() - at < mold_block::kLength) break;
        const std::size_t end = at + mold_block::kLength + load_be<std::uint16_t>(blocks.data() + at);
        if (end > blocks.size()) break;
        at = end;
        ++packet.count;
    }
    if (packet.count < announced) ++counters_.of_line(line, counter::a_truncated);
    else if (at < blocks.size()) ++counters_.of_line(line, counter::a_trailing);
}

void MoldReader::pin(const GlobalSettings& settings) {
    pinned_ = settings.session_pinned;
    store_be(pinned_session_.data(), settings.session_high);
    store_be(pinned_session_.data() + sizeof settings.session_high, settings.session_low);
}

}  // namespace tickproof::gateway
