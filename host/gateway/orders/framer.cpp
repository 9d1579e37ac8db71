// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/orders/framer.h"

#include <algorithm>

namespace tickproof::gateway {
namespace {

bool bad(std::size_t length, std::size_t longest) { return length == 0 || length > longest; }

}  // namespace

Framer::Found Framer::next(Bytes& bytes, Bytes& packet) {
    if (held_count_ == 0 && bytes.size() >= kLengthBytes) {  // a packet that lies whole in its segment is not copied
        const std::size_t length = load_be<std::uint16_t>(bytes.data());
        const bool wrong = bad(length, kLongest);
        const std::size_t count = wrong ? kLengthBytes : kLengthBytes + length;
        if (count <= bytes.size()) {
            packet = bytes.first(count);
            bytes = bytes.subspan(count);
            return wrong ? Found::bad_length : Found::packet;
        }
    }
    if (!hold(bytes, kLengthBytes)) return Found::more;
    const std::size_t length = load_be<std::uint16_t>(held_.data());
    if (bad(length, kLongest)) return give(Found::bad_length, kLengthBytes, packet);
    if (!hold(bytes, kLengthBytes + length)) return Found::more;
    return give(Found::packet, kLengthBytes + length, packet);
}

// Takes bytes until `count` of them are held.
bool Framer::hold(Bytes& bytes, std::size_t count) {
    if (held_count_ < count) {
        const std::size_t taken = std::min(bytes.size(), count - held_count_);
        std::copy_n(bytes.begin(), taken, held_.begin() + static_cast<std::ptrdiff_t>(held_count_));
        bytes = bytes.subspan(taken);
        held_count_ += taken;
    }
    return held_count_ >= count;
}

Framer::Found Framer::give(Found found, std::size_t count, Bytes& packet) {
    packet = Bytes(held_).first(count);
    held_count_ = 0;
    return found;
}

}  // namespace tickproof::gateway
