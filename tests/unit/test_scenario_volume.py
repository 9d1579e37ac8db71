# SPDX-License-Identifier: Apache-2.0
"""`[replay]`, captures in and out, ladder bases, and large inputs."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from steps import steps

from tickproof.errors import InputError, ProtocolError
from tickproof.program import Program
from tickproof.protocols import ITCH
from tickproof.protocols.control import SETTINGS, unpack_control
from tickproof.protocols.pcapfile import write_pcap
from tickproof.scenario import parse, parse_text
from tickproof.scenario.feed import FeedLine, mold_packet
from tickproof.scenario.import_pcap import import_pcap
from tickproof.scenario.ladder import ladder_base
from tickproof.scenario.replay import find_lines, program_from_itch, program_from_pcap, symbols_of
from tickproof.scenario.write import same_program

LINES = (FeedLine("feed_a", 0xE0010203, 1000), FeedLine("feed_b", 0xE0010204, 1001))
SHARED = Path(os.environ.get("TICKPROOF_SHARED", Path(__file__).parents[3] / "shared" / "data"))


def directory(stock: str, locate: int) -> bytes:
    return ITCH.layouts["stock_directory"].pack(stock=stock, stock_locate=locate)


def add(stock: str, locate: int, price: int, reference: int = 1, timestamp: int = 0) -> bytes:
    values = {"stock": stock, "stock_locate": locate, "price": price, "order_reference_number": reference, "timestamp": timestamp}
    return ITCH.layouts["add_order"].pack(values, buy_sell_indicator="B", shares=100)


def itch_file(path: Path, messages: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(struct.pack(">H", len(message)) + message for message in messages))
    return path


def setup_of(program: Program) -> dict[str, int]:
    """`name` or `index.name` -> value."""
    names = {setting.id: name for name, setting in SETTINGS.items()}
    values = {}
    for record in map(unpack_control, program.setup[:-1]):
        prefix = "" if record["symbol"] == 0xFFFF else f"{record['symbol']}."
        values[prefix + names[int(record["setting"])]] = int(record["value"])
    return values


def capture(path: Path, packets: Iterable[tuple[int, int, bytes]], extra: Iterable[tuple[int, bytes]] = ()) -> Path:
    """packets: (ns, line, UDP payload)."""
    frames = [(1_700_000_000_000_000_000 + time_ns, LINES[line].frame(payload)) for time_ns, line, payload in packets]
    write_pcap(path, sorted([*frames, *((1_700_000_000_000_000_000 + when, frame) for when, frame in extra)], key=lambda row: row[0]))
    return path


@pytest.mark.parametrize(
    ("price", "tick", "base"),
    [(1_500_000, 100, 1_295_200), (1_500_049, 100, 1_295_200), (100_000, 100, 0), (4_294_967_295, 100, 4_294_557_700), (5_000, 1, 2_952)],
)
def test_the_ladder_is_centred_and_aligned(price: int, tick: int, base: int) -> None:
    """4,096 levels: 2,048 below the price; a multiple of tick, never below 0 or with a level beyond 32 bits."""
    assert ladder_base(price, tick, 4096) == base


def test_an_itch_file_becomes_packets_on_both_lines(tmp_path: Path) -> None:
    """30 messages a packet, numbered from 1, paced at 84 ns a message; the base from the median of the prices."""
    messages = [directory("AAPL", 7), *(add("AAPL", 7, 1_500_000 + 100 * step) for step in range(64)), add("MSFT", 9, 1)]
    program = program_from_itch(itch_file(tmp_path / "x.itch", messages), ["AAPL"], skew_ns=500)
    a, b = program.ports["feed_a"], program.ports["feed_b"]
    assert [struct.unpack_from(">QH", frame, 52) for frame in a.frames] == [(1, 30), (31, 30), (61, 6)]
    assert a.not_before_ns.tolist() == [0, 30 * 84, 60 * 84]
    assert (b.not_before_ns - a.not_before_ns).tolist() == [500] * 3
    values = setup_of(program)
    assert values["0.base"] == 1_503_100 - 2048 * 100
    assert "0.locate" not in values


def test_replaced_prices_count_for_the_base(tmp_path: Path) -> None:
    """U carries a price, and its locate says whose."""
    replace = ITCH.layouts["order_replace"].pack(stock_locate=7, price=2_000_000)
    program = program_from_itch(itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1_000_000), replace, replace]), ["AAPL"])
    assert setup_of(program)["0.base"] == 2_000_000 - 204_800


def test_without_stock_directory_control_gives_the_locate(tmp_path: Path) -> None:
    """A file cut out of a day would otherwise show nothing."""
    values = setup_of(program_from_itch(itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1_000_000)]), ["AAPL"]))
    assert (values["0.locate"], values["0.locate_given"]) == (7, 1)


def test_a_base_that_is_given_stays(tmp_path: Path) -> None:
    """`--base`."""
    path = itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1_000_000)])
    assert setup_of(program_from_itch(path, symbols_of(["AAPL"], base=123_400)))["0.base"] == 123_400


def test_original_pace_follows_the_timestamps(tmp_path: Path) -> None:
    """A packet goes when its last message was stamped, but never before the one ahead has left."""
    path = itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1, timestamp=stamp) for stamp in (5_000, 5_010, 9_000)])
    assert program_from_itch(path, ["AAPL"], messages_per_packet=1, pace="original").ports["feed_a"].not_before_ns.tolist() == [
        0,
        83,
        4_000,
    ]


def test_line_pace_leaves_no_idle_beat(tmp_path: Path) -> None:
    """13 beats of 6.4 ns each, a beat early so that the clock's phase does not matter."""
    path = itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1)] * 3)
    assert program_from_itch(path, ["AAPL"], messages_per_packet=1, pace="line").ports["feed_a"].not_before_ns.tolist() == [0, 76, 159]


