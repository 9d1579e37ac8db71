// SPDX-License-Identifier: Apache-2.0
// IPv4/UDP datagrams in Ethernet frames: which output a frame is, and what a kernel socket would have to send to make it.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "host/common/bytes.h"
#include "host/common/tables.h"
#include "host/wire/plan.h"

namespace tickproof::wire {

inline constexpr std::size_t kIpAt = net::ethernet::kLength;

// Where a frame goes, if it is a whole IPv4/UDP datagram (options allowed, no fragment, no VLAN tag).
inline std::optional<Address> udp_destination(std::span<const std::uint8_t> frame) {
    if (frame.size() < kIpAt + net::ipv4::kLength + net::udp::kLength) return std::nullopt;
    const std::uint8_t* ip = frame.data() + kIpAt;
    const std::size_t header = std::size_t{4} * (ip[net::ipv4::version_ihl.offset] & 0xF);
    const bool fragment = load_be<std::uint16_t>(ip + net::ipv4::flags_fragment.offset) & 0x3FFF;
    if (load_be<std::uint16_t>(frame.data() + net::ethernet::ethertype.offset) != net::ethernet::ethertype_ipv4 ||
        ip[net::ipv4::version_ihl.offset] >> 4 != 4 || header < net::ipv4::kLength || fragment ||
        ip[net::ipv4::protocol.offset] != net::ipv4::protocol_udp || frame.size() < kIpAt + header + net::udp::kLength) {
        return std::nullopt;
    }
    return Address{load_be<std::uint32_t>(ip + net::ipv4::destination.offset),
                   load_be<std::uint16_t>(ip + header + net::udp::destination_port.offset)};
}

struct Datagram {
    Address to;
    std::span<const std::uint8_t> payload;
};

// The datagram in a frame, if a socket can send it: no options, lengths that agree, a right header checksum.
inline std::optional<Datagram> datagram_of(std::span<const std::uint8_t> frame) {
    const auto to = udp_destination(frame);
    if (!to) return std::nullopt;
    const std::uint8_t* ip = frame.data() + kIpAt;
    const std::uint8_t* udp = ip + net::ipv4::kLength;
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < net::ipv4::kLength; at += 2) sum += load_be<std::uint16_t>(ip + at);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    const std::size_t length = load_be<std::uint16_t>(udp + net::udp::length.offset);
    const bool agrees = load_be<std::uint16_t>(ip + net::ipv4::total_length.offset) == net::ipv4::kLength + length &&
                        length >= net::udp::kLength && kIpAt + net::ipv4::kLength + length <= frame.size();
    if (ip[net::ipv4::version_ihl.offset] != 0x45 || sum != 0xFFFF || !agrees) return std::nullopt;
    return Datagram{*to, {udp + net::udp::kLength, length - net::udp::kLength}};
}

}  // namespace tickproof::wire
