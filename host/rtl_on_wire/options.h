// SPDX-License-Identifier: Apache-2.0
// The command line.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "host/common/device_link.h"
#include "host/rtl_on_wire/device.h"

namespace tickproof::rtl {

struct Options {
    bool help = false;
    std::uint32_t slowdown;
    bool xdp = false;                             // frames by AF_XDP, else by AF_PACKET
    std::map<std::string, std::string> interfaces;  // of a port
    std::map<std::string, Endpoint> endpoints;      // of a stream
    std::string control;
    std::uint32_t seed = 1;
    std::optional<int> cpu;
    bool hold = false;                              // until a line comes by stdin
};

// Throws HostError for what cannot be understood, and for a port of the device that is not connected.
Options parse_options(const Description& device, int count, const char* const* arguments);

std::string usage(const Description& device);

}  // namespace tickproof::rtl
