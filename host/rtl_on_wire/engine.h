// SPDX-License-Identifier: Apache-2.0
// Runs the device's clock along the host's, with everything that is connected to it.
#pragma once
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/rtl_on_wire/control_side.h"

namespace tickproof::rtl {

struct Wiring {
    std::vector<std::unique_ptr<Connection>> connections;
    std::string control_path;  // "": no control
};

class Engine {
public:
    Engine(const Description& device, Model& model, Wiring wiring, std::uint32_t slowdown);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Reset, until the device says that it is ready. Throws HostError if it never does.
    void start();
    // From here on time runs.
    void run(const volatile std::sig_atomic_t& stop);
    // What went wrong on the way, for people, a line each.
    std::vector<std::string> troubles() const;

private:
    void poll();
    void catch_up(std::int64_t now_ns);
    bool tick();
    void watch(std::int64_t lag_ns);

    const Description& device_;
    Model& model_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<bool> drained_;  // had nothing when it was last polled
    std::optional<Registers> registers_;
    std::optional<ControlSide> control_;
    std::uint32_t slowdown_;
    std::optional<Pace> pace_;
    std::uint64_t clock_ = 0;  // the next one, counted from the first with reset released
    std::int64_t worst_lag_ns_ = 0;
    std::uint64_t times_late_ = 0;
    bool late_ = false;
};

}  // namespace tickproof::rtl
