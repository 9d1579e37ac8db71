// SPDX-License-Identifier: Apache-2.0
// Plan folders with mistakes in them: what the player takes can be played, and whatever it does not take it refuses with a HostError.
#pragma once
#include <cstring>
#include <string>

#include "host/common/bytes.h"
#include "host/common/fuzz/random.h"
#include "host/common/fuzz/require.h"
#include "host/wire/fuzz/folder.h"
#include "host/wire/lane.h"
#include "host/wire/plan.h"

namespace tickproof::wire::fuzz {

using namespace tickproof::fuzz;

// Takes what is due, whatever it is.
class AnyLane final : public Lane {
public:
    using Lane::Lane;
    void send(std::int64_t until_ns, std::size_t burst) override {
        for (std::size_t count = 0; count < burst && due() <= until_ns; ++count) {
            went(due(), until_ns, until_ns);
            pass();
        }
    }
};

class PlanWorld {
public:
    PlanWorld(Random& random, const Folder& folder) : random_(random), folder_(folder) {}

    void step() {
        folder_.write("plan.conf", text());
        try {
            const Plan plan = read_plan(folder_.path());
            require(plan.burst >= 1 && plan.awaited.size() == plan.outs.size() + plan.streams.size(), "a plan that is taken is whole");
            for (const InLine& line : plan.ins) require(line.port.find('/') == std::string::npos, "a port is a file's name");
        } catch (const HostError&) {
        }
        sends();
    }

private:
    std::string text() {
        std::string made;
        for (std::uint64_t count = random_.below(14); count > 0; --count) made += line();
        if (!random_.one_in(5)) made += "end 100\nquiet 10\nstall 10\nlimit 1000\n";
        if (random_.one_in(4)) random_.damage(made);
        return made;
    }

    std::string line() {
        const std::string key = word({"control", "in", "out", "records", "stream", "end", "quiet", "stall", "limit", "burst", "cpu",
                                      "timestamps", "onload", "#", "?"});
        if (random_.one_in(4)) return key + " " + any() + " " + any() + "\n";
        const std::string port = word({"feed_a", "feed_b", "events", "client", "..", "a/b"}), kind = word({"udp", "raw", "xdp", "tcp"});
        const std::string address = word({"10.0.0.1", "239.1.1.1", "1.2.3", "::1"}) + " " + word({"30000", "0", "65535", "65536", "-1"});
        if (key == "in") return "in " + port + " " + kind + " " + any() + "\n";
        if (key == "out") return "out " + port + " " + kind + " " + any() + (random_.one_in(2) ? " " + address : "") + "\n";
        if (key == "records") return "records " + port + "\n";
        if (key == "stream") return "stream " + port + " " + word({"connect", "listen", "x"}) + " " + address + "\n";
        if (key == "control") return "control unix " + any() + "\n";
        return key + " " + any() + (random_.one_in(9) ? " # " + any() : "") + "\n";
    }

    std::string word(std::initializer_list<const char*> words) { return random_.pick(words); }
    std::string any() {
        if (random_.one_in(3)) return std::to_string(random_.edge());
        if (random_.one_in(3)) return "-" + std::to_string(random_.edge());
        std::string made(random_.below(20), 'x');
        for (char& letter : made) letter = static_cast<char>(random_.one_in(9) ? random_.next() : random_.between('a', 'z'));
        return made;
    }

    void sends() {
        const std::size_t bytes = random_.below(400), rows = random_.below(6);
        folder_.write("port.bytes", std::string(bytes, 'x'));
        std::string table;
        std::uint64_t time = random_.one_in(4) ? random_.edge() : 0;
        for (std::size_t index = 0; index < rows; ++index) {
            time += random_.one_in(9) ? random_.edge() : random_.below(1000);
            table += row(bytes, time);
        }
        if (random_.one_in(20)) random_.damage(table);
        folder_.write("port.sends", table);
        const auto kind = static_cast<PortKind>(random_.below(3));
        try {
            Sends taken(folder_.path(), "port", kind, kAwaited);
            for (const SendRow& one : taken.rows()) require(taken.bytes(one).size() == one.length, "a send that is taken has its bytes");
            play(std::move(taken));
        } catch (const HostError&) {
        }
    }

    std::string row(std::size_t bytes, std::uint64_t time) {
        SendRow made{};
        made.not_before_ns = static_cast<std::int64_t>(time);
        made.length = static_cast<std::uint32_t>(random_.one_in(20) ? random_.edge() : random_.one_in(3) ? 16 : random_.below(60));
        made.offset = random_.one_in(20) ? random_.edge() : random_.below(bytes + 1);
        if (random_.one_in(9)) made.flags = random_.pick<std::uint16_t>({1, 2, flag::link_up, flag::link_down, 12, 0xFFFF});
        if (made.flags) made.length = 0;
        made.awaited = random_.one_in(9) ? static_cast<std::uint16_t>(random_.below(kAwaited + 1)) : kWaitsForNothing;
        return {reinterpret_cast<const char*>(&made), sizeof made};
    }

    void play(Sends taken) {
        Lateness lateness;
        AnyLane lane("port", std::move(taken), Spool(folder_.path() / "port.sent"), lateness);
        std::int64_t now = kStart;
        lane.start(now);
        while (!lane.done()) {
            if (lane.waits()) lane.stop_waiting(now);
            const std::size_t before = lane.next();
            now = std::max(now, lane.due());
            lane.send(now, random_.between(1, 3));
            require(lane.next() > before, "what is due goes");
        }
        lane.close();
        lane.sent().write_all();
        require(std::filesystem::file_size(folder_.path() / "port.sent") == 16 * lane.rows(), "each send is written down once");
    }

    static constexpr std::size_t kAwaited = 2;
    static constexpr std::int64_t kStart = 1'000'000'000'000;

    Random& random_;
    const Folder& folder_;
};

}  // namespace tickproof::wire::fuzz
