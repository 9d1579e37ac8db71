// SPDX-License-Identifier: Apache-2.0
// A program that is told when to begin (docs/wire.md, "The device's side"): everything is open by then.
#pragma once
#include <poll.h>
#include <unistd.h>

namespace tickproof {

// Waits for a line on stdin. False: `stop` was set, or stdin has ended: nobody is there who would say it.
template <class Stop>
bool told_to_begin(const Stop& stop) {
    constexpr int kLookMs = 100;  // a signal that comes between a look at `stop` and the wait
    pollfd input{STDIN_FILENO, POLLIN, 0};
    for (char letter = 0; letter != '\n';) {
        while (!stop && ::poll(&input, 1, kLookMs) <= 0) {}
        if (stop || ::read(STDIN_FILENO, &letter, 1) != 1) return false;
    }
    return true;
}

}  // namespace tickproof
