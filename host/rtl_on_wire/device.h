// SPDX-License-Identifier: Apache-2.0
// What the program knows of the device inside: generated from the device description (tickproof/targets/wire/rtl_build.py), used by everything here.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tickproof::rtl {

// One AXI-Stream of the Verilated top, which has every signal: what the device lacks is tied there. Buses as bytes, first byte of the frame first.
struct StreamPins {
    std::size_t bytes;  // of tdata, and bits of tkeep
    std::uint8_t *tdata, *tkeep, *tvalid, *tready, *tlast, *tuser;
    std::uint8_t* link;  // inputs with a connection; else nullptr
};

// AXI-Lite, 32-bit data.
struct RegisterPins {
    std::uint32_t *awaddr, *wdata, *araddr, *rdata;
    std::uint8_t *awvalid, *awready, *wvalid, *wready, *bresp, *bvalid, *arvalid, *arready, *rresp, *rvalid;
};

struct Pins {
    std::uint8_t *clk, *reset, *ready;
    std::vector<StreamPins> inputs, outputs;  // in the order of the Description
    RegisterPins registers;                   // unless the device has no control
};

enum class PortKind { frames, stream };  // stream: the payload of a TCP connection

struct Port {
    std::string name;
    PortKind kind;
};

struct SettingRegister {
    std::uint32_t id, address;
    std::uint32_t stride;  // address step a symbol; 0: the setting belongs to no symbol
    bool wide;             // two words
};

inline constexpr std::uint32_t kNoRegister = 0xFFFFFFFF;

struct Description {
    std::string name;
    std::uint32_t period_ps;
    std::uint32_t reset_clocks;
    std::uint32_t symbols;           // 0: not known
    std::uint32_t default_slowdown;
    std::vector<Port> inputs, outputs;
    bool control;
    std::uint64_t address_end;
    std::vector<SettingRegister> settings;
    std::uint32_t command, order_command, order_value;  // addresses; kNoRegister: the device has none
    std::vector<std::uint32_t> counters;                // in the order of docs/wire.md; kNoRegister: not kept
};

const Description& description();

// The Verilated device. Inputs are set while the clock is low; `settle` lets outputs follow them, `edge` is the rising edge.
class Model {
public:
    virtual ~Model() = default;
    virtual const Pins& pins() const = 0;
    virtual void settle() = 0;
    virtual void edge() = 0;
};

std::unique_ptr<Model> make_model(std::uint32_t seed);

}  // namespace tickproof::rtl
