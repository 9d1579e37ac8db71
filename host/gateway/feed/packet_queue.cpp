// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed/packet_queue.h"

#include <cstring>
#include <new>

namespace tickproof::gateway {

PacketQueue::PacketQueue() : ring_(kBytes + kLongestEntry) {}  // an entry that starts before kBytes may end behind it, so none is ever cut in two

void PacketQueue::push(const MoldPacket& packet, std::uint64_t arrival) {
    std::uint8_t* place = ring_.data() + tail_;
    std::uint8_t* bytes = place + sizeof(Entry);
    std::memcpy(bytes, packet.payload.data(), packet.payload.size());
    std::size_t next = tail_ + (sizeof(Entry) + packet.payload.size() + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);
    if (next >= kBytes) next = 0;
    auto* made = new (place) Entry{packet, arrival, next};
    made->packet.payload = {bytes, packet.payload.size()};
    tail_ = next;
    ++count_;
}

void PacketQueue::pop() {
    head_ = entry(head_).next;
    if (--count_ == 0) head_ = tail_ = 0;
}

bool PacketQueue::has_room(std::size_t packets) const {
    const std::size_t free = empty() ? kBytes : tail_ > head_ ? kBytes - tail_ + head_ : head_ - tail_;
    return free > (packets + 1) * kLongestEntry;
}

}  // namespace tickproof::gateway
