# SPDX-License-Identifier: Apache-2.0
"""What a client's own libraries see in the recorded `client` stream: rejects beside a sequenced stream that they do not disturb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tickproof.check import judge
from tickproof.golden import get_model
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut

soup = pytest.importorskip("nasdaq_protocols.soup", reason="the outside SoupBinTCP reader is not installed (pip install nasdaq-protocols)")
outside_ouch = pytest.importorskip("SimpleOUCH.Parser", reason="the outside OUCH decoder is not installed (pip install SimpleOUCH)")

ROOT = Path(__file__).resolve().parents[2]
ORDERS = 60

HEADER = """dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[risk]
max_shares = 500
{risk}
[opening]
AAPL = "150.00x1000 150.02x1000"
---
1us < exchange login_accepted session=S1 number=1
"""


def _scenario(risk: str = "") -> str:
    """Every third order is too large; each of the others is accepted and filled."""
    lines = []
    for ref in range(1, ORDERS + 1):
        quantity = 501 if ref % 3 == 0 else 500
        lines.append(f"+1us < client enter_order ref={ref} side=B quantity={quantity} price=150.00 clordid=ORDER{ref}")
        if ref % 3:
            lines.append(f"+1us < exchange order_accepted ref={ref} | order_executed ref={ref} quantity=500 price=150.00")
    return HEADER.format(risk=risk) + "\n".join(lines) + "\n"


def _client_stream(text: str, target_name: str) -> tuple[bytes, int]:
    """The recorded bytes of the client's side, and how many rejects golden says there are."""
    target = get_target(target_name)
    if reason := target.unavailable():
        pytest.skip(reason)
    dut, program = load_dut("tick_to_trade", ROOT), parse_text(text, "rejects.scn").program
    model = get_model(dut.model)
    capture = target.run(dut, program, RunOptions(seed=1))
    verdict = judge(None, program, dut, model, capture)
    assert verdict.status == "pass", verdict.divergence
    return b"".join(capture.outputs["client"].frames), model.predict(program).counters["rejects_sent"]


def _soup_messages(stream: bytes) -> Sequence[object]:
    """The stream cut by nasdaq-protocols."""
    messages = []
    while stream:
        size = 2 + int.from_bytes(stream[:2], "big")
        messages.append(soup.SoupMessage.from_bytes(stream[:size])[1])
        stream = stream[size:]
    return messages


def _rejects(messages: Sequence[object]) -> list[list[Any]]:
    """What SimpleOUCH finds in the unsequenced packets."""
    payload = b"".join(message.data for message in messages if isinstance(message, soup.UnSequencedData))  # type: ignore[attr-defined]

    class Outside(outside_ouch.Parser, outside_ouch.Parser.Cache):  # type: ignore[misc, name-defined]
        """Version 0.0.2 defines its decoders one class too deep for its own `parse`."""

    parser = Outside()
    parser.cache.rejecteds = []
    parser.parse(payload, "bytes")
    return list(parser.cache.rejecteds)


@pytest.mark.parametrize("target", ["rtl@verilator", "rtl@icarus"])
def test_rejects_are_counted_alike_and_leave_sequence_numbers_alone(target: str) -> None:
    """SESS-REJECT: as many `J` as golden says, each about its order; the sequenced messages are those that the exchange sent, in order."""
    stream, rejects = _client_stream(_scenario(), target)
    messages = _soup_messages(stream)
    found = _rejects(messages)
    assert rejects == len(found) == ORDERS // 3
    assert [int.from_bytes(reject[2].encode("latin-1"), "big") for reject in found] == list(range(3, ORDERS + 1, 3))
    sequenced = [message for message in messages if isinstance(message, soup.SequencedData)]
    assert len(sequenced) == 2 * (ORDERS - ORDERS // 3)
    accepted = [message for message in messages if isinstance(message, soup.LoginAccepted)]
    assert [message.sequence for message in accepted] == [1]


def test_drop_sends_no_reject() -> None:
    """SESS-REJECT: with `reject_mode` drop the client gets only what the exchange sent."""
    stream, rejects = _client_stream(_scenario('reject_mode = "drop"'), "rtl@verilator")
    messages = _soup_messages(stream)
    assert rejects == 0
    assert not [message for message in messages if isinstance(message, soup.UnSequencedData)]
    assert len([message for message in messages if isinstance(message, soup.SequencedData)]) == 2 * (ORDERS - ORDERS // 3)
