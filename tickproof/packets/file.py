# SPDX-License-Identifier: Apache-2.0
"""One run as a pcapng. Frames are as they were; what has no frame of its own gets one, or a link type that our dissectors know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tickproof import __version__
from tickproof.capture import ADDRESS_SHIFT, FrameFlag
from tickproof.check import Divergence
from tickproof.dut import Layout
from tickproof.packets.passing import Passing, passings
from tickproof.packets.streams import Streams
from tickproof.program import SendFlag
from tickproof.program_control import event_settings, record_addresses
from tickproof.protocols.made_up import LINK_BYTES, LINK_CONTROL, LINK_ETHERNET, LINK_RECORD
from tickproof.protocols.pcapng_writer import CRC_ERROR, INWARD, OUTWARD, SYMBOL_ERROR, Interface, PcapngPacket, write_pcapng
from tickproof.protocols.records import RECORD_BYTES, datagram_header, record_address
from tickproof.recording import RecordedRun

__all__ = ["PACKETS", "write_packets"]

PACKETS = "frames.pcapng"
"""In the folder of a run."""

_LINKS: dict[Layout, int] = {"bytes": LINK_BYTES, "record": LINK_RECORD}  # all others are Ethernet
_CONTROL = "control"


def write_packets(path: Path, run: RecordedRun, divergence: Divergence | None = None) -> None:
    """Write the file. divergence: its cause and the place where it showed get comments. ProtocolError if the file cannot be written."""
    interfaces = _interfaces(run)
    comment = f"{run.scenario} on {run.target}: {run.status}{f', {run.reason}' if run.reason else ''}"
    write_pcapng(
        path, interfaces.values(), _packets(run, [*interfaces], divergence), comment=comment, application=f"tickproof {__version__}"
    )


def _interfaces(run: RecordedRun) -> dict[str, Interface]:
    """By port; a stream that goes both ways is one."""
    found = {}
    for port in (*run.dut.inputs.values(), *run.dut.outputs.values()):
        both = port.name in run.dut.inputs and port.name in run.dut.outputs
        way = "both ways, TCP headers are made up" if both else "into the device" if port.direction == "in" else "out of the device"
        found[port.name] = Interface(port.name, _LINKS.get(port.layout, LINK_ETHERNET), way)
    if run.dut.control:
        found[_CONTROL] = Interface(_CONTROL, LINK_CONTROL, "into the device")
    return found


def _packets(run: RecordedRun, names: list[str], divergence: Divergence | None) -> Iterator[PcapngPacket]:
    streams = Streams(run)
    headers = {record_address(settings): settings for _, settings in event_settings(run.program)}
    addresses = record_addresses(run.program)
    layouts = {name: port.layout for name, port in run.dut.outputs.items()}
    for record in run.program.setup:
        yield PcapngPacket(names.index(_CONTROL), 0, record, INWARD, "setup")
    origin_ps = run.capture.epoch_ps
    for passing in passings(run):
        if origin_ps is None:  # nobody knows the device's clock: the first frame is at 0
            origin_ps = -passing.at_ps
        time_ns, comment = max(0, origin_ps + passing.at_ps) // 1000, _comment(run, passing, divergence)
        frames: Iterable[tuple[bool, bytes]]
        if streams.has(passing.port):
            frames = streams.frames(passing)
        elif passing.inward or not passing.flags & FrameFlag.PAYLOAD or layouts[passing.port] != "events":
            frames = [(passing.inward, passing.data)]
        else:  # a kernel socket took the headers off
            settings = headers[addresses[passing.flags >> ADDRESS_SHIFT]]
            frames = [(False, datagram_header(settings, len(passing.data) // RECORD_BYTES) + passing.data)]
        for inward, data in frames:
            flags = (INWARD if inward else OUTWARD) | _errors(passing)
            yield PcapngPacket(names.index(passing.port), time_ns, data, flags, comment)


def _errors(passing: Passing) -> int:
    if not passing.inward:
        return SYMBOL_ERROR if passing.flags & FrameFlag.ERROR else 0
    return (CRC_ERROR if passing.flags & SendFlag.BAD_FCS else 0) | (SYMBOL_ERROR if passing.flags & SendFlag.ABORT else 0)


def _comment(run: RecordedRun, passing: Passing, divergence: Divergence | None) -> str:
    """Which line of the scenario sent it; whether it is what the divergence is about."""
    words = []
    lines = run.lines.get(passing.port) if passing.inward else None
    if lines is not None and passing.row < len(lines) and lines[passing.row]:
        words.append(f"{run.scenario}:{int(lines[passing.row])}")
    if divergence is not None and passing.inward and passing.at_ps == divergence.caused_ps and f"{passing.port}[" in divergence.cause:
        words.append("cause of the first divergence")
    if divergence is not None and not passing.inward and _shows(run, passing, divergence):
        words.append(f"first divergence: {divergence.summary}")
    return "; ".join(words)


def _shows(run: RecordedRun, passing: Passing, divergence: Divergence) -> bool:
    if divergence.seen_ps is None or passing.port != divergence.place.partition("[")[0]:
        return False
    return passing.at_ps <= divergence.seen_ps <= int(run.capture.outputs[passing.port].last_ps[passing.row])
