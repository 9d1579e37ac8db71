# SPDX-License-Identifier: Apache-2.0
"""A correct device on a host that is not exact: what a missed spacing looks like, and what is the device's own.
The run is a FAKE."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from fake_host import DUT, SLACK_NS, Times, play, verdict_on

from tickproof.capture import Capture
from tickproof.check import judge
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.program import PortProgram, WaitFor
from tickproof.scenario import parse_text
from tickproof.targets.time_scale import scaled

MS = 1_000_000

QUOTE_THEN_ORDER = parse_text(
    """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  < client    enter_order ref=1 price=150.01
        > events    decision ref=1 reference_bid=150.00
 +10ms  < feed_a    add_order ref=5 side=B shares=200 price=150.01
        > events    bbo bid=150.01x200
 +10ms  < client    enter_order ref=2 price=150.01
        > events    decision ref=2 reference_bid=150.01
 +10ms  < exchange  order_accepted ref=1
        > events    report ref=1
        > events    nothing
""",
    "quote.scn",
)

LOST_ON_A = parse_text(
    """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
given = true
---
     0  < feed_a    seq=1 add_order ref=1 side=B shares=100 price=150.00
        > events    bbo bid=150.00x100 flags=none
  +1us  < feed_a    seq=3 add_order ref=3 side=B shares=100 price=150.02
  +9us  < feed_b    seq=2 add_order ref=2 side=B shares=100 price=150.01
        > events    bbo bid=150.01x100 flags=none
        > events    bbo bid=150.02x100 flags=none
        > events    nothing
""",
    "filled.scn",
)


FEED, CLIENT = (len(QUOTE_THEN_ORDER.program.ports[port]) for port in ("feed_a", "client"))
THE_QUOTE, THE_ORDER = ("feed_a", FEED - 1), ("client", CLIENT - 1)


def test_a_host_that_is_on_time_passes_and_says_what_it_did() -> None:
    """Contract 8: with times in ns, first = last, stamps of the kernel."""
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER))
    assert (verdict.status, verdict.reason, verdict.because) == ("pass", "", "")
    assert (verdict.grade, verdict.stamps) == ("loopback", "software")
    assert verdict.host is not None
    assert verdict.host.stray == 3
    assert not any("took" in note for note in verdict.notes)


def test_sends_that_are_all_late_alike_change_nothing() -> None:
    """Only spacing counts."""
    late = {(port, row): 50 * MS for port, sends in QUOTE_THEN_ORDER.program.ports.items() for row in range(len(sends))}
    assert verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, late)).status == "pass"


def test_a_send_that_leaves_late_and_changes_the_outcome_is_inconclusive() -> None:
    """The quote leaves behind the order that should have met it: no fault of the device's."""
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, {THE_QUOTE: 15 * MS}))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith(f"feed_a[{FEED - 1}] left 15 ms behind its time; played at the times at which the sends left, ")
    assert "quote.scn:14: golden has no DECISION" in verdict.reason
    assert verdict.further[0].startswith("quote.scn:14: the device has no DECISION")
    assert verdict.divergence is None


def test_a_device_that_lets_an_input_lie_is_inconclusive() -> None:
    """Sent in time, taken up late: a process that got no processor looks like that, and so does a device that sleeps."""
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, taken_late={THE_QUOTE: 15 * MS}))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith("the device took feed sequence ")
    assert verdict.reason.endswith(" up 15 ms after it had been sent")


def test_a_limit_that_was_missed_within_the_slack_is_inconclusive() -> None:
    """Two fills in 4 ms latch the kill. The second is taken up 3 ms late, and latches nothing: legal, and not what the scenario meant."""
    played = parse_text(
        """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[opening]
AAPL = "150.00x1000 150.02x1000"
[risk]
max_executions = 1
execution_window = "4ms"
---
     0  < client    enter_order ref=1 quantity=100
  +2ms  < exchange  order_executed ref=1 quantity=60
  +2ms  < exchange  order_executed ref=1 quantity=30
        > exchange  cancel_order ref=1 quantity=0
""",
        "latch.scn",
    )
    fill = ("exchange", len(played.program.ports["exchange"]) - 1)
    assert verdict_on(played, play(played)).status == "pass"
    verdict = verdict_on(played, play(played, taken_late={fill: 3 * MS}))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith("the device took exchange[")
    assert verdict.reason.endswith(" up 3 ms after it had been sent")


