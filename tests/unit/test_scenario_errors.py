# SPDX-License-Identifier: Apache-2.0
"""Every complaint of the scenario language: the place, the sentence, the line shown. Also what it suggests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tickproof.errors import InputError, ScenarioError
from tickproof.scenario import parse, parse_text

ONE = 'dut = "feed_handler"\n[symbols.AAPL]\nlocate = 7\ngiven = true\nbase = "140.00"\n---\n'
TWO = 'dut = "feed_handler"\n[symbols.AAPL]\nlocate = 7\n[symbols.MSFT]\n---\n'
BYTES = 'dut = "axis_register"\n---\n'

TIMELINE = [
    ("heartbeat", "7:1", "no direction"),
    ("5us", "7:1", "no direction"),
    ("5us <", "7:6", "no port"),
    ("5 < feed heartbeat", "7:1", "a time with its unit"),
    ("1.0005us < feed heartbeat", "7:1", "a whole number of ns"),
    ("soon < feed heartbeat", "7:1", "bad time"),
    ("5us < feed heartbeat\n4us < feed heartbeat", "8:1", "time goes back"),
    ("0 < fed heartbeat", "7:5", "unknown input port `fed`; did you mean feed"),
    ("0 < out heartbeat", "7:5", "unknown input port `out`"),
    ("0 < feed", "7:9", "no message"),
    ("0 < feed seq=3", "7:15", "no message"),
    ("0 < feed seq=x heartbeat", "7:14", "bad value for `seq` (got x, expected a number"),
    ("0 < feed seq=18446744073709551616 heartbeat", "7:14", "bad sequence"),
    ("0 < feed seq=1 seq=2 heartbeat", "7:16", "`seq` is written twice"),
    ("0 < feed session=ABCDEFGHIJK heartbeat", "7:18", "bad session"),
    ("0 < feed sek=1 heartbeat", "7:10", "unknown packet field `sek`; did you mean seq?"),
    ("0 < feed hartbeat", "7:10", "unknown message `hartbeat`"),
    ("0 < feed add_ordr ref=1", "7:10", "unknown message `add_ordr`; did you mean add_order"),
    ("0 < feed add_order rev=1", "7:20", "unknown field of add_order `rev`; did you mean ref?"),
    ("0 < feed add_order price=1.00001", "7:26", "bad value for `price` (got 1.00001, expected a price like 150.00, at most 4 decimals)"),
    ("0 < feed add_order price=429496.7296", "7:26", "at most 429496.7295"),
    ("0 < feed add_order shares=4294967296", "7:27", "at most 4294967295"),
    ("0 < feed add_order side=BUY", "7:25", "at most 1 characters"),
    ("0 < feed add_order ref=1 ref=2", "7:26", "`ref` is written twice"),
    ("0 < feed add_order ref=1 ref", "7:26", "unexpected word (got ref"),
    ("0 < feed add_order symbol=MSFT", "7:27", "unknown symbol (got MSFT, expected AAPL)"),
    ("0 < feed add_order length=x", "7:27", "bad value for `length`"),
    ("0 < feed add_order block=65536", "7:20", "at most 65535 bytes"),
    ("0 < feed | order_delete", "7:10", "no message before `|`"),
    ("0 < feed order_delete |", "7:24", "no message behind `|`"),
    ("0 < feed msg=0102", "7:14", "bytes like hex:0012ff"),
    ("0 < feed msg=hex:012", "7:14", "two digits each"),
    ("0 < feed msg=hex:01 ref=1", "7:21", "raw bytes take no fields"),
    ("0 < feed heartbeat order_delete", "7:20", "carry no messages"),
    ("0 < feed heartbeat ip.tttl=3", "7:20", "unknown header field `ip.tttl`; did you mean ip.ttl"),
    ("0 < feed heartbeat ip.ttl=256", "7:27", "at most 255"),
    ("0 < feed heartbeat ip.src=10.0.0", "7:27", "an IPv4 address"),
    ("0 < feed heartbeat eth.dst=1", "7:28", "a MAC address"),
    ("0 < feed frame=hex:00 heartbeat", "7:23", "raw bytes replace this"),
    ("0 < feed frame=hex:00 !vlan=1", "7:10", "need a packet that is built"),
    ("0 < feed payload=hex:00 mold.count=1", "7:25", "raw bytes replace this"),
    ("0 < feed heartbeat !badfcs", "7:20", "unknown fault `badfcs`; did you mean bad_fcs"),
    ("0 < feed heartbeat !bad_fcs=1", "7:29", "!bad_fcs takes no value"),
    ("0 < feed heartbeat !bad_fcs@C", "7:20", "expected @A or @B"),
    ("0 < feed heartbeat !lose=C", "7:26", "A, B or both"),
    ("0 < feed heartbeat !delay", "7:20", "!delay needs a value (expected !delay=2us)"),
    ("0 < feed heartbeat !delay=2", "7:27", "a time with its unit"),
    ("0 < feed heartbeat !corrupt=137", "7:29", "bit:N"),
    ("0 < feed heartbeat !vlan=65536", "7:26", "a VLAN id"),
    ('0 < feed add_order stock="AAPL', "7:26", "this quote is never closed"),
    ("0 < control", "7:12", "no command"),
    ("0 < control book_trest AAPL", "7:13", "unknown command `book_trest`; did you mean book_trust"),
    ("0 < control book_trust", "7:23", "book_trust of which symbol?"),
    ("0 < control book_trust MSFT", "7:24", "unknown symbol `MSFT`"),
    ("0 < control commit now", "7:20", "unexpected word"),
    ("0 < control set", "7:16", "nothing to set"),
    ("0 < control set gap=1", "7:17", "unknown setting `gap`"),
    ("0 < control set AAPL bas=1", "7:22", "unknown symbol setting `bas`; did you mean base?"),
    ("0 < control set AAPL tick=0", "7:27", "a tick of at least 0.0001"),
    ("0 < control set feed_a_port=65536", "7:29", "below 2^16"),
    ("> events", "7:9", "what is expected?"),
    ("> event nothing", "7:3", "unknown output port `event`; did you mean events?") ,
    ("> events bba", "7:10", "unknown record `bba`; did you mean bbo"),
    ("> events bbo bib=1", "7:14", "unknown field of bbo `bib`"),
    ("> events bbo stamp=1", "7:14", "unknown field of bbo `stamp`"),
    ("> events bbo bid=150.00", "7:18", "PRICExSHARES"),
    ("> events bbo bid=150.00x1 bid_price=1", "7:27", "`bid_price` is written twice"),
    ("> events bbo flags=old", "7:20", "crossed,stale,partial,degraded"),
    ("> events bbo symbol=IBM", "7:21", "unknown symbol `IBM`"),
    ("> events nothing more", "7:18", "unexpected word"),
    ("+1us > events bbo", "7:1", "a window or no time"),
    ("+2us~1us > events bbo", "7:1", "ends before it begins"),
    ("1us > events nothing", "7:1", "how long does the silence last?"),
    ("> counters a_bad_fsc=1", "7:12", "unknown counter `a_bad_fsc`; did you mean a_bad_fcs"),
    ("> counters a_duplicates=1", "7:12", "a race between the lines"),
    ("> counters messages=x", "7:21", "a number"),
]  # fmt: skip

HEADERS = [
    ("", "1:1", "the header does not name the device"),
    ("dut = feed_handler", "1:7", "the header is not TOML"),
    ('dut = "x"\ndut = "y"', "2:", "the header is not TOML"),
    ("dut = 3", "1:1", "bad value for `dut`"),
    ('dut = "feed_handler"\nscew = "1us"', "2:1", "unknown key `scew`; did you mean skew?"),
    ('dut = "feed_handler"\nskew = 400', "2:1", "bad value for `skew` (got 400, expected text in quotes)"),
    ('dut = "feed_handler"\nskew = "400"', "2:1", "a time with its unit"),
    ('dut = "feed_handler"\ncovers = "A"', "2:1", "`covers` is a list of names"),
    ('dut = "feed_handler"\nsession = "ABCDEFGHIJK"', "2:1", "a session of 1 to 10 characters"),
    ('dut = "feed_handler"\ngap_timeout = 1.5', "2:1", "text or a whole number"),
    ('dut = "feed_handler"\n[parameters]\nSYMBOLS = "2"', "3:1", "`SYMBOLS` is a whole number"),
    ('dut = "feed_handler"\n[parameters]\nSYMBOLS = 1\n[symbols.A]\n[symbols.B]', "5:1", "(got 2, expected at most 1)"),
    ('dut = "feed_handler"\n[symbols.AAPL]\nlocal = 3', "3:1", "unknown key `local` of a symbol; did you mean locate?"),
    ('dut = "feed_handler"\n[symbols.AAPL]\nlocate = 65536', "3:1", "0 to 65535"),
    ('dut = "feed_handler"\n[symbols.AAPL]\nbase = 140.00', "3:1", "bad value for `base` (got 140.0, expected text in quotes)"),
    ('dut = "feed_handler"\n[symbols.AAPL]\ntick = "0"', "3:1", "tick must be from 0.0001 to 6.5535"),
    ('dut = "feed_handler"\n[symbols.AAPL]\ntick = "6.5536"', "3:1", "tick must be from"),
    ('dut = "feed_handler"\n[symbols.AAPL]\nbase = "429496.00"', "3:1", "the last of 4096 levels lies above 429496.7295"),
    ('dut = "feed_handler"\n[symbols.AAPL]\ngiven = true', "3:1", "a given locate needs a locate"),
    ('dut = "feed_handler"\n[symbols.AAPL]\nenabled = "yes"', "3:1", "expected true or false"),
    ('dut = "feed_handler"\n[symbols.TOOLONGNAME]', "2:1", "bad stock"),
    ('dut = "feed_handler"\n[symbols]\nAAPL = 3', "3:1", "is a table"),
    ('dut = "feed_handler"\n[control]\nunicast_mak = "0"', "3:1", "unknown setting `unicast_mak`; did you mean unicast_mac?"),
    ('dut = "feed_handler"\n[control]\nfeed_a_group = "233.54.12"', "3:1", "an IPv4 address"),
    ('dut = "feed_handler"\n[packet]\n"ip.tll" = 3', "3:1", "unknown header field `ip.tll`"),
    ('dut = "feed_handler"\n[replay]\nfile = "x"', "3:1", "which symbols?"),
    ('dut = "feed_handler"\n[symbols.A]\n[replay]\nmessages_per_packet = 3', "3:1", "a replay has one source"),
    ('dut = "feed_handler"\n[symbols.A]\n[replay]\nfile = "x"\npace = "slow"', "5:1", 'ns a message, "line" or "original"'),
    ('dut = "feed_handler"\n[generate]\nkind = "markt"', "3:1", "which generator? (got markt"),
    ('dut = "feed_handler"\n[generate]\nkind = "market"\nmesages = 3', "4:1", "unknown key `mesages`; did you mean messages?"),
    ('dut = "feed_handler"\n[generate]\nkind = "market"\nlose_a = 2', "4:1", "a fraction from 0 to 1"),
    ('dut = "feed_handler"\n[generate]\nkind = "market"\nsymbols = 9', "4:1", "more symbols than the device has"),
    ('dut = "feed_handler"\n[generate]\nkind = "touch"\ninterval = 3', "4:1", "a time in quotes"),
    ('dut = "axis_register"\n[generate]\nkind = "market"', "3:1", "axis_register has no feed"),
    ('dut = "axis_register"\n[generate]\nkind = "frames"\nmin = 9\nmax = 8', "4:1", "lengths run from min to max"),
]  # fmt: skip


def failure(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        parse_text(text, "dir/x.scn")
    return caught.value


@pytest.mark.parametrize(("line", "place", "what"), TIMELINE, ids=[line.replace("\n", " / ") for line, _, _ in TIMELINE])
def test_a_bad_line_is_named_with_its_column(line: str, place: str, what: str) -> None:
    """`file:line:column: what`, the line below it, and a mark under the column."""
    error = failure(ONE + line)
    first, source, mark = str(error).split("\n")
    assert first.startswith(f"dir/x.scn:{place}: ")
    assert what in first
    assert source.strip() in line
    assert mark == " " * (4 + int(place.split(":")[1]) - 1) + "^"


@pytest.mark.parametrize(("header", "place", "what"), HEADERS, ids=[header.replace("\n", " / ") for header, _, _ in HEADERS])
def test_a_bad_header_is_named_with_its_line(header: str, place: str, what: str) -> None:
    """The line of the key, or of its table where it is missing."""
    first = str(failure(header + "\n---\n")).split("\n")[0]
    assert first.startswith(f"dir/x.scn:{place}")
    assert what in first


def test_a_message_that_nobody_can_attribute_says_so() -> None:
    """With two symbols, one of them without locate."""
    assert "which symbol is this order_delete about?" in str(failure(TWO + "0 < feed order_delete ref=1"))
    assert "which symbol is this add_order about?" in str(failure(TWO + "0 < feed add_order symbol=MSFT"))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("0 < in", "what goes into in?"),
        ("0 < in heartbeat", "what goes into in?"),
        ("0 < in bytes=hex:", "no bytes to send"),
        ("0 < in bytes=hex:00 !fragment", "need a packet that is built"),
        ("> out word", "bytes=hex:... or nothing"),
        ("> out bytes=hex:00 more", "end of line"),
    ],
)
def test_a_device_of_bytes_takes_bytes_only(line: str, what: str) -> None:
    """Any port name will do: the device description knows them."""
    assert what in str(failure(BYTES + line))


def test_a_scenario_without_timeline_says_what_is_missing() -> None:
    """The line `---`."""
    assert str(failure('dut = "feed_handler"\n')).startswith("dir/x.scn:1:1: no timeline (expected a line `---`")


@pytest.mark.parametrize(("content", "what"), [(None, "no such file"), (b"", "empty file"), (b"\xff\xfe", "cannot be read")])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, content: bytes | None, what: str) -> None:
    """InputError, for exit code 2."""
    path = tmp_path / "x.scn"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=what) as caught:
        parse(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
