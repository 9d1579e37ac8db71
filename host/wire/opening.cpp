// SPDX-License-Identifier: Apache-2.0
// How a run begins and what it leaves: files, ports, the greeting; results and summary.
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>

#include "host/common/bytes.h"
#include "host/common/clock.h"
#include "host/common/error.h"
#include "host/common/hold.h"
#include "host/common/onload.h"
#include "host/wire/player.h"

namespace tickproof::wire {
namespace {

constexpr std::size_t kRingBytesMin = std::size_t{4} << 20, kRingBytesMax = std::size_t{256} << 20, kRingBytesAnOutput = 2048;
constexpr std::int64_t kClockMovedMaxNs = 10'000;
constexpr std::uint32_t kDeviceVersion = 1;
constexpr std::size_t kHelloBytes = 32;

void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0) throw system_error("plan.conf", "cannot pin to core " + std::to_string(cpu));
}

}  // namespace

Player::Player(const Plan& plan, const volatile std::sig_atomic_t& stop) : plan_(plan), stop_(stop) {
    if (plan_.cpu) pin(*plan_.cpu);
    std::filesystem::remove(plan_.folder / "summary.json");  // of a run before
    setup_ = MappedFile(plan_.folder / "setup.bytes");
    if (setup_.bytes().size() % 16 || (!setup_.bytes().empty() && !plan_.control)) {
        throw HostError("setup.bytes: no setup for this plan (got " + std::to_string(setup_.bytes().size()) +
                        " bytes, expected records of 16 and a line `control`)");
    }
    open_frames();
    open_streams();
    if (plan_.onload) prove_onload();
    if (plan_.hold && !told_to_begin(stop_)) throw HostError("told to end before it began");
    if (plan_.control) open_control();
    for (const auto& lane : lanes_) spools_.push_back(&lane->sent());
    for (std::size_t index = 0; index < plan_.outs.size(); ++index) {
        spools_.push_back(&ports_->out(index).frames());
        spools_.push_back(&ports_->out(index).data());
    }
    for (Recorder& recorder : stream_recorders_) {
        spools_.push_back(&recorder.frames());
        spools_.push_back(&recorder.data());
    }
    if (counters_) spools_.push_back(&*counters_);
}

void Player::open_frames() {
    std::vector<Sends> frames;
    std::size_t outputs = 0;
    for (const InLine& line : plan_.ins) {
        const auto rows = frames.emplace_back(sends(line.port, PortKind::frames)).rows();
        outputs += rows.size();
        for (const SendRow& row : rows) outputs = std::max<std::size_t>(outputs, row.count);
    }
    // A device may answer each frame: a long run gets rings that hold what comes while we do not run; a short one opens quickly.
    ports_.emplace(plan_, std::clamp(outputs * kRingBytesAnOutput, kRingBytesMin, kRingBytesMax));
    for (std::size_t index = 0; index < frames.size(); ++index) {
        const std::string& port = plan_.ins[index].port;
        lanes_.push_back(std::make_unique<FrameLane>(port, std::move(frames[index]), sent_file(port), lateness_, ports_->in(index)));
    }
}

void Player::open_streams() {
    stream_recorders_.reserve(plan_.streams.size());  // lanes keep references
    for (const StreamLine& line : plan_.streams) {
        Recorder& recorder = stream_recorders_.emplace_back(plan_.folder, line.port, 0, -1);
        auto lane = std::make_unique<StreamLane>(line, sends(line.port, PortKind::stream), sent_file(line.port), lateness_, recorder);
        streams_.push_back(lane.get());
        lanes_.push_back(std::move(lane));
    }
}

void Player::open_control() {
    control_.emplace(*plan_.control);
    auto lane = std::make_unique<ControlLane>(sends("control", PortKind::control), sent_file("control"), lateness_, *control_);
    control_lane_ = lane.get();
    lanes_.push_back(std::move(lane));
    counters_.emplace(plan_.folder / "counters.values");
    const auto hello = ask(request_op::hello);
    if (hello.size() != kHelloBytes || !std::equal(hello.begin(), hello.begin() + 4, "TPDV") ||
        load_le<std::uint32_t>(&hello[4]) != kDeviceVersion) {
        throw HostError(*plan_.control + ": not a device that we know (got " + std::to_string(hello.size()) +
                        " bytes, expected TPDV version 1)");
    }
    summary_.origin_ns = load_le<std::int64_t>(&hello[8]);
    summary_.slowdown = load_le<std::uint32_t>(&hello[16]);
}

// Before the start: no socket of ours may be one that Onload does not carry.
void Player::prove_onload() {
    const auto refuse = [](const std::string& port, const std::string& got) {
        throw HostError(port + ": Onload does not carry this port (got " + got + ", expected an accelerated socket)");
    };
    for (const InLine& line : plan_.ins) {
        if (line.transport != Transport::udp) refuse(line.port, "frames past the sockets");
    }
    for (const OutLine& line : plan_.outs) {
        if (line.transport != Transport::udp) refuse(line.port, "frames past the sockets");
    }
    for (const auto& socket : ports_->udp_sockets()) {
        const OnloadProof proof = onload_proof(socket.port, socket.descriptor);
        if (proof.state != kAccelerated) refuse(socket.port, proof.state);
    }
    for (const StreamLine& line : plan_.streams) {
        const FileDescriptor probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!probe) throw system_error(line.port, "no socket");
        const OnloadProof proof = onload_proof(line.port, probe.get());
        if (proof.state != kAccelerated) refuse(line.port, proof.state);
    }
}

void Player::write_results() {
    summary_.end_ns = monotonic_ns();
    for (const auto& lane : lanes_) lane->close();
    for (Spool* spool : spools_) {
        spool->write_all();
        if (!spool->trouble().empty()) trouble(spool->trouble());
    }
    // Again, because the kernel takes a socket over that leaves by another interface.
    for (const auto& socket : ports_->udp_sockets()) summary_.onload.push_back(onload_proof(socket.port, socket.descriptor));
    for (const StreamLane* lane : streams_) {
        if (lane->proof()) summary_.onload.push_back(*lane->proof());
    }
    for (const OnloadProof& proof : summary_.onload) {
        if (plan_.onload && proof.state != kAccelerated) trouble(proof.port + ": Onload did not carry this port (got " + proof.state + ")");
    }
    if (ports_->clock_moved_ns() > kClockMovedMaxNs) {
        trouble("the clock of the stamps was moved during the run (got " + std::to_string(ports_->clock_moved_ns()) +
                " ns, expected up to 10000)");
    }
    summary_.late_ns = lateness_.worst_ns;
    summary_.late = lateness_.count;
    summary_.lost = ports_->lost() + ports_->unsent();
    summary_.stray = ports_->stray();
    const bool stamped =
        std::any_of(plan_.outs.begin(), plan_.outs.end(), [](const OutLine& line) { return line.transport != Transport::xdp; });
    summary_.stamps = !stamped ? "program" : plan_.hardware_stamps ? "hardware" : "software";
    summary_.transport = ports_->description();
    write_summary(plan_.folder, summary_);
}

}  // namespace tickproof::wire
