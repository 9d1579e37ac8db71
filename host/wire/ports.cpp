// SPDX-License-Identifier: Apache-2.0
#include "host/wire/ports.h"

#include <algorithm>
#include <future>

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
        Recorder& recorder = recorders_.emplace_back(plan.folder, line.port, payload ? frame_flag::payload_only : 0, records_from);
        Opened& opened = place(line.transport, line.interface, line.port);
        opened.options.only_udp = !line.only.empty() && (opened.outputs.empty() || opened.options.only_udp);
        opened.options.receive = true;
        opened.options.ring_bytes = ring_bytes;
        opened.options.hardware_stamps = plan.hardware_stamps;
        if (payload) opened.receive = line.only;
        opened.outputs.push_back({payload ? std::vector<Address>{} : line.only, &recorder});
    }
    for (const InLine& line : plan.ins) {
        Opened& opened = place(line.transport, line.interface, line.port);
        opened.options.send = true;
        ins_.push_back(&opened);
    }
    open_all();
}

// Where a port's frames pass. Kernel sockets are a port's own; rings are an interface's.
Ports::Opened& Ports::place(Transport transport, const std::string& interface, const std::string& port) {
    for (const auto& opened : opened_) {
        if (transport != Transport::udp && opened->transport == transport && opened->interface == interface) {
            opened->ports += ", " + port;
            return *opened;
        }
    }
    FramePortOptions options;
    options.receive = options.send = false;
    opened_.push_back(std::make_unique<Opened>(Opened{transport, interface, {}, options}));
    opened_.back()->ports = port;
    return *opened_.back();
}

// All at once, and likewise closed: the kernel takes several ms for each ring, in which it only waits.
void Ports::open_all() {
    std::vector<std::future<void>> openings;
    for (const auto& opened : opened_) {
        openings.push_back(std::async(std::launch::async, [port = opened.get()] {
            if (port->transport == Transport::udp) port->frames = open_udp_port(port->interface, port->receive, port->options);
            if (port->transport == Transport::raw) port->frames = open_packet_port(port->interface, port->options);
            if (port->transport == Transport::xdp) port->frames = open_xdp_port(port->interface, port->options);
        }));
    }
    for (auto& opening : openings) opening.get();
}

Ports::~Ports() {
    std::vector<std::future<void>> closings;
    for (const auto& opened : opened_) closings.push_back(std::async(std::launch::async, [port = opened.get()] { port->frames.reset(); }));
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
        const auto& only = output.only;
        if (!only.empty() && (!to || std::find(only.begin(), only.end(), *to) == only.end())) continue;
        output.recorder->put(frame.time_ns, frame.bytes, frame.address);
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

std::vector<Ports::UdpSocket> Ports::udp_sockets() const {
    std::vector<UdpSocket> sockets;
    for (const auto& opened : opened_) {
        const auto* udp = dynamic_cast<const UdpPort*>(opened->frames.get());
        for (const int descriptor : udp ? udp->descriptors() : std::vector<int>{}) sockets.push_back({opened->ports, descriptor});
    }
    return sockets;
}

std::string Ports::description() const {
    std::string text;
    for (const auto& opened : opened_)
        text += (text.empty() ? "" : "; ") + opened->ports + ": " + opened->frames->description() + " at " + opened->interface;
    return text;
}

}  // namespace tickproof::wire
