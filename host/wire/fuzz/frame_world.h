// SPDX-License-Identifier: Apache-2.0
// Frames of any content: which output they are, and what a socket would make of them, is read from inside them only.
#pragma once
#include <memory>
#include <string>

#include "host/common/fuzz/random.h"
#include "host/common/fuzz/require.h"
#include "host/common/vlan.h"
#include "host/wire/ip_udp.h"

namespace tickproof::wire::fuzz {

using namespace tickproof::fuzz;

class FrameWorld {
public:
    explicit FrameWorld(Random& random) : random_(random) {}

    void step() {
        std::string made = frame();
        for (std::uint64_t count = random_.below(3); count > 0; --count) random_.damage(made);
        if (random_.one_in(3)) made.resize(random_.below(made.size() + 1));
        // Memory of its own, so that a byte read behind the end is seen.
        const std::unique_ptr<std::uint8_t[]> memory(new std::uint8_t[made.size() + kTag]);
        std::memcpy(memory.get() + kTag, made.data(), made.size());
        const std::span<const std::uint8_t> bytes(memory.get() + kTag, made.size());
        const auto to = udp_destination(bytes);
        const auto datagram = datagram_of(bytes);
        require(!datagram || to, "a datagram has a destination");
        if (datagram) {
            const std::uint8_t* end = datagram->payload.data() + datagram->payload.size();
            require(datagram->payload.data() >= bytes.data() + 42 && end <= bytes.data() + bytes.size(), "a payload lies in its frame");
        }
        if (made.size() < 12) return;
        const std::uint8_t* tagged = put_vlan_back(memory.get() + kTag, 0x8100, static_cast<std::uint16_t>(random_.next()));
        require(tagged == memory.get() && std::memcmp(tagged, made.data(), 12) == 0, "a tag stands behind the MACs");
        require(made.size() == 12 || static_cast<char>(tagged[16]) == made[12], "what followed the MACs follows the tag");
        udp_destination({tagged, made.size() + kTag});
    }

private:
    static constexpr std::size_t kTag = 4;

    static std::string be(std::uint64_t value, int size) {
        std::string made;
        while (size-- > 0) made += static_cast<char>(value >> 8 * size);
        return made;
    }

    std::string frame() {
        const std::string payload(random_.below(80), 'x');
        const std::uint64_t options = random_.one_in(9) ? random_.below(11) : 0, udp = 8 + payload.size();
        const std::string fragment = be(random_.one_in(9) ? random_.next() : 0x4000, 2);
        const std::string protocol = be(random_.one_in(20) ? random_.next() : 17, 1);
        std::string ip = be(0x45 + options, 1) + be(0, 1) + be(20 + 4 * options + udp, 2) + be(0, 2) + fragment + be(64, 1);
        ip += protocol + be(0, 2) + be(random_.next(), 4) + be(0xC0A80A02, 4);
        std::uint32_t sum = 0;
        for (std::size_t at = 0; at < 20; at += 2) sum += static_cast<std::uint8_t>(ip[at]) << 8 | static_cast<std::uint8_t>(ip[at + 1]);
        sum = (sum & 0xFFFF) + (sum >> 16);
        ip.replace(10, 2, be(~(sum + (sum >> 16)), 2));
        const std::string header = std::string(12, 'm') + be(0x0800, 2) + ip + std::string(4 * options, 'o');
        return header + be(1, 2) + be(30100, 2) + be(udp, 2) + be(0, 2) + payload;
    }

    Random& random_;
};

}  // namespace tickproof::wire::fuzz
