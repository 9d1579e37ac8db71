# SPDX-License-Identifier: Apache-2.0
"""`> client`, `> exchange` and order-path `> events` lines against a prediction: found in order, and what is said when they are not."""

from __future__ import annotations

import pytest
from fake_order_device import DUT, SCENARIO_TEXT, Fixed, capture, honest, predicted, scenario

from tickproof.check import Verdict, check_expectations, judge

# The shared scenario ends in line 17; lines below begin in line 18.
ORDER = "enter_order user_ref_num={} side=B quantity=100 symbol=AAPL price=150.0{} time_in_force=0 display=Y capacity=P "


def said(lines: str) -> list[str]:
    """What the checker says about these lines behind the shared scenario."""
    played = scenario(SCENARIO_TEXT + lines)
    return check_expectations(played, predicted(played))


def shown(lines: str, text: str = SCENARIO_TEXT) -> Verdict:
    """The verdict on an honest FAKE device that played them."""
    played = scenario(text + lines)
    prediction = predicted(played)
    return judge(played, played.program, DUT, Fixed(prediction), capture(*honest(played, prediction)), capabilities=("exact_timing",))


@pytest.mark.parametrize(
    "lines",
    [
        "> exchange enter_order ref=1 price=150.01\n> exchange enter_order ref=3\n> exchange cancel_order ref=4 quantity=0\n",
        "> client rejected ref=2 check=quantity clordid=TOOBIG\n> client order_accepted ref=1\n> client order_executed ref=1 quantity=40\n",
        "> exchange cancel_order ref=4\n> exchange nothing\n",
        "> events decision ref=2 failing=quantity verdict=rejected\n> events report message=order_executed ref=1 position=40\n",
        "> events link port=exchange up=up\n> events decision ref=1 failing=none\n> events control op=kill symbol=none\n",
        "> counters orders=4 orders_rejected=1 cancels_sent=3 rejects_sent=1\n",
        "> exchange msg=hex:580000000400000000\n",
    ],
    ids=["orders", "reports", "nothing-more", "records", "links", "counters", "message-bytes"],
)
def test_lines_that_golden_agrees_with_say_nothing(lines: str) -> None:
    """Other packets may lie between those of the lines; fields that are not written are not looked at."""
    assert said(lines) == []
    assert shown(lines).status == "pass"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "> exchange enter_order ref=2\n",
            "golden has no such enter_order from exchange[0] on; nearest is exchange[0], where user_ref_num is 1, not 2",
        ),
        (
            "> exchange cancel_order ref=3\n> exchange cancel_order ref=1\n",
            "golden has no such cancel_order from exchange[5] on; nearest is exchange[5], where user_ref_num is 4, not 1",
        ),
        ("> exchange modify_order ref=1\n", "golden has no modify_order from exchange[0] on; what follows there is " + ORDER.format(1, 1)),
        (
            "> client rejected ref=2 check=value\n",
            "golden has no such rejected from client[0] on; nearest is client[0], where rejected_order_reason is 0x8004 (quantity), "
            "not 0x8005 (value)",
        ),
        (
            "> exchange nothing\n> exchange cancel_order ref=4\n",
            "golden has 2 where nothing is expected; the first is exchange[3], cancel_order user_ref_num=1 quantity=0",
        ),
        (
            "> events decision ref=2 failing=quantity,value\n",
            "golden has no such DECISION from events[0] on; nearest is events[9], where failing is quantity, not quantity,value",
        ),
        ("> exchange msg=hex:5800000009\n", "golden has no such output on exchange here; what follows there is " + ORDER.format(1, 1)),
    ],
    ids=["field", "order", "kind", "check", "silence", "failing", "bytes"],
)
def test_a_line_that_golden_disagrees_with_says_where_and_what(lines: str, says: str) -> None:
    """scenarios.md: a scenario whose lines disagree with golden fails."""
    found = said(lines)
    assert len(found) == 1
    line = 17 + lines.count("\n") - (1 if "nothing" in lines else 0)
    assert found[0].startswith(f"fake.scn:{line}: {says}")


def test_nothing_on_a_stream_means_from_its_own_place_on() -> None:
    """What earlier inputs caused may lie behind it: here the kill's Cancels, and no more."""
    assert said("+1us < client client_heartbeat\n> exchange client_heartbeat\n> exchange nothing\n") == []
    assert said("> exchange nothing\n+1us < client client_heartbeat\n")[0].startswith(
        "fake.scn:18: golden has 4 where nothing is expected; the first is exchange[3], cancel_order"
    )


def test_a_window_is_about_the_first_byte_of_its_packet() -> None:
    """Counted from the `<` line before it; the FAKE takes 14 clocks (89.6 ns) behind the last of 7 beats."""
    line = "+2us < client enter_order ref=9 price=150.00\n"
    unkilled = SCENARIO_TEXT.replace("+2us  < control   kill on\n", line)
    assert unkilled != SCENARIO_TEXT
    for window, status in (("+120ns~140ns", "pass"), ("+0ns~120ns", "fail")):
        played = scenario(unkilled + f"{window} > exchange enter_order ref=9\n")
        prediction = predicted(played)
        verdict = judge(
            played, played.program, DUT, Fixed(prediction), capture(*honest(played, prediction)), capabilities=("exact_timing",)
        )
        assert verdict.status == status
    assert "fake.scn:18: exchange[3] left the device at 17132.8 ns, allowed is 17000 to 17120 ns" in verdict.reason
