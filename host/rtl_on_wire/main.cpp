// SPDX-License-Identifier: Apache-2.0
// tickproof-rtl: Verilated RTL behind interfaces, sockets and a control socket (docs/wire.md, "The device's side").
#include <sched.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <future>
#include <map>

#include "host/common/error.h"
#include "host/common/hold.h"
#include "host/rtl_on_wire/engine.h"
#include "host/rtl_on_wire/options.h"

namespace tickproof::rtl {
namespace {

constexpr std::size_t kRingBytes = std::size_t{8} << 20;  // of an input: 2,000 frames, for a device that takes up thousands a second

volatile std::sig_atomic_t stop = 0;

void request_stop(int) { stop = 1; }

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

void pin_to(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0) throw system_error("--cpu " + std::to_string(cpu), "cannot pin to this core");
}

std::unique_ptr<FramePort> open_port(const Options& options, const std::string& name, bool receive) {
    FramePortOptions how;
    how.receive = receive;
    how.send = !receive;
    how.ring_bytes = kRingBytes;
    const std::string& interface = options.interfaces.at(name);
    return options.xdp ? open_xdp_port(interface, how) : open_packet_port(interface, how);
}

std::unique_ptr<DeviceLink> open_link(const Options& options, const std::string& name) {
    const Endpoint& endpoint = options.endpoints.at(name);
    std::unique_ptr<DeviceLink> link;
    if (name == "client") link = std::make_unique<ClientLink>(endpoint);
    else link = std::make_unique<ExchangeLink>(endpoint);
    link->stamp_arrivals();
    return link;
}

using Opening = std::map<std::string, std::future<std::unique_ptr<FramePort>>>;

// The kernel takes tens of milliseconds for each packet socket: side by side, not one after the other.
Opening open_ports(const Description& device, const Options& options) {
    Opening opening;
    for (const auto* ports : {&device.inputs, &device.outputs}) {
        for (const auto& [name, kind] : *ports) {
            if (kind == PortKind::frames) opening[name] = std::async(std::launch::async, open_port, std::cref(options), name, ports == &device.inputs);
        }
    }
    return opening;
}

Wiring connect(const Description& device, const Pins& pins, const Options& options) {
    Opening ports = open_ports(device, options);
    Wiring wiring;
    wiring.control_path = options.control;
    for (std::size_t in = 0; in < device.inputs.size(); ++in) {
        const auto& [name, kind] = device.inputs[in];
        if (kind == PortKind::frames) {
            wiring.connections.push_back(std::make_unique<FrameInput>(name, pins.inputs[in], ports[name].get()));
            continue;
        }
        for (std::size_t out = 0; out < device.outputs.size(); ++out) {
            if (device.outputs[out].name == name) wiring.connections.push_back(std::make_unique<TcpStream>(pins.inputs[in], pins.outputs[out], open_link(options, name)));
        }
    }
    for (std::size_t out = 0; out < device.outputs.size(); ++out) {
        const auto& [name, kind] = device.outputs[out];
        if (kind == PortKind::frames) wiring.connections.push_back(std::make_unique<FrameOutput>(name, pins.outputs[out], ports[name].get()));
    }
    return wiring;
}

int fail(int status, const char* what) {
    std::fprintf(stderr, "tickproof-rtl: %s\n", what);
    return status;
}

int run(int count, char** arguments) {
    std::unique_ptr<Model> model;
    std::unique_ptr<Engine> engine;
    bool hold = false;
    try {
        const Options options = parse_options(description(), count, arguments);
        if (options.help) {
            std::fputs(usage(description()).c_str(), stdout);
            return 0;
        }
        if (options.cpu) pin_to(*options.cpu);
        stop_on_signals();
        model = make_model(options.seed);
        engine = std::make_unique<Engine>(description(), *model, connect(description(), model->pins(), options), options.slowdown);
        engine->start();
        hold = options.hold;
    } catch (const HostError& error) {
        return fail(2, error.what());
    }
    try {
        std::puts("ready");
        std::fflush(stdout);
        if (hold && !told_to_begin(stop)) return 0;
        engine->run(stop);
        for (const std::string& trouble : engine->troubles()) fail(0, trouble.c_str());
        return 0;
    } catch (const HostError& error) {
        return fail(1, error.what());
    }
}

}  // namespace
}  // namespace tickproof::rtl

int main(int count, char** arguments) { return tickproof::rtl::run(count, arguments); }
