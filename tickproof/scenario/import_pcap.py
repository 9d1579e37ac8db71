# SPDX-License-Identifier: Apache-2.0
"""A capture as scenario text: `tickproof import drop.pcap > drop.scn`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tickproof.program import Program
from tickproof.protocols import ITCH, MOLDUDP64
from tickproof.protocols.decode import mold_blocks, udp_payload
from tickproof.protocols.pcapfile import read_pcap
from tickproof.scenario.replay import Destination, destination_of, find_lines, program_from_pcap, symbols_of
from tickproof.scenario.write import to_scn

__all__ = ["import_pcap"]

MAX_SYMBOLS = 8

_STOCK = {kind: ITCH.by_tag[kind].picker("stock") for kind in (b"R", b"A", b"F")}
_SIZE = {kind: ITCH.by_tag[kind].size for kind in _STOCK}


def import_pcap(path: str | Path) -> str:
    """The text of a scenario with the frames and times of the two lines of a capture; it parses back to the same Program.

    The symbols are the (at most eight) stocks named most often. Packets to other places are left out, and counted in the opening comment.
    Raises ProtocolError for the file, InputError if it has no multicast UDP.
    """
    lines = find_lines(path)
    stocks, others = _survey(path, lines)
    program = program_from_pcap(path, symbols_of(stocks), lines=lines) if stocks else program_from_pcap(path, (), lines=lines)
    return to_scn(program, _comment(path, program, others))


def _survey(path: str | Path, lines: tuple[Destination, Destination | None]) -> tuple[list[str], int]:
    """The stocks to track, and how many packets go elsewhere."""
    stocks: Counter[str] = Counter()
    others = 0
    for _, frame in read_pcap(path):
        if destination_of(frame) not in lines:
            others += 1
            continue
        payload = udp_payload(frame) or b""
        for message in mold_blocks(payload) if len(payload) >= MOLDUDP64.size else ():
            kind = message[:1]
            if kind in _STOCK and len(message) == _SIZE[kind]:
                stocks[_STOCK[kind].unpack_from(message)[0].decode("latin-1").rstrip(" ")] += 1
    usable = [stock for stock, _ in stocks.most_common() if stock.isascii() and stock.isprintable() and not set(stock) & set(' "\\')]
    return sorted(stock for stock in usable[:MAX_SYMBOLS] if stock), others


def _comment(path: str | Path, program: Program, others: int) -> str:
    counts = ", ".join(f"{len(sends)} frames on {port}" for port, sends in program.ports.items())
    left_out = f" Left out: {others} packets to other places." if others else ""
    return f"Imported from {Path(path).name}: {counts}.{left_out}"
