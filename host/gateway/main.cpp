// SPDX-License-Identifier: Apache-2.0
// tickproof-gateway: how it starts and ends (docs/wire.md, "The device's side").
#include <sched.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>

#include "host/common/error.h"
#include "host/common/hold.h"
#include "host/gateway/gateway.h"
#include "host/gateway/options.h"

namespace {

using namespace tickproof;
using namespace tickproof::gateway;

constexpr int kEnded = 0, kCannotGoOn = 1, kCannotStart = 2;

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // else no signal handler may touch it

int complain(const std::exception& error, int exit_code) {
    std::fprintf(stderr, "tickproof-gateway: %s\n", error.what());
    return exit_code;
}

void pin(int cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(static_cast<unsigned>(cpu), &only);
    if (::sched_setaffinity(0, sizeof only, &only) < 0) throw system_error("--cpu", "cannot run on core " + std::to_string(cpu));
}

}  // namespace

int main(int count, char** arguments) {
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stop.store(true, std::memory_order_relaxed); });
    std::unique_ptr<Gateway> device;
    bool hold = false;
    try {
        const Options options = parse_options(count, arguments);
        if (options.help) {
            std::fputs(usage(), stdout);
            return kEnded;
        }
        if (options.cpu) pin(*options.cpu);
        device = std::make_unique<Gateway>(options, stop);
        hold = options.hold;
    } catch (const std::exception& error) {
        return complain(error, kCannotStart);
    }
    std::puts("ready");
    std::fflush(stdout);
    if (hold && !told_to_begin(stop)) return kEnded;
    try {
        device->run();
    } catch (const std::exception& error) {
        return complain(error, kCannotGoOn);
    }
    return kEnded;
}