def test_an_input_that_overtakes_another_one_within_the_slack_is_inconclusive() -> None:
    """Two ports, closer together than the target promises: whichever is read first is first (HOST-2)."""
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, {THE_QUOTE: 9_900_000}, {THE_QUOTE: 300_000}))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert "before feed sequence" in verdict.reason
    late = f"the latest send, feed_a[{FEED - 1}], left 9.9 ms behind its time"
    assert verdict.reason.endswith(f"which had been sent 100 us before; {late}")


def test_a_packet_in_two_segments_counts_from_its_last_byte() -> None:
    """The report is whole 10 ms behind the order. The device takes the order up late, within its slack, and the report first."""
    played = parse_text(
        """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  < client    enter_order ref=1 quantity=100 price=150.00
 +10ms  < exchange  packet=hex:002553450000000000000001000000010000000a000000000016e36041
 +10ms  < client    enter_order ref=2 price=150.00
        > events    decision ref=2
  +2ms  < exchange  packet=hex:00000000000000070000
        > events    report message=order_executed ref=1
        > events    nothing
""",
        "split.scn",
    )
    last = len(played.program.ports["client"]) - 1
    assert verdict_on(played, play(played)).status == "pass"
    verdict = verdict_on(played, play(played, taken_late={("client", last): 4 * MS}))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith("the device took exchange[1] before client[2], which had been sent 2 ms before; ")


def test_an_input_that_is_late_but_changes_no_line_passes() -> None:
    """What nobody wrote down is golden's business, and golden follows the device."""
    late: Times = {("exchange", len(QUOTE_THEN_ORDER.program.ports["exchange"]) - 1): 30 * MS}
    assert verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, late)).status == "pass"


def test_a_late_line_b_makes_a_legal_gap_and_an_inconclusive_run() -> None:
    """Played at a time scale of 2,000: the timeout is 40 ms, line B fills after 18 ms, or too late."""
    program = scaled(LOST_ON_A.program, 2000)
    in_time = play(LOST_ON_A, program=program, gap_timeout_ns=40 * MS, taken_late={("feed_b", 0): 4 * MS}, b_is_late=False)
    assert verdict_on(LOST_ON_A, in_time, program).status == "pass"
    too_late = play(LOST_ON_A, {("feed_b", 0): 30 * MS}, program=program, gap_timeout_ns=40 * MS)
    verdict = verdict_on(LOST_ON_A, too_late, program)
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith("feed_b[0] left 30 ms behind its time; played at the times at which the sends left, filled.scn:")


RESET_BEHIND_A_PACKET = """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
given = true
base = "140.00"
---
     0  < feed_a    seq=1 add_order ref=1 side=B shares=100 price=150.00
        > events    bbo
 +10ms  < feed_a    seq=2 heartbeat
  +2ms  < control   session_reset
        > events    control op=session_reset
 +10ms  < feed_a    seq=1 add_order ref=1 side=B shares=200 price=150.00
        > events    bbo
 +10ms  < feed_a    seq=2 add_order ref=2 side=B shares=300 price=150.00
        > events    bbo
"""


def test_a_punctual_run_whose_lines_fail_is_a_failure() -> None:
    """All sends are on time, and no input that left a record waited: this GAP, within the slack of its timeout, is the device's own."""
    late_fill = dataclasses.replace(LOST_ON_A.program.ports["feed_b"], not_before_ns=np.array([25_000]))
    played = dataclasses.replace(
        LOST_ON_A, program=dataclasses.replace(LOST_ON_A.program, ports={**LOST_ON_A.program.ports, "feed_b": late_fill})
    )
    program = scaled(played.program, 2000)
    verdict = verdict_on(played, play(played, program=program, gap_timeout_ns=40 * MS, taken_late={("feed_b", 0): 4 * MS}), program)
    assert (verdict.status, verdict.because) == ("fail", "")
    assert verdict.divergence is not None
    assert verdict.divergence.place == "the scenario's lines"
    worst = "the latest send was 1 us late, the longest wait for the device 2 us"
    assert f"every record is legal; {worst}" in verdict.notes


