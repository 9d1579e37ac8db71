# SPDX-License-Identifier: Apache-2.0
"""Every complaint of the scenario language about the order path: the place, and the sentence."""

from __future__ import annotations

import pytest

from tickproof.errors import ScenarioError
from tickproof.scenario import parse_text

ONE = 'dut = "tick_to_trade"\n[symbols.AAPL]\nlocate = 7\nbase = "140.00"\n---\n'
TWO = 'dut = "tick_to_trade"\n[symbols.AAPL]\n[symbols.MSFT]\n---\n'

TIMELINE = [
    ("0 < clint up", "6:5", "unknown input port `clint`; did you mean client?"),
    ("0 < client", "6:11", "what goes into client?"),
    ("0 < client up now", "6:15", "unexpected word"),
    ("0 < client | account_query", "6:12", "no packet before `|`"),
    ("0 < client account_query |", "6:27", "no packet behind `|`"),
    ("0 < client enter_ordr ref=1", "6:12", "unknown packet or message `enter_ordr`; did you mean enter_order"),
    ("0 < client order_accepted ref=1", "6:12", "unknown packet or message `order_accepted`"),
    ("0 < exchange enter_order ref=1", "6:14", "unknown packet or message `enter_order`"),
    ("0 < client enter_order", "6:12", "which order is this enter_order about? (expected ref=N)"),
    ("0 < client replace_order ref=1", "6:12", "which order is this replace_order about? (expected orig=N)"),
    ("0 < exchange order_executed quantity=1", "6:14", "which order is this order_executed about?"),
    ("0 < client enter_order ref=1 sid=B", "6:30", "unknown field of enter_order `sid`; did you mean side"),
    ("0 < client enter_order ref=1 ref=2", "6:30", "`ref` is written twice"),
    ("0 < client enter_order ref=1 price=1.00001", "6:36", "at most 4 decimals"),
    ("0 < client enter_order ref=1 price=1844674407370955.1616", "6:36", "at most 1844674407370955.1615"),
    ("0 < client enter_order ref=1 side=BUY", "6:35", "at most 1 characters"),
    ("0 < client enter_order ref=1 options=0102", "6:38", "bytes like hex:0012ff"),
    ("0 < client enter_order ref=1 appendage=65536", "6:40", "at most 65535"),
    ("0 < client enter_order ref=1 price_type=PP", "6:41", "one character"),
    ("0 < client account_query now", "6:26", "unexpected word"),
    ("0 < client msg=hex:01 ref=1", "6:23", "raw bytes take no fields"),
    ("0 < client packet=hex:01 ref=1", "6:26", "raw bytes take no fields"),
    ("0 < client packet=hex:", "6:12", "no bytes to send"),
    ("0 < client unsequenced", "6:23", "unsequenced what?"),
    ("0 < client client_heartbeat soup.size=2", "6:29", "unknown header field `soup.size`"),
    ("0 < client client_heartbeat soup.length=65536", "6:41", "at most 65535"),
    ("0 < client login_request user=T", "6:26", "unknown field of login_request `user`; did you mean username"),
    ("0 < client login_request username=TOOLONG", "6:35", "at most 6 characters"),
    ("0 < client account_query !split", "6:26", "!split needs a value"),
    ("0 < client account_query !split=x", "6:33", "numbers of bytes like 7,12, or all"),
    ("0 < client account_query !split=4", "6:33", "a cut lies within the segment (got 4, expected 1 to 3)"),
    ("0 < client account_query !bad_fcs", "6:26", "unknown fault of a stream `bad_fcs`; there are split, delay, dup"),
    ("0 < control kil on", "6:13", "unknown command `kil`; did you mean kill?"),
    ("0 < control kill", "6:17", "is the kill on or off?"),
    ("0 < control kill AAPL", "6:22", "is the kill on or off?"),
    ("0 < control kill AAPL offf", "6:23", "true or false"),
    ("0 < control kill IBM on", "6:18", "unknown symbol `IBM`"),
    ("0 < control kill on on on", "6:18", "unknown symbol `on`"),
    ("0 < control position AAPL", "6:26", "which position?"),
    ("0 < control position AAPL 1.5", "6:27", "bad value (got 1.5"),
    ("0 < control position AAPL 9223372036854775808", "6:27", "63 bits and a sign"),
    ("0 < control executed AAPL", "6:26", "which executed notional?"),
    ("0 < control executed AAPL 1844674407370955.1616", "6:27", "at most 1844674407370955.1615"),
    ("0 < control release_order", "6:26", "which order?"),
    ("0 < control release_order x", "6:27", "a number"),
    ("0 < control alive now", "6:19", "unexpected word"),
    ("0 < control limit", "6:18", "nothing to set"),
    ("0 < control limit AAPL max_share=1", "6:24", "unknown symbol setting `max_share`; did you mean max_shares"),
    ("0 < control limit max_shares=1", "6:19", "unknown setting `max_shares`"),
    ("0 < control limit AAPL base=1.00", "6:24", "unknown symbol setting `base`"),
    ("0 < control limit AAPL max_shares=4294967296", "6:35", "below 2^32"),
    ("0 < control limit AAPL max_notional=1.00001", "6:37", "at most 4 decimals"),
    ("0 < control limit AAPL allowed_types=marked", "6:38", "some of market, iso, cross, hidden, pegged, or all, or none"),
    ("0 < control limit client_types=1", "6:32", "message types from `@` to `~`"),
    ("0 < control limit reject_mode=loud", "6:31", "unsequenced or drop"),
    ("0 < control record=hex:00", "6:20", "16 bytes"),
    ("> clients nothing", "6:3", "unknown output port `clients`; did you mean client"),
    ("> client", "6:9", "what is expected?"),
    ("> client enter_order", "6:10", "unknown packet or message `enter_order`"),
    ("> client rejected chek=collar", "6:19", "unknown field of rejected `chek`; did you mean check?"),
    ("> client order_accepted check=collar", "6:25", "unknown field of order_accepted `check`"),
    ("> client packet=hex:00 ref=1", "6:24", "raw bytes take no fields"),
    ("> exchange enter_order ref=1 options=01", "6:38", "bytes like hex:0012ff"),
    ("> events decision failing=quantity,valu", "6:27", "executions; not valu"),
    ("> events decision verdict=maybe", "6:27", "bad value for `verdict`"),
    ("> events decision message=enter_orde", "6:27", "a name of the table, one character, or none"),
    ("> events decision reff=1", "6:19", "unknown field of decision `reff`; did you mean ref"),
    ("> events report side=B", "6:17", "unknown field of report `side`"),
    ("> events report flags=stale", "6:23", "none, or some of replayed"),
    ("> events control value=18446744073709551616", "6:24", "a number of 64 bits"),
    ("> counters order=2", "6:12", "unknown counter `order`; did you mean orders"),
]  # fmt: skip

