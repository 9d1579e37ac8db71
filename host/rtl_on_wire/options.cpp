// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/options.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "host/common/error.h"

namespace tickproof::rtl {
namespace {

template <class Number>
Number number(const std::string& option, const std::string& text, Number least, Number most) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
        throw HostError(option + ": not a usable number (got " + text + ", expected " + std::to_string(least) + " to " + std::to_string(most) + ")");
    }
    return value;
}

std::vector<std::string> names(const Description& device, PortKind kind) {
    std::vector<std::string> found;
    for (const auto* ports : {&device.inputs, &device.outputs}) {
        for (const Port& port : *ports) {
            if (port.kind == kind && std::ranges::find(found, port.name) == found.end()) found.push_back(port.name);
        }
    }
    return found;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all.empty() ? "none" : all;
}

void add_interface(Options& options, const Description& device, const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto ports = names(device, PortKind::frames);
    if (std::ranges::find(ports, name) == ports.end()) throw HostError("--port: no such port of " + device.name + " (got " + name + ", expected " + joined(ports) + ")");
    if (equals == std::string::npos || equals + 1 == text.size()) throw HostError("--port: no interface (got " + text + ", expected NAME=INTERFACE)");
    options.interfaces[name] = text.substr(equals + 1);
}

void add_endpoint(Options& options, const Description& device, const std::string& name, const std::string& text) {
    const auto streams = names(device, PortKind::stream);
    if (std::ranges::find(streams, name) == streams.end()) throw HostError("--" + name + ": " + device.name + " has no such stream (got " + text + ", expected " + joined(streams) + ")");
    options.endpoints[name] = parse_endpoint("--" + name, text);
}

void require_all(const Options& options, const Description& device) {
    for (const std::string& name : names(device, PortKind::frames)) {
        if (!options.interfaces.contains(name)) throw HostError("--port: a port is not connected (got none, expected " + name + "=INTERFACE)");
    }
    for (const std::string& name : names(device, PortKind::stream)) {
        if (!options.endpoints.contains(name)) throw HostError("--" + name + ": the stream is not connected (got none, expected ADDRESS:PORT)");
    }
}

}  // namespace

Options parse_options(const Description& device, int count, const char* const* arguments) {
    Options options;
    options.slowdown = device.default_slowdown;
    for (int index = 1; index < count; ++index) {
        const std::string option = arguments[index];
        if (option == "--help") {
            options.help = true;
            return options;
        }
        const bool known = option == "--slowdown" || option == "--transport" || option == "--port" || option == "--client" || option == "--exchange" || option == "--control" || option == "--seed" || option == "--cpu" || option == "--hold";
        if (!known) throw HostError(option + ": no such option (got " + option + ", expected those of --help)");
        if (++index == count) throw HostError(option + ": value is missing (got none, expected one)");
        const std::string value = arguments[index];
        if (option == "--slowdown") options.slowdown = number<std::uint32_t>(option, value, 1, 1'000'000);
        if (option == "--seed") options.seed = number<std::uint32_t>(option, value, 0, std::numeric_limits<std::uint32_t>::max());
        if (option == "--cpu") options.cpu = number<int>(option, value, 0, 1023);
        if (option == "--control") options.control = value;
        if (option == "--port") add_interface(options, device, value);
        if (option == "--client" || option == "--exchange") add_endpoint(options, device, option.substr(2), value);
        if (option == "--transport") {
            if (value != "raw" && value != "xdp") throw HostError("--transport: not one of its values (got " + value + ", expected raw or xdp)");
            options.xdp = value == "xdp";
        }
        if (option == "--hold") {
            if (value != "stdin") throw HostError("--hold: not its value (got " + value + ", expected stdin)");
            options.hold = true;
        }
    }
    require_all(options, device);
    return options;
}

std::string usage(const Description& device) {
    return "usage: tickproof-rtl OPTIONS\n"
           "Plays the device side of docs/wire.md with the Verilated RTL of " + device.name + ".\n"
           "  --port NAME=INTERFACE   frames of a port: " + joined(names(device, PortKind::frames)) + "\n"
           "  --client ADDRESS:PORT   listens there (streams of this device: " + joined(names(device, PortKind::stream)) + ")\n"
           "  --exchange ADDRESS:PORT connects to it\n"
           "  --transport raw|xdp     AF_PACKET (default) or AF_XDP\n"
           "  --control PATH          control socket; none without\n"
           "  --slowdown N            host ns a device ns (default " + std::to_string(device.default_slowdown) + ")\n"
           "  --seed N                of the random initial values (default 1)\n"
           "  --cpu N                 pin to this core\n"
           "  --hold stdin            begin when a line comes by stdin, not before\n";
}

}  // namespace tickproof::rtl
