// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/options.h"

#include <charconv>
#include <map>

#include "host/common/error.h"
#include "host/gateway/feed/feed_path.h"
#include "host/gateway/feed/level_set.h"

namespace tickproof::gateway {
namespace {

constexpr std::size_t kFewestOrders = 1024, kMostOrders = std::size_t{1} << 30;

using Given = std::map<std::string, std::string>;

std::size_t number(const std::string& option, const std::string& text, std::size_t least, std::size_t most) {
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && stop == text.data() + text.size() && value >= least && value <= most) return value;
    throw HostError(option + ": not such a number (got " + text + ", expected " + std::to_string(least) + " to " + std::to_string(most) + ")");
}

const std::string& needed(const Given& given, const std::string& option) {
    const auto found = given.find(option);
    if (found == given.end()) throw HostError(option + ": missing (got nothing, expected a value; see --help)");
    return found->second;
}

Given read_options(int count, const char* const* arguments) {
    static constexpr const char* kKnown[] = {"--device", "--feed-a", "--feed-b", "--events", "--client", "--exchange", "--control", "--symbols", "--levels", "--orders", "--cpu", "--onload", "--hold"};
    Given given;
    for (int at = 1; at < count; at += 2) {
        const std::string option = arguments[at];
        bool known = false;
        for (const char* name : kKnown) known |= option == name;
        if (!known) throw HostError(option + ": unknown option (got " + option + ", expected one of --help)");
        if (at + 1 == count) throw HostError(option + ": no value (got nothing, expected one; see --help)");
        given[option] = arguments[at + 1];
    }
    return given;
}

}  // namespace

Options parse_options(int count, const char* const* arguments) {
    Options options;
    for (int at = 1; at < count; ++at) options.help |= std::string(arguments[at]) == "--help";
    if (options.help) return options;
    const Given given = read_options(count, arguments);
    const std::string device = needed(given, "--device");
    if (device != "tick_to_trade" && device != "feed_handler") throw HostError("--device: unknown (got " + device + ", expected tick_to_trade or feed_handler)");
    options.feed[0] = needed(given, "--feed-a");
    options.feed[1] = needed(given, "--feed-b");
    options.events = needed(given, "--events");
    options.control = needed(given, "--control");
    if (device == "tick_to_trade") {
        options.client = parse_endpoint("--client", needed(given, "--client"));
        options.exchange = parse_endpoint("--exchange", needed(given, "--exchange"));
    } else if (given.contains("--client") || given.contains("--exchange")) {
        throw HostError("--device: feed_handler has no streams (got --client or --exchange, expected neither)");
    }
    if (given.contains("--symbols")) options.symbols = number("--symbols", given.at("--symbols"), 1, kMostSymbols);
    if (given.contains("--levels")) options.levels = number("--levels", given.at("--levels"), 1, LevelSet::kMost);
    if (given.contains("--orders")) options.orders = number("--orders", given.at("--orders"), kFewestOrders, kMostOrders);
    if (given.contains("--onload")) {
        if (given.at("--onload") != "required") throw HostError("--onload: unknown (got " + given.at("--onload") + ", expected required)");
        options.onload_required = true;
    }
    if (given.contains("--hold")) {
        if (given.at("--hold") != "stdin") throw HostError("--hold: unknown (got " + given.at("--hold") + ", expected stdin)");
        options.hold = true;
    }
    if (given.contains("--cpu")) options.cpu = static_cast<int>(number("--cpu", given.at("--cpu"), 0, 1023));
    return options;
}

const char* usage() {
    return "tickproof-gateway: the contract (docs/contract.md) as a program on sockets; how it is connected: docs/wire.md\n"
           "  --device tick_to_trade|feed_handler\n"
           "  --feed-a INTERFACE --feed-b INTERFACE   where the two lines arrive\n"
           "  --events INTERFACE                      where records leave\n"
           "  --client ADDRESS:PORT                   listens for the trading application (tick_to_trade)\n"
           "  --exchange ADDRESS:PORT                 connects to the venue (tick_to_trade)\n"
           "  --control PATH                          control socket, for its owner only\n"
           "  --symbols N (8)  --levels N (4096)      size of the books\n"
           "  --orders N (1572864)                    how many may be alive at once\n"
           "  --cpu N                                 pin to this core, and keep it busy\n"
           "  --onload required                       end unless Onload carries every socket\n"
           "  --hold stdin                            begin when a line comes by stdin, not before\n"
           "Prints `ready` when everything is open. Ends with 0 on SIGTERM or SIGINT, 1 when it cannot go on, 2 when it cannot start.\n";
}

}  // namespace tickproof::gateway
