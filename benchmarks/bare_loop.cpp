// SPDX-License-Identifier: Apache-2.0
// The fastest way to drive a Verilated device that we know: a loop over its ports, inputs and outputs in memory, no VPI, no cocotb, no harness.
// It does the work of the bulk player and nothing else: setup writes, the same beats, every output beat kept with its clock, the same drain.
// `device.h` is generated: the ports of one device as inline functions.
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "Vtop.h"
#include "device.h"
#include "verilated.h"

namespace {

std::vector<uint8_t> read_file(const std::string& path) {
    std::vector<uint8_t> data;
    if (FILE* file = std::fopen(path.c_str(), "rb")) {
        std::fseek(file, 0, SEEK_END);
        data.resize(static_cast<size_t>(std::ftell(file)));
        std::rewind(file);
        if (std::fread(data.data(), 1, data.size(), file) != data.size()) data.clear();
        std::fclose(file);
    }
    return data;
}

uint64_t big_endian(const uint8_t* bytes, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
    return value;
}

struct Beat {
    uint64_t data;
    uint8_t keep, last, user;
};

struct Input {
    std::vector<Beat> beats;
    size_t next = 0;
};

struct Simulation {
    VerilatedContext* const context;
    Vtop top;
    Input inputs[INPUTS];
    std::vector<uint8_t> outputs[OUTPUTS];
    uint64_t clock = 0;
    uint64_t quiet = 0;

    explicit Simulation(VerilatedContext* c) : context{c}, top{c, ""} {}

    // The rest of a clock whose inputs are set and evaluated: what is valid on an output before the edge is kept.
    void edge() {
        ++quiet;
        for (int port = 0; port < OUTPUTS; ++port) {
            if (take(top, port, clock, outputs[port])) quiet = 0;
        }
        top.clk = 1;
        top.eval();
        top.clk = 0;
        ++clock;
    }

    void idle_clock() {
        top.eval();
        edge();
    }

    // One clock with a beat on every input that has one left.
    bool play() {
        bool left = false;
        for (int port = 0; port < INPUTS; ++port) {
            const Input& input = inputs[port];
            if (input.next < input.beats.size()) {
                const Beat& beat = input.beats[input.next];
                drive(top, port, beat.data, beat.keep, beat.last, beat.user);
                left = true;
            } else {
                idle(top, port);
            }
        }
        top.eval();
        for (int port = 0; port < INPUTS; ++port) {
            if (inputs[port].next < inputs[port].beats.size() && input_ready(top, port)) {
                ++inputs[port].next;
                quiet = 0;
            }
        }
        edge();
        return left;
    }

#if CONTROL
    void write_register(uint32_t address, uint32_t data) {
        top.s_axil_awaddr = address;
        top.s_axil_awvalid = 1;
        top.s_axil_wdata = data;
        top.s_axil_wstrb = 15;
        top.s_axil_wvalid = 1;
        top.s_axil_bready = 1;
        for (bool answered = false; !answered;) {
            top.eval();
            const bool address_taken = top.s_axil_awready, data_taken = top.s_axil_wready;
            answered = top.s_axil_bvalid;
            edge();
            if (address_taken) top.s_axil_awvalid = 0;
            if (data_taken) top.s_axil_wvalid = 0;
        }
    }
#endif
};

}  // namespace

int main(int argc, char** argv) {
    const std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    context->commandArgs(argc, argv);
    const std::string directory = argv[1];
    Simulation sim{context.get()};

    for (int port = 0; port < INPUTS; ++port) {
        const std::vector<uint8_t> raw = read_file(directory + "/" + INPUT_NAMES[port] + ".beats");
        for (size_t at = 0; at + 9 <= raw.size(); at += 9) {
            const uint8_t mark = raw[at];
            const int kept = (mark & 0x3F) + 1;
            sim.inputs[port].beats.push_back({big_endian(&raw[at + 1], 8), static_cast<uint8_t>(0xFF >> (8 - kept)),
                                              static_cast<uint8_t>(mark >> 7), static_cast<uint8_t>(mark >> 6 & 1)});
        }
    }
    const std::vector<uint8_t> plan = read_file(directory + "/run.plan");
    const uint64_t drain = big_endian(&plan[8], 8);

    sim.top.clk = 0;
    sim.top.rst = 1;
    for (int port = 0; port < INPUTS; ++port) idle(sim.top, port);
    accept_outputs(sim.top);
    for (int i = 0; i < 8; ++i) sim.idle_clock();
    for (auto& output : sim.outputs) output.clear();
    sim.top.rst = 0;
#if CONTROL
    while (!sim.top.ready) sim.idle_clock();
    const std::vector<uint8_t> writes = read_file(directory + "/control.sends");
    for (size_t at = 0; at + 24 <= writes.size(); at += 24) {
        sim.write_register(static_cast<uint32_t>(big_endian(&writes[at + 16], 4)), static_cast<uint32_t>(big_endian(&writes[at + 20], 4)));
    }
#endif
    sim.quiet = 0;
    while (sim.play() || sim.quiet < drain) {}
    sim.top.final();

    for (int port = 0; port < OUTPUTS; ++port) {
        FILE* file = std::fopen((directory + "/" + OUTPUT_NAMES[port] + ".out").c_str(), "wb");
        if (!file || std::fwrite(sim.outputs[port].data(), 1, sim.outputs[port].size(), file) != sim.outputs[port].size()) return 1;
        std::fclose(file);
    }
    return 0;
}
