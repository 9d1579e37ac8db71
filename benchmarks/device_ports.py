# SPDX-License-Identifier: Apache-2.0
"""Writes `device.h` for bare_loop.cpp: the ports of a device as inline functions, its outputs in the layout of the bulk recorder."""

from __future__ import annotations

from tickproof.dut import Dut, Port

__all__ = ["device_header"]


def device_header(dut: Dut) -> str:
    """C++ for a device whose inputs are 64 bits wide."""
    inputs, outputs = [*dut.inputs.values()], [*dut.outputs.values()]
    return f"""// Generated for {dut.name}.
#pragma once
#include <cstdint>
#include <cstring>
#include <vector>
#define CONTROL {int(dut.control is not None)}
#define INPUTS {len(inputs)}
#define OUTPUTS {len(outputs)}
static const char* const INPUT_NAMES[] = {{{", ".join(f'"{port.name}"' for port in inputs)}}};
static const char* const OUTPUT_NAMES[] = {{{", ".join(f'"{port.name}"' for port in outputs)}}};
static inline void drive(Vtop& top, int port, uint64_t data, uint8_t keep, bool last, bool user) {{
    switch (port) {{
{"".join(_drive(port, index) for index, port in enumerate(inputs))}    }}
}}
static inline void idle(Vtop& top, int port) {{
    switch (port) {{
{"".join(f"        case {index}: top.{port.signals['tvalid']} = 0; break;{chr(10)}" for index, port in enumerate(inputs))}    }}
}}
static inline bool input_ready(const Vtop& top, int port) {{
    switch (port) {{
{"".join(_ready(port, index) for index, port in enumerate(inputs))}    }}
    return true;
}}
static inline void accept_outputs(Vtop& top) {{
{"".join(f"    top.{port.signals['tready']} = 1;{chr(10)}" for port in outputs if "tready" in port.signals)}}}
static inline bool take(const Vtop& top, int port, uint64_t clock, std::vector<uint8_t>& out) {{
    switch (port) {{
{"".join(_take(port, index) for index, port in enumerate(outputs))}    }}
    return false;
}}
"""


def _drive(port: Port, index: int) -> str:
    values = {"tdata": "data", "tkeep": "keep", "tvalid": "1", "tlast": "last", "tuser": "user"}
    return f"        case {index}: " + " ".join(f"top.{port.signals[role]} = {value};" for role, value in values.items()) + " break;\n"


def _ready(port: Port, index: int) -> str:
    return f"        case {index}: return top.{port.signals['tready']};\n" if "tready" in port.signals else ""


def _take(port: Port, index: int) -> str:
    """Layout: clock and flags (8 bytes), tkeep filled up to 4, tdata."""
    size = port.width // 8
    keep_bytes = 4 * -(-size // 32)
    signals = port.signals
    last = f"top.{signals['tlast']}" if "tlast" in signals else "1"
    user = f"top.{signals['tuser']}" if "tuser" in signals else "0"
    if "tkeep" in signals:
        keep = f"std::memcpy(row + 8, &top.{signals['tkeep']}, {size // 8});"
    else:
        keep = f"std::memset(row + 8, 0xFF, {size // 8});"
    return f"""        case {index}:
            if (top.{signals["tvalid"]}) {{
                const size_t at = out.size();
                out.resize(at + {8 + keep_bytes + size});
                uint8_t* const row = out.data() + at;
                const uint64_t word = clock | uint64_t({last}) << 56 | uint64_t({user}) << 57;
                std::memcpy(row, &word, 8);
                {keep}
                std::memcpy(row + {8 + keep_bytes}, &top.{signals["tdata"]}, {size});
                return true;
            }}
            break;
"""