HEADERS = [
    ("[risk]\nmax_share = 3", "3:1", "unknown setting `max_share`; did you mean max_shares"),
    ("[risk]\nmax_shares = 1.5", "3:1", "bad value for `max_shares` (got 1.5"),
    ('[risk]\nmax_notional = "75,000"', "3:1", "a price like 150.00"),
    ('[risk]\ndead_man = "5m"', "3:1", "a time with its unit"),
    ('[risk]\nallowed_phases = ["X"]', "3:1", "some of O, S, Q, M, E, C"),
    ('[risk]\nkill = "yes"', "3:1", "bad value for `kill` (got yes, expected true or false)"),
    ("[risk]\nshort_ok = 2", "3:1", "true or false"),
    ('links = "open"', "2:1", 'bad value for `links` (got open, expected "up" or "down")'),
    ('[opening]\nAAPL = "1.00x1 2.00x1"', "3:1", "unknown symbol `AAPL`"),
    ('[symbols.AAPL]\n[opening]\nAAPL = "1.00x1"', "4:1", "bid and ask like 150.00x1000 150.02x1000, or none"),
    ('[symbols.AAPL]\n[opening]\nAAPL = "1.00 2.00"', "4:1", "PRICExSHARES"),
    ("[symbols.AAPL]\nburst = 3", "3:1", "unknown key `burst` of a symbol"),
    ('[symbols.AAPL]\nmax_shares = "x"', "3:1", "a number"),
    ("[control]\nburst = 3", "3:1", "unknown setting `burst`"),
    ('[symbols.A]\n[opening]\nA = "none none"\n[generate]\nkind = "market"', "3:1", "opens the market itself"),
    ('links = "down"\n[generate]\nkind = "day"', "4:1", "its links up"),
    ('[generate]\nkind = "day"\nrejects = 0.1', "4:1", "unknown key `rejects`; did you mean reject?"),
    ('[generate]\nkind = "day"\nreject = 2', "4:1", "a fraction from 0 to 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "sentence"), TIMELINE, ids=[text for text, _, _ in TIMELINE])
def test_a_line_that_makes_no_sense_is_pointed_at(text: str, place: str, sentence: str) -> None:
    """`file:line:column`, what, and what would be right."""
    with pytest.raises(ScenarioError) as caught:
        parse_text(ONE + text, "x.scn")
    assert caught.value.where == f"x.scn:{place}"
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("text", "place", "sentence"), HEADERS, ids=[text for text, _, _ in HEADERS])
def test_a_header_that_makes_no_sense_is_pointed_at(text: str, place: str, sentence: str) -> None:
    """Likewise."""
    with pytest.raises(ScenarioError) as caught:
        parse_text(f'dut = "tick_to_trade"\n{text}\n---\n', "x.scn")
    assert caught.value.where == f"x.scn:{place}"
    assert sentence in str(caught.value)


def test_with_two_symbols_an_order_names_its_own() -> None:
    """A guess would be the wrong one half the time."""
    with pytest.raises(ScenarioError, match="which symbol is this enter_order about"):
        parse_text(TWO + "0 < client enter_order ref=1\n")


@pytest.mark.parametrize(
    "line", ["0 < client up", "0 < control kill on", "> exchange nothing", "> counters orders=1", "0 < control limit burst=1"]
)
def test_a_feed_handler_has_no_order_path(line: str) -> None:
    """Its lines are refused there as unknown names."""
    with pytest.raises(ScenarioError, match="unknown"):
        parse_text(f'dut = "feed_handler"\n[symbols.AAPL]\n---\n{line}\n')
