# SPDX-License-Identifier: Apache-2.0
"""(d) The order path: orders a second through golden, orders a second checked on RTL, and what a decision takes.

A generated day (client, exchange, live feed on both lines). `outside decoders`: nasdaq-protocols cuts the client's stream and SimpleOUCH
decodes each message, which is what a checker in Python would begin with; they check nothing. `golden`: the whole device. `checked on RTL`:
Verilator plays the day and every record and byte is compared with golden's replay. CPU seconds of this process and its children, the
contestants by turns, medians. Then clocks of a simulation, each run judged. LAT-3: last byte of an order in, to its first byte out; LAT-4:
first byte in to first byte out. Rate: clocks from one DECISION to the next of Enters without idle beats.
"""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from pathlib import Path

from nasdaq_protocols import soup
from SimpleOUCH.Parser import Parser

from benchmarks.tables import table
from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.check.observe import read_events
from tickproof.check.verdict import Verdict
from tickproof.golden import get_model
from tickproof.program import Program
from tickproof.protocols.records import KIND
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
ORDERS = 10_000
CLOCK_NS = 6.4
DAY = f"""dut = "tick_to_trade"
[generate]
kind = "day"
seed = 7
orders = {ORDERS}
---
"""
ALONE = """dut = "tick_to_trade"
[symbols.TPA]
[opening]
TPA = "150.00x1000 150.02x1000"
---
"""
LINE_RATE = """dut = "tick_to_trade"
[generate]
kind = "market"
seed = 7
messages = 12000
rate = 0
messages_per_packet = 1
symbols = 1
---
"""
BACK_TO_BACK = 2000


class _Decoders(Parser, Parser.Cache):  # type: ignore[misc]  # its version 0.0.2 defines the decoders one class too deep for its own `parse`
    """SimpleOUCH."""

    _getOptionalAppendage = Parser.Cache._toOptionalAppendage


def main(turns: int = 3) -> dict[str, object]:
    """Measure, print both tables, return the figures."""
    rates = _rates(turns)
    slowest = rates["outside decoders, nothing checked"]
    print(
        table(["", "orders / CPU s", "to the decoders"], [[name, f"{rate:,.0f}", f"{rate / slowest:.2f}"] for name, rate in rates.items()])
    )
    cases = {
        "an order a microsecond, no feed": _spaced(ALONE),
        "an order a microsecond, both lines without idle beats": _spaced(LINE_RATE),
        f"{BACK_TO_BACK:,} Enters without idle beats": ALONE
        + "\n".join(f"{'+1us' if ref == 1 else '    '} < client {_enter(ref)}" for ref in range(1, BACK_TO_BACK + 1)),
    }
    rows, results = [], {}
    for name, text in cases.items():
        program = parse_text(text + "\n", "orders.scn").program
        verdict, capture = _played(program)
        latency = {key: one for key, one in verdict.latency.items() if key in ("LAT-3", "LAT-4")}
        clocks = _clocks_a_decision(program, capture)
        results[name] = {
            "latency_clk": {key: [one.min, one.p50, one.p99, one.max, one.n] for key, one in latency.items()},
            "clk_a_decision": clocks,
        }
        spread = [f"{one.min} / {one.p50} / {one.p99} / {one.max}" for one in latency.values()]
        rows.append([name, *spread, f"{clocks:.2f}", f"{1e3 / (clocks * CLOCK_NS):.2f}"])
    print()
    print(table(["case", "LAT-3 clk min/p50/p99/max", "LAT-4 clk", "clk a decision", "million decisions/s"], rows))
    return {"orders": ORDERS, "orders_per_cpu_s": rates, "rtl": results}


def _rates(turns: int) -> dict[str, float]:
    program = parse_text(DAY, "day.scn").program
    model = get_model("tick_to_trade")
    stream = b"".join(program.ports["client"].frames)
    _played(program)  # the device is built
    contestants: dict[str, Callable[[], object]] = {
        "outside decoders, nothing checked": lambda: _decode(stream),
        "golden": lambda: model.predict(program),
        "checked on RTL": lambda: _played(program),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(turns):
        for name, play in contestants.items():
            start = _cpu_s()
            play()
            seconds[name].append(_cpu_s() - start)
    orders = int(model.predict(program).counters["orders"])
    return {name: orders / statistics.median(values) for name, values in seconds.items()}


def _decode(stream: bytes) -> None:
    decoders = _Decoders()
    at = 0
    while at < len(stream):
        size = 2 + int.from_bytes(stream[at : at + 2], "big")
        packet = soup.SoupMessage.from_bytes(stream[at : at + size])[1]
        if isinstance(packet, soup.UnSequencedData):
            decoders.parse(packet.data, "bytes")
        at += size


def _played(program: Program) -> tuple[Verdict, Capture]:
    dut = load_dut("tick_to_trade", ROOT)
    capture = get_target("rtl@verilator").run(dut, program, RunOptions())
    verdict = judge(None, program, dut, get_model(dut.model), capture)
    if verdict.status != "pass":
        raise AssertionError(f"{program.name}: {verdict}")
    return verdict, capture


def _spaced(header: str, count: int = 300) -> str:
    return header + "\n".join(f"{5 + ref}us < client {_enter(ref)}" for ref in range(1, count + 1))


def _enter(ref: int) -> str:
    return f"enter_order ref={ref} symbol=TPA side=B quantity=1 price=1.00"


def _clocks_a_decision(program: Program, capture: Capture) -> float:
    """Mean clocks from one DECISION to the next, by their stamps."""
    records = read_events(program, load_dut("tick_to_trade", ROOT), capture).records
    stamps = records["stamp"][records["kind"] == KIND["DECISION"]].astype("u8") >> 8
    return float(stamps[-1] - stamps[0]) / (len(stamps) - 1)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
