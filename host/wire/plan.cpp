// SPDX-License-Identifier: Apache-2.0
#include "host/wire/plan.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "host/common/error.h"

namespace tickproof::wire {
namespace {

using Words = std::vector<std::string>;

template <class T>
T number(const std::string& text, T lowest, T highest) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < lowest || value > highest) {
        throw HostError("not a number that fits (got " + text + ", expected " + std::to_string(lowest) + " to " + std::to_string(highest) +
                        ")");
    }
    return value;
}

Address address(const std::string& ip, const std::string& port) {
    in_addr parsed{};
    if (inet_pton(AF_INET, ip.c_str(), &parsed) != 1) throw HostError("not an IPv4 address (got " + ip + ", expected a.b.c.d)");
    return {ntohl(parsed.s_addr), number<std::uint16_t>(port, 1, 65535)};
}

std::size_t choice(const std::string& text, const Words& choices) {
    const auto found = std::find(choices.begin(), choices.end(), text);
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    std::string expected = choices.front();
    for (std::size_t index = 1; index < choices.size(); ++index) expected += " or " + choices[index];
    throw HostError("unknown word (got " + text + ", expected " + expected + ")");
}

Transport transport(const std::string& text) { return static_cast<Transport>(choice(text, {"udp", "raw", "xdp"})); }

struct Key {
    std::size_t least, most;  // words behind the key
    std::function<void(Plan&, const Words&)> read;
    bool once = true;
    bool needed = false;
};

// A port's name becomes the name of files.
std::string fresh_port(const Plan& plan, const std::string& name) {
    const auto same = [&](const auto& line) { return line.port == name; };
    if (name == "control" || name.find('/') != std::string::npos || std::any_of(plan.ins.begin(), plan.ins.end(), same) ||
        std::any_of(plan.outs.begin(), plan.outs.end(), same) || std::any_of(plan.streams.begin(), plan.streams.end(), same)) {
        throw HostError("no name for another port (got " + name + ")");
    }
    return name;
}

void read_out(Plan& plan, const Words& words) {
    OutLine line{fresh_port(plan, words[1]), transport(words[2]), words[3], {}};
    if (words.size() == 5) throw HostError("an address needs a UDP port behind it");
    if (words.size() == 6) line.only.push_back(address(words[4], words[5]));
    if (line.transport == Transport::udp && line.only.empty()) throw HostError("a udp output needs an address");
    plan.awaited.push_back({false, plan.outs.size()});
    plan.outs.push_back(line);
}

void read_stream(Plan& plan, const Words& words) {
    const bool listens = choice(words[2], {"connect", "listen"}) == 1;
    plan.awaited.push_back({true, plan.streams.size()});
    plan.streams.push_back({fresh_port(plan, words[1]), listens, address(words[3], words[4])});
}

OutLine& output(Plan& plan, const std::string& port) {
    const auto found = std::find_if(plan.outs.begin(), plan.outs.end(), [&](const OutLine& line) { return line.port == port; });
    if (found == plan.outs.end()) throw HostError("no `out` line above has this port (got " + port + ")");
    return *found;
}

void read_also(Plan& plan, const Words& words) {
    OutLine& line = output(plan, words[1]);
    if (line.only.empty()) throw HostError("every frame is an output of this port already (got " + words[1] + ")");
    line.only.push_back(address(words[2], words[3]));
}

Key time_key(std::int64_t Plan::*member) {
    return {1, 1, [member](Plan& plan, const Words& words) { plan.*member = number<std::int64_t>(words[1], 0, INT64_MAX / 4); }, true,
            true};
}

const std::map<std::string, Key>& keys() {
    static const std::map<std::string, Key> table{
        {"control", {2, 2, [](Plan& plan, const Words& words) { choice(words[1], {"unix"}), plan.control = words[2]; }}},
        {"in",
         {3, 3, [](Plan& plan, const Words& words) { plan.ins.push_back({fresh_port(plan, words[1]), transport(words[2]), words[3]}); },
          false}},
        {"out", {3, 5, read_out, false}},
        {"also", {3, 3, read_also, false}},
        {"records", {1, 1, [](Plan& plan, const Words& words) { output(plan, words[1]).records = true; }, false}},
        {"stream", {4, 4, read_stream, false}},
        {"end", time_key(&Plan::end_ns)},
        {"quiet", time_key(&Plan::quiet_ns)},
        {"stall", time_key(&Plan::stall_ns)},
        {"limit", time_key(&Plan::limit_ns)},
        {"burst", {1, 1, [](Plan& plan, const Words& words) { plan.burst = number<std::size_t>(words[1], 1, 1024); }}},
        {"cpu", {1, 1, [](Plan& plan, const Words& words) { plan.cpu = number<int>(words[1], 0, 1023); }}},
        {"hold", {1, 1, [](Plan& plan, const Words& words) { choice(words[1], {"stdin"}), plan.hold = true; }}},
        {"timestamps",
         {1, 1, [](Plan& plan, const Words& words) { plan.hardware_stamps = choice(words[1], {"software", "hardware"}) == 1; }}},
        {"onload", {1, 1, [](Plan& plan, const Words& words) { choice(words[1], {"required"}), plan.onload = true; }}},
    };
    return table;
}

void read_line(Plan& plan, const Words& words, std::set<std::string>& seen) {
    const auto found = keys().find(words[0]);
    if (found == keys().end()) throw HostError("unknown line (got " + words[0] + ")");
    const Key& key = found->second;
    const std::size_t values = words.size() - 1;
    if (values < key.least || values > key.most) {
        throw HostError("wrong number of words behind `" + words[0] + "` (got " + std::to_string(values) + ", expected " +
                        std::to_string(key.least) + (key.most == key.least ? "" : " to " + std::to_string(key.most)) + ")");
    }
    if (!seen.insert(words[0]).second && key.once) throw HostError("`" + words[0] + "` was already said");
    key.read(plan, words);
}

}  // namespace

Plan read_plan(const std::filesystem::path& folder) {
    Plan plan;
    plan.folder = folder;
    const std::string path = folder / "plan.conf";
    std::ifstream file(path);
    if (!file) throw system_error(path, "cannot read the plan");
    std::set<std::string> seen;
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        std::istringstream stream(text.substr(0, text.find('#')));
        const Words words{std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
        if (words.empty()) continue;
        try {
            read_line(plan, words, seen);
        } catch (const HostError& error) {
            throw HostError(path + ":" + std::to_string(line) + ": " + error.what());
        }
    }
    for (const auto& [name, key] : keys()) {
        if (key.needed && !seen.contains(name)) throw HostError(path + ": no line `" + name + "`");
    }
    return plan;
}

}  // namespace tickproof::wire
