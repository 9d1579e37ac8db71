// SPDX-License-Identifier: Apache-2.0
// Which frames are outputs, and which a kernel socket can send.
#include <vector>

#include "host/common/tests/expect.h"
#include "host/wire/ip_udp.h"

using namespace tickproof::wire;
using tickproof::testing::expect;

namespace {

// To 239.1.2.3:5000 with four bytes of payload; the header's checksum by hand.
const std::vector<std::uint8_t> kFrame{0x01, 0x00, 0x5E, 0x01, 0x02, 0x03, 0x02, 0, 0,   0,   0,    1,    0x08, 0x00,  //
                                       0x45, 0,    0,    32,   0,    0,    0x40, 0, 64,  17,  0x3F, 0xC0, 10,   0,
                                       0,    9,    239,  1,    2,    3,  //
                                       0x0F, 0xA0, 0x13, 0x88, 0,    12,   0,    0, 'd', 'a', 't',  'a'};

std::vector<std::uint8_t> with(std::size_t at, std::uint8_t value) {
    auto frame = kFrame;
    frame[at] = value;
    return frame;
}

}  // namespace

int main() {
    const auto to = udp_destination(kFrame);
    expect(to && to->ip == 0xEF010203 && to->port == 5000);
    const auto datagram = datagram_of(kFrame);
    expect(datagram && datagram->payload.size() == 4 && datagram->payload[0] == 'd' && datagram->to.port == 5000);

    expect(!udp_destination(with(13, 6)));       // ARP
    expect(!udp_destination(with(12, 0x81)));    // a VLAN tag
    expect(!udp_destination(with(23, 6)));       // TCP
    expect(!udp_destination(with(20, 0x20)));    // the first of several fragments
    expect(!udp_destination(with(21, 1)));       // a later one
    expect(!udp_destination(with(14, 0x65)));    // IPv6
    expect(!udp_destination(with(14, 0x44)));    // a header that is too short
    for (std::size_t length = 0; length < 42; ++length) expect(!udp_destination({kFrame.data(), length}));

    expect(!datagram_of(with(25, 0xC1)));  // a wrong checksum
    expect(!datagram_of(with(39, 13)));    // lengths that do not agree
    expect(!datagram_of({kFrame.data(), kFrame.size() - 1}));
    auto padded = kFrame;
    padded.resize(60);
    expect(datagram_of(padded)->payload.size() == 4);
}
