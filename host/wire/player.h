// SPDX-License-Identifier: Apache-2.0
// Plays one plan: one thread that polls everything until the run is over.
#pragma once
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/wire/control_client.h"
#include "host/wire/lanes.h"
#include "host/wire/plan.h"
#include "host/wire/ports.h"
#include "host/wire/summary.h"

namespace tickproof::wire {

class Player {
public:
    // Opens everything that the plan names and greets the device. Throws HostError if the run cannot start; so it does when `stop` is set.
    Player(const Plan& plan, const volatile std::sig_atomic_t& stop);

    // Plays until the end or until `stop` is set, and writes the results. True: the run is complete.
    bool run();

private:
    void open_frames();
    void open_streams();
    void open_control();
    Spool sent_file(const std::string& port) const { return Spool(plan_.folder / (port + ".sent")); }
    Sends sends(const std::string& port, PortKind kind) const { return Sends(plan_.folder, port, kind, plan_.awaited.size()); }
    void prove_onload();

    // These throw HostError when the run cannot go on.
    void play();
    void set_up();
    void round();
    bool sending();
    std::int64_t last_ns_for_timers();
    void send_due();
    void poll();
    void take_answer();
    void finish();
    std::span<const std::uint8_t> ask(std::span<const std::uint8_t> request);
    std::span<const std::uint8_t> ask(std::uint8_t op);
    void check_bounds() const;

    std::uint64_t count_of(std::size_t awaited);
    const std::string& name_of(std::size_t awaited) const;
    void trouble(const std::string& text);  // the first is kept
    std::string unsent_rows() const;
    void write_idle();
    void write_results();

    const Plan plan_;
    const volatile std::sig_atomic_t& stop_;
    Summary summary_;
    Lateness lateness_;
    std::optional<ControlClient> control_;
    std::optional<Ports> ports_;
    std::vector<Recorder> stream_recorders_;
    std::vector<std::unique_ptr<Lane>> lanes_;  // in the order of the plan: frames, streams, control
    std::vector<StreamLane*> streams_;
    ControlLane* control_lane_ = nullptr;
    MappedFile setup_;
    std::optional<Spool> counters_;
    std::vector<Spool*> spools_;
    std::int64_t ends_ns_ = kNever; // at the latest, once it has begun
    std::int64_t next_due_ns_ = 0;  // of all lanes
    std::int64_t activity_ns_ = 0;  // something came or went
    std::int64_t output_ns_ = 0;    // an output came
};

}  // namespace tickproof::wire
