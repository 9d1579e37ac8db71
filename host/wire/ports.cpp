// SPDX-License-Identifier: Apache-2.0
#include "host/wire/ports.h"

#include <algorithm>

#include "host/wire/ip_udp.h"

namespace tickproof::wire {
namespace {

constexpr std::size_t kFramesAPoll = 1024;
constexpr std::size_t kHeaderBytes = net::ethernet::kLength + net::ipv4::kLength + net::udp::kLength;

}  // namespace

Ports::Ports(const Plan& plan, std::size_t ring_bytes) {
    recorders_.reserve(plan.outs.size());  // outputs keep pointers
    for (const OutLine& line : plan.outs) {
        const bool payload = line.transport == Transport::udp;
        const int records_from = !line.records ? -1 : payload ? 0 : static_cast<int>(kHeaderBytes);
        recorders_.emplace_back(plan.folder, line.port, payload ? frame_flag::payload_only : 0, records_from);
        FramePortOptions options{ring_bytes, true, plan.hardware_stamps};
        if (payload) {
            auto port = open_udp_port(line.interface, line.only, options);
            udp_sockets_.push_back({line.port, port->descriptor()});
            opened_.push_back(std::make_unique<Opened>(Opened{line.transport, line.interface, std::move(port), {{std::nullopt, &recorders_.back()}}, line.port}));
        } else {
            Opened& opened = open(plan, line.transport, line.interface, ring_bytes);
            opened.outputs.push_back({line.only, &recorders_.back()});
            opened.ports += (opened.ports.empty() ? "" : ", ") + line.port;
        }
    }
    for (const InLine& line : plan.ins) {
        if (line.transport == Transport::udp) {
            auto port = open_udp_port(line.interface, std::nullopt, {});
            udp_sockets_.push_back({line.port, port->descriptor()});
            ins_.push_back(port.get());
            opened_.push_back(std::make_unique<Opened>(Opened{line.transport, line.interface, std::move(port), {}, line.port}));
        } else {
            Opened& opened = open(plan, line.transport, line.interface, ring_bytes);
            ins_.push_back(opened.frames.get());
            opened.ports += (opened.ports.empty() ? "" : ", ") + line.port;
        }
    }
}

Ports::Opened& Ports::open(const Plan& plan, Transport transport, const std::string& interface, std::size_t ring_bytes) {
    for (const auto& opened : opened_) {
        if (opened->transport == transport && opened->interface == interface) return *opened;
    }
    FramePortOptions options{ring_bytes, false, plan.hardware_stamps, true};
    for (const OutLine& line : plan.outs) {
        if (line.transport != transport || line.interface != interface) continue;
        options.receive = true;
        options.only_udp = options.only_udp && line.only.has_value();
    }
    auto frames = transport == Transport::raw ? open_packet_port(interface, options) : open_xdp_port(interface, options);
    opened_.push_back(std::make_unique<Opened>(Opened{transport, interface, std::move(frames), {}, ""}));
    return *opened_.back();
}

bool Ports::poll() {
    bool any = false;
    RxFrame frame;
    for (const auto& from : opened_) {
        for (std::size_t count = 0; count < kFramesAPoll && from->frames->receive(frame); ++count) any = sort(*from, frame) || any;
    }
    return any;
}

bool Ports::sort(Opened& from, const RxFrame& frame) {
    const auto to = udp_destination(frame.bytes);
    for (const Output& output : from.outputs) {
        if (output.only && (!to || to->ip != output.only->ip || to->port != output.only->port)) continue;
        output.recorder->put(frame.time_ns, frame.bytes);
        return true;
    }
    ++stray_;
    return false;
}

std::uint64_t Ports::lost() {
    std::uint64_t sum = 0;
    for (const auto& opened : opened_) sum += opened->frames->dropped();
    return sum;
}

std::uint64_t Ports::unsent() {
    std::uint64_t sum = 0;
    for (const auto& opened : opened_) sum += opened->frames->unsent();
    return sum;
}

std::int64_t Ports::clock_moved_ns() {
    std::int64_t worst = 0;
    for (const auto& opened : opened_) worst = std::max(worst, std::abs(opened->frames->clock_moved_ns()));
    return worst;
}

std::string Ports::description() const {
    std::string text;
    for (const auto& opened : opened_) text += (text.empty() ? "" : "; ") + opened->ports + ": " + opened->frames->description() + " at " + opened->interface;
    return text;
}

}  // namespace tickproof::wire