@pytest.mark.parametrize("symbol", ["IBM", "aapl"])
def test_a_symbol_that_the_file_lacks_is_an_error(tmp_path: Path, symbol: str) -> None:
    """One line, with the symbol."""
    with pytest.raises(InputError, match=f"no message about this symbol .got {symbol}"):
        program_from_itch(itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1)]), [symbol])


@pytest.mark.parametrize("names", [["TOOLONGNAME"], [""], ["A", "A"], ["ÄÄ"]])
def test_symbols_that_cannot_be_are_errors(names: list[str]) -> None:
    """Before any file is read."""
    with pytest.raises(InputError, match="bad symbol"):
        symbols_of(names)


def test_more_symbols_than_the_device_has_are_an_error(tmp_path: Path) -> None:
    """Eight, unless the parameter SYMBOLS says otherwise."""
    with pytest.raises(InputError, match="more symbols than the device has"):
        program_from_itch(itch_file(tmp_path / "x.itch", [add("S1", 7, 1)]), [f"S{number}" for number in range(9)])


def test_a_truncated_itch_file_is_an_error(tmp_path: Path) -> None:
    """Nothing is replayed of a file that cannot be trusted."""
    path = tmp_path / "x.itch"
    path.write_bytes(b"\0\x24abc")
    with pytest.raises(ProtocolError, match="ends in the middle of message 1"):
        program_from_itch(path, ["AAPL"])


def test_replay_in_a_header_is_relative_to_the_scenario(tmp_path: Path) -> None:
    """Timeline lines go on behind the file's sequence numbers; the chosen base is in the setup."""
    itch_file(tmp_path / "x.itch", [directory("AAPL", 7), add("AAPL", 7, 1_500_000)])
    header = 'dut = "feed_handler"\n[symbols.AAPL]\n[replay]\nfile = "x.itch"\nmessages_per_packet = 1\n---\n'
    (tmp_path / "x.scn").write_text(header + "5us < feed_a order_delete locate=7 ref=1\n")
    scenario = parse(tmp_path / "x.scn")
    port = scenario.program.ports["feed_a"]
    assert [struct.unpack_from(">QH", frame, 52) for frame in port.frames] == [(1, 1), (2, 1), (3, 1)]
    assert scenario.lines["feed_a"].tolist() == [0, 0, 7]
    assert setup_of(scenario.program)["0.base"] == 1_295_200


def test_losses_of_a_replay_are_seeded(tmp_path: Path) -> None:
    """The same seed loses the same packets, and the last one arrives."""
    path = itch_file(tmp_path / "x.itch", [add("AAPL", 7, 1)] * 200)
    text = f'dut = "feed_handler"\n[symbols.AAPL]\n[replay]\nfile = "{path}"\nmessages_per_packet = 1\nlose_a = 0.2\nlose_both = 0.1\n---\n'
    first, second = (parse_text(text).program for _ in range(2))
    assert same_program(first, second)
    seen = [{struct.unpack_from(">Q", frame, 52)[0] for frame in first.ports[port].frames} for port in ("feed_a", "feed_b")]
    assert seen[0] < seen[1]
    assert 100 < len(seen[0]) < len(seen[1]) < 200
    assert 200 in seen[0]


def test_a_capture_keeps_its_times_and_order(tmp_path: Path) -> None:
    """Times from the first packet of either line; the first destination seen is A; the session starts wherever it starts."""
    packets = [
        (0, 0, mold_packet("S", 5, [add("AAPL", 7, 1)])),
        (350, 1, mold_packet("S", 5, [add("AAPL", 7, 1)])),
        (9_000, 0, mold_packet("S", 6, [], count=0)),
    ]
    path = capture(tmp_path / "x.pcap", packets)
    program = program_from_pcap(path, ["AAPL"])
    assert program.ports["feed_a"].not_before_ns.tolist() == [0, 9_000]
    assert program.ports["feed_b"].not_before_ns.tolist() == [350]
    values = setup_of(program)
    assert (values["feed_a_group"], values["feed_a_port"], values["feed_b_group"], values["feed_b_port"]) == (
        0xE0010203,
        1000,
        0xE0010204,
        1001,
    )
    assert values["start_sequence"] == 0


