// SPDX-License-Identifier: Apache-2.0
// A place where whole Ethernet frames go out and come in: AF_PACKET or AF_XDP.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tickproof {

struct RxFrame {
    std::span<const std::uint8_t> bytes;  // valid until the next call of `receive`; a VLAN tag that the kernel took out is back in its place
    std::int64_t time_ns;                 // CLOCK_MONOTONIC, by the kernel's stamp where there is one
    std::uint32_t address = 0;            // UDP sockets: to which of the port's addresses it came
};

class FramePort {
public:
    virtual ~FramePort() = default;
    // Queue one frame; its bytes stay where they are until `flush`. False: no room; `flush` makes some. Throws HostError if the interface
    // does not take it (too long).
    virtual bool send(std::span<const std::uint8_t> frame) = 0;
    // Everything queued is on its way to the driver when this returns. Throws HostError if the interface does not take it (down, stuck).
    virtual void flush() = 0;
    // The next frame that came in from outside (never one that we sent). False: none. Throws HostError when the interface went away.
    virtual bool receive(RxFrame& frame) = 0;
    // Frames that came and did not fit into our rings, since opening.
    virtual std::uint64_t dropped() = 0;
    // Frames that were sent and that the interface threw away, since opening.
    virtual std::uint64_t unsent() = 0;
    // How far the clock that stamps has moved against CLOCK_MONOTONIC since opening.
    virtual std::int64_t clock_moved_ns() = 0;
    // For people: "AF_PACKET, qdisc bypass", "AF_XDP, copy mode, generic".
    virtual std::string description() const = 0;
};

struct FramePortOptions {
    std::size_t ring_bytes = std::size_t{32} << 20;  // receive ring
    bool receive = true;                             // false: only sends
    bool send = true;                                // false: only receives, and opens and closes faster
    bool hardware_stamps = false;
    bool only_udp = false;  // AF_XDP: what is not IPv4 with UDP stays with the kernel (which can then answer ARP and carry TCP)
};

std::unique_ptr<FramePort> open_packet_port(const std::string& interface, const FramePortOptions& options);
std::unique_ptr<FramePort> open_xdp_port(const std::string& interface, const FramePortOptions& options);

}  // namespace tickproof