def test_a_device_that_was_kept_from_its_processor_is_not_blamed_for_what_it_did_late() -> None:
    """The GAP comes 12 ms after its timeout, two more than the slack. If the kernel says that it let the device wait for so long, fine."""
    played = dataclasses.replace(LOST_ON_A, expectations=())
    program = scaled(played.program, 2000)
    lost = dataclasses.replace(program, ports={**program.ports, "feed_b": PortProgram.of([])})
    late = play(played, program=lost, gap_timeout_ns=40 * MS + SLACK_NS + 2 * MS)
    verdict = verdict_on(played, late, lost)
    assert (verdict.status, "after the timeout" in verdict.reason) == ("fail", True)
    for starved_ns, status in ((MS, "fail"), (3 * MS, "inconclusive")):
        assert late.host is not None
        starving = dataclasses.replace(late, host=dataclasses.replace(late.host, starved_ns=starved_ns))
        assert verdict_on(played, starving, lost).status == status
    verdict = verdict_on(played, starving, lost)
    assert (verdict.because, verdict.divergence) == ("late", None)
    assert verdict.reason.startswith("GAP [2, 3): it came 7")
    assert verdict.reason.endswith("; but the device did not run for 3 ms of this run")


def test_hunger_excuses_no_wrong_content() -> None:
    """A field that differs stays a failure, however little the device got to run."""
    taken = play(QUOTE_THEN_ORDER)
    events = taken.outputs["events"]
    data = events.frames.data.copy()
    data[-9] ^= 1
    outputs = {**taken.outputs, "events": dataclasses.replace(events, frames=Frames(data, events.frames.offsets))}
    assert taken.host is not None
    host = dataclasses.replace(taken.host, starved_ns=10**9)
    assert verdict_on(QUOTE_THEN_ORDER, dataclasses.replace(taken, outputs=outputs, host=host)).status == "fail"


@pytest.mark.parametrize(("late", "complete", "status"), [(1, True, "inconclusive"), (0, True, "fail"), (1, False, "fail")])
def test_nobody_knows_the_order_of_a_packet_and_a_command_that_a_late_host_sent_at_once(late: int, complete: bool, status: str) -> None:
    """The packet leaves 2 ms late, together with the reset, which a device that polls control first takes first. On a host that says it was
    in time, or in a run that did not end, what was recorded counts."""
    scenario = parse_text(RESET_BEHIND_A_PACKET, "reset.scn")
    taken = play(scenario, {("feed_a", 1): 2 * MS}, {("feed_a", 1): 1 * MS}, b_is_late=False)
    assert taken.host is not None
    taken = dataclasses.replace(
        taken, host=dataclasses.replace(taken.host, late=late), complete=complete, trouble="" if complete else "it died"
    )
    verdict = verdict_on(scenario, taken)
    assert verdict.status == status
    if status == "inconclusive":
        assert verdict.because == "late"
        assert verdict.reason.endswith("; but control[0] left 0 ns behind feed_a[1], for which the scenario has 2 ms")


def test_exact_targets_are_not_excused() -> None:
    """Where times are kept to the clock, a line that does not hold is a failure."""
    taken = play(QUOTE_THEN_ORDER, {THE_QUOTE: 15 * MS})
    model = get_model("tick_to_trade")
    verdict = judge(QUOTE_THEN_ORDER, QUOTE_THEN_ORDER.program, DUT, model, taken, capabilities=("exact_timing",))
    assert (verdict.status, verdict.divergence.place) == ("fail", "the scenario's lines")


def test_a_send_that_waits_for_an_output_is_due_when_that_came() -> None:
    """`wait_for` is no lateness of the host's."""
    program = QUOTE_THEN_ORDER.program
    client = dataclasses.replace(program.ports["client"], waits={CLIENT - 1: WaitFor("events", 1)})
    waiting = dataclasses.replace(program, ports={**program.ports, "client": client})
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, {THE_ORDER: MS}, program=waiting), waiting)
    assert verdict.status == "pass"


