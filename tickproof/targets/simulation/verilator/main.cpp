// SPDX-License-Identifier: Apache-2.0
// The main loop of a Verilator simulation that is driven by files.
// While a run is busy nothing but the clock happens: VPI is served before it, when `busy` falls, and at the end, instead of at every time step.
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "Vtop.h"
#include "svdpi.h"
#include "verilated.h"
#include "verilated_vpi.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#if VM_TRACE
#include "verilated_fst_c.h"
#endif

extern "C" void vlog_startup_routines_bootstrap();

// tickproof_log.v: many records at a time, as they stand in memory.
extern "C" void tickproof_append(int file, const svBitVecVal* data, int words) {
    std::fwrite(data, sizeof *data, static_cast<size_t>(words), VL_CVT_I_FP(static_cast<IData>(file)));
}

namespace {

struct Simulation {
    VerilatedContext* const context;
    Vtop top;
#if VM_TRACE
    std::unique_ptr<VerilatedFstC> waves;
#endif

    explicit Simulation(VerilatedContext* c) : context{c}, top{c, ""} {}

    void eval() {
        top.eval();
#if VM_TRACE
        if (waves && top.waving) waves->dump(context->time());
#endif
    }

    // One clock; the time advances by one period.
    void clock() {
        top.clk = 1;
        eval();
        context->timeInc(CLOCK_HIGH_PS);
        top.clk = 0;
        eval();
        context->timeInc(CLOCK_LOW_PS);
    }

    // Everything that VPI may want at one moment.
    void serve_vpi() {
        do {
            do {
                top.eval();  // before the writes: the first one runs the initial blocks
                VerilatedVpi::clearEvalNeeded();
                VerilatedVpi::doInertialPuts();
                while (VerilatedVpi::callValueCbs()) {}
            } while (VerilatedVpi::evalNeeded());
            VerilatedVpi::callCbs(cbReadWriteSynch);
            VerilatedVpi::doInertialPuts();
            while (VerilatedVpi::callValueCbs()) {}
        } while (VerilatedVpi::evalNeeded());
        VerilatedVpi::callCbs(cbReadOnlySynch);
        VerilatedVpi::callCbs(cbNextSimTime);
        VerilatedVpi::callTimedCbs();
    }
};

}  // namespace

int main(int argc, char** argv) {
    const std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    Verilated::threadContextp(context.get());
    context->commandArgs(argc, argv);
    context->traceEverOn(VM_TRACE);
    context->fatalOnVpiError(false);
    Simulation sim{context.get()};
#if VM_TRACE
    const std::string path = context->commandArgsPlusMatch("tickproof_waves=");
    if (!path.empty()) {
        sim.waves = std::make_unique<VerilatedFstC>();
        sim.top.trace(sim.waves.get(), 99);
        sim.waves->open(path.c_str() + std::strlen("+tickproof_waves="));
    }
#endif
    sim.top.clk = 0;
    vlog_startup_routines_bootstrap();
    VerilatedVpi::callCbs(cbStartOfSimulation);
    while (!context->gotFinish()) {
        sim.serve_vpi();
        do {
            sim.clock();
        } while (sim.top.busy && !context->gotFinish());
    }
    sim.top.final();
    VerilatedVpi::callCbs(cbEndOfSimulation);
#if VM_TRACE
    if (sim.waves) sim.waves->close();
#endif
#if VM_COVERAGE
    const std::string covered = context->commandArgsPlusMatch("tickproof_coverage=");
    if (!covered.empty()) context->coveragep()->write(covered.c_str() + std::strlen("+tickproof_coverage="));
#endif
    return context->errorCount() > 0 ? 1 : 0;
}
