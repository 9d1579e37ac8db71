// SPDX-License-Identifier: Apache-2.0
// What to play and where: `plan.conf` of a plan folder (docs/wire.md, "The player's side").
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tickproof::wire {

enum class Transport { udp, raw, xdp };

struct Address {
    std::uint32_t ip;  // as a number, first byte most significant
    std::uint16_t port;
    bool operator==(const Address&) const = default;
};

struct InLine {
    std::string port;
    Transport transport;
    std::string interface;
};

struct OutLine {
    std::string port;
    Transport transport;
    std::string interface;
    std::vector<Address> only;    // IPv4/UDP datagrams to them are the outputs; none: every frame is
    bool records = false;         // waits count 64-byte records
};

struct StreamLine {
    std::string port;
    bool listens;
    Address address;
};

// An `out` or a `stream` line, as sends name what they wait for.
struct Awaited {
    bool stream;
    std::size_t index;
};

struct Plan {
    std::filesystem::path folder;
    std::optional<std::string> control;
    std::vector<InLine> ins;
    std::vector<OutLine> outs;
    std::vector<StreamLine> streams;
    std::vector<Awaited> awaited;  // both kinds in their order in the plan
    std::int64_t end_ns = 0, quiet_ns = 0, stall_ns = 0, limit_ns = 0;
    std::size_t burst = 64;
    std::optional<int> cpu;
    bool hold = false;  // until a line comes by stdin
    bool hardware_stamps = false;
    bool onload = false;
};

// Throws HostError: `plan.conf:3: what (got ..., expected ...)`.
Plan read_plan(const std::filesystem::path& folder);

}  // namespace tickproof::wire