def test_slow_but_legal_is_a_note() -> None:
    """A device that lets an input lie although nothing else has come, beyond the target's slack: said, not judged."""
    last = ("exchange", len(QUOTE_THEN_ORDER.program.ports["exchange"]) - 1)
    verdict = verdict_on(QUOTE_THEN_ORDER, play(QUOTE_THEN_ORDER, taken_late={last: 8 * MS}))
    assert verdict.status == "pass"
    assert verdict.notes[-1] == (
        f"the device took 1 inputs up more than {SLACK_NS / 1e6:g} ms after they and all else had arrived; the worst after 8 ms"
    )


DEAD_MAN = parse_text(
    """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[risk]
dead_man_ns = "10ms"
reject_mode = "drop"
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  < control   alive
  +9ms  < client    enter_order ref=1 price=150.00
        > events    decision ref=1 verdict=forwarded
""",
    "dead.scn",
)


def test_a_little_late_and_taken_a_little_late_is_inconclusive_together() -> None:
    """Of the 1 ms that the order has to spare, the host takes 0.9 and the device 0.2, each of which alone changes nothing."""
    order = ("client", len(DEAD_MAN.program.ports["client"]) - 1)
    sent_late, taken_late = {order: 900_000}, {order: 200_000}
    assert verdict_on(DEAD_MAN, play(DEAD_MAN, sent_late)).status == "pass"
    assert verdict_on(DEAD_MAN, play(DEAD_MAN, taken_late=taken_late)).status == "pass"
    verdict = verdict_on(DEAD_MAN, play(DEAD_MAN, sent_late, taken_late))
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason.startswith(
        f"client[{order[1]}] left 901 us behind its time, and the device took client[1] up 202 us after it had been sent; "
        "played at the times at which it took its inputs up, dead.scn:14: golden has no such DECISION"
    )


RESET = parse_text(
    """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
given = true
---
     0  < feed_b    seq=1 session=YESTERDAY1 heartbeat
  +2ms  < feed_a    seq=1 session=TODAY00001 add_order ref=1 side=B shares=100 price=150.00
 +10ms  < control   session_reset
  +2ms  < feed_a    seq=1 session=TODAY00001 add_order ref=1 side=B shares=300 price=150.00
        > events    bbo bid=150.00x300 sequence=1
        > events    nothing
""",
    "reset.scn",
)


def play_reset(sent_late: Times | None = None, taken_late: Times | None = None, *, delivered: int = 1) -> Capture:
    """delivered: packets of line A of which the device delivered a message."""
    played = play(RESET, sent_late, taken_late)
    return dataclasses.replace(played, counters={**played.counters, "a_delivered": delivered, "b_duplicates": 0})


def test_a_stalled_device_may_have_taken_frames_in_another_order_than_they_were_sent() -> None:
    """Which line's packet fixed the session, and which ones came before a `session_reset`: no record says it."""
    fixed = play_reset(taken_late={("feed_b", 0): 3 * MS}, delivered=2)
    behind = play_reset(taken_late={("feed_a", 0): 11 * MS})
    assert verdict_on(RESET, play_reset()).status == "pass"
    for taken, enough_ns in ((fixed, 3 * MS), (behind, 11 * MS)):
        assert taken.host is not None
        for starved_ns, status in ((0, "fail"), (MS, "fail"), (enough_ns, "inconclusive")):
            starving = dataclasses.replace(taken, host=dataclasses.replace(taken.host, starved_ns=starved_ns))
            assert verdict_on(RESET, starving).status == status


def test_sends_that_came_too_near_to_each_other_say_nothing_about_the_device() -> None:
    """A device took a packet just before the `session_reset` that was to come 2 ms before it, and had left just before it."""
    control = len(RESET.program.ports["control"]) - 1
    late = play_reset({("control", control): 1_999_000}, {("control", control): 200_000}, delivered=0)
    verdict = verdict_on(RESET, late)
    assert (verdict.status, verdict.because) == ("inconclusive", "late")
    assert verdict.reason == "feed_a[1] left 1 us behind control[0], for which the scenario has 2 ms"
