// SPDX-License-Identifier: Apache-2.0
// tickproof-wire: plays a plan folder into interfaces and sockets and writes what came back (docs/wire.md, "The player's side").
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "host/wire/plan.h"
#include "host/wire/player.h"

namespace {

volatile std::sig_atomic_t stop = 0;

void on_signal(int) { stop = 1; }

constexpr int kComplete = 0, kNotComplete = 1, kNotStarted = 2;

}  // namespace

int main(int count, char** arguments) {
    if (count != 2 || std::strcmp(arguments[1], "--help") == 0) {
        std::fputs("usage: tickproof-wire FOLDER\nPlays the plan in FOLDER and writes the results there.\n", count == 2 ? stdout : stderr);
        return count == 2 ? kComplete : kNotStarted;
    }
    std::signal(SIGTERM, on_signal);
    std::signal(SIGINT, on_signal);
    bool started = false;
    try {
        tickproof::wire::Player player(tickproof::wire::read_plan(arguments[1]), stop);
        started = true;
        const bool complete = player.run();
        std::puts("over");  // what follows is the kernel's work, which takes long for rings: nobody has to wait for it
        std::fflush(stdout);
        return complete ? kComplete : kNotComplete;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tickproof-wire: %s\n", error.what());
        return started ? kNotComplete : kNotStarted;
    }
}