def test_long_silences_can_be_cut(tmp_path: Path) -> None:
    """Both lines alike, so their distance to each other stays."""
    packets = [(0, 0, mold_packet("S", 1, [])), (5_000_000, 0, mold_packet("S", 2, [])), (5_000_100, 1, mold_packet("S", 2, []))]
    program = program_from_pcap(capture(tmp_path / "x.pcap", packets), [], silence_ns=1_000)
    assert program.ports["feed_a"].not_before_ns.tolist() == [0, 1_000]
    assert program.ports["feed_b"].not_before_ns.tolist() == [1_100]


def test_lines_are_the_two_busiest_multicast_destinations(tmp_path: Path) -> None:
    """Unicast and a rarer group are left out."""
    packets = [(number, number % 2, mold_packet("S", number, [])) for number in range(6)]
    rare = FeedLine("feed_a", 0xE0FFFFFF, 9).frame(b"x" * 30)
    unicast = FeedLine("feed_a", 0x0A000001, 9).frame(b"x" * 30)
    path = capture(tmp_path / "x.pcap", packets, [(0, rare)] + [(number, unicast) for number in range(20)])
    assert find_lines(path) == ((0xE0010203, 1000), (0xE0010204, 1001))


def test_a_capture_without_multicast_is_an_error(tmp_path: Path) -> None:
    """One line that says what was looked for."""
    path = capture(tmp_path / "x.pcap", [], [(0, FeedLine("feed_a", 0x0A000001, 9).frame(b"x" * 30))])
    with pytest.raises(InputError, match="no multicast UDP packets"):
        find_lines(path)


def test_an_imported_capture_parses_back_to_the_same_program(tmp_path: Path) -> None:
    """Standard packets are readable, with what their headers have in common said once; others are bytes."""
    common = {"eth": {"source": "00:11:22:33:44:55"}, "ip": {"ttl": 30, "source": "10.0.0.1"}}
    frames = []
    for number in range(1, 20):
        payload = mold_packet(
            "DAY", number, [directory("AAPL", 7) if number == 1 else add("AAPL", 7, 1_500_000, number, 34_200_000_000_000)]
        )
        for line, skew in zip(LINES, (0, 77), strict=True):
            headers = {**common, "ip": {**common["ip"], "identification": number}}
            frames.append((1000 * number + skew, line.frame(payload, headers, vlans=(5,) if number == 3 else ())))
    frames.append((30_000, LINES[0].frame(b"no mold")))
    frames.append((31_000, LINES[1].frame(mold_packet("DAY", 20, [b"?", b""]) + b"\1\2") + bytes(3)))
    frames.append((32_000, FeedLine("feed_a", 0x0A000001, 9).frame(b"other")))
    path = tmp_path / "x.pcap"
    write_pcap(path, frames)
    text = import_pcap(path)
    scenario = parse_text(text)
    assert same_program(scenario.program, program_from_pcap(path, symbols_of(["AAPL"])))
    assert text.startswith("# Imported from x.pcap: 20 frames on feed_a, 20 frames on feed_b. Left out: 1 packets to other places.\n")
    assert 'skew = "77ns"' in text
    assert '"ip.ttl" = "30"' in text
    assert "frame=hex" not in text
    assert text.count(" < feed ") == 19


def test_frames_that_are_no_packets_are_imported_as_bytes(tmp_path: Path) -> None:
    """A frame that the words cannot make again: non-zero Ethernet padding."""
    path = tmp_path / "x.pcap"
    write_pcap(path, [(0, LINES[0].frame(mold_packet("DAY", 1, [b"x"])) + b"\xaa" * 4)])
    text = import_pcap(path)
    assert same_program(parse_text(text).program, program_from_pcap(path, []))


def test_a_file_four_times_as_long_is_four_times_the_work(tmp_path: Path) -> None:
    """And all of it is in the Program."""
    work = {}
    for count in (5_000, 20_000):
        path = itch_file(tmp_path / f"{count}.itch", (add("AAPL", 7, 1_500_000 + number % 100, number) for number in range(count)))
        work[count] = steps(lambda: program_from_itch(path, ["AAPL"]))  # noqa: B023
        assert len(program_from_itch(path, ["AAPL"]).ports["feed_a"]) == -(-count // 30)
    assert work[20_000] < 5 * work[5_000]


@pytest.mark.skipif(not (SHARED / "itch").is_dir(), reason=f"third-party ITCH files are not at {SHARED}")
def test_every_message_of_a_third_party_file_is_sent_once_and_in_order(tmp_path: Path) -> None:
    """60,045 messages: the blocks of all packets, put together again, are the file."""
    path = SHARED / "itch" / "itchbook_one.itch"
    raw = path.read_bytes()
    stock = next(raw[place + 13 : place + 21] for place in range(4096) if raw[place : place + 3] == b"\0\x27R")
    program = program_from_itch(path, [stock.decode().strip()])
    blocks = b"".join(frame[62:] for frame in program.ports["feed_a"].frames)
    assert blocks == raw
    assert np.array_equal(program.ports["feed_a"].frames.lengths, program.ports["feed_b"].frames.lengths)
