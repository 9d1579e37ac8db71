// SPDX-License-Identifier: Apache-2.0
// Packets of one line that wait for the other (contract 3), in the order of arrival. A ring of bytes, so that many small packets or few large ones fit.
#pragma once
#include <cstddef>
#include <cstdint>

#include "host/gateway/feed/mold.h"
#include "host/gateway/feed/zeroed_array.h"

namespace tickproof::gateway {

class PacketQueue {
public:
    PacketQueue();

    bool empty() const { return count_ == 0; }
    const MoldPacket& front() const { return entry(head_).packet; }
    std::uint64_t front_arrival() const { return entry(head_).arrival; }
    void push(const MoldPacket& packet, std::uint64_t arrival);  // a copy; only while there is room
    void pop();
    void clear() { head_ = tail_ = count_ = 0; }
    // For so many of the longest packets.
    bool has_room(std::size_t packets) const;

private:
    struct Entry {
        MoldPacket packet;
        std::uint64_t arrival;
        std::size_t next;  // where the entry behind it starts
    };
    static constexpr std::size_t kBytes = std::size_t{8} << 20;
    static constexpr std::size_t kLongestEntry = (sizeof(Entry) + kLongestPayload + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);

    const Entry& entry(std::size_t at) const { return *reinterpret_cast<const Entry*>(ring_.data() + at); }

    ZeroedArray<std::uint8_t> ring_;
    std::size_t head_ = 0, tail_ = 0, count_ = 0;
};

}  // namespace tickproof::gateway
