# SPDX-License-Identifier: Apache-2.0
"""Records and commands of the order path as people read them."""

from __future__ import annotations

import pytest

from tickproof.check.show import control_text, field_rows, record_text
from tickproof.protocols import EVENTS
from tickproof.protocols.control import SESSION, command

NONE = 0xFFFF
SYMBOLS = ("AAPL", "MSFT")


def record(kind: str, **fields: object) -> bytes:
    """One record by its table."""
    return EVENTS.layouts[kind].pack(fields)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            record("SESSION_ERROR", symbol=NONE, sequence=4, port="client", reason="packet_type", packet_type="Z", length=1),
            "session_error sequence=4 port=client reason=packet_type packet_type=Z length=1",
        ),
        (record("LINK", symbol=NONE, sequence=4, port="exchange", up="down"), "link sequence=4 port=exchange up=down"),
        (
            record("CLIENT", symbol=NONE, sequence=7, packet_type="U", message_type="X", length=10, user_ref_num=5),
            "client sequence=7 packet_type=U message_type=X length=10 user_ref_num=5",
        ),
        (
            record("CLIENT", symbol=NONE, sequence=8, packet_type="R", length=1),
            "client sequence=8 packet_type=R length=1 user_ref_num=0",
        ),
        (
            record("REPORT", flags=1, symbol=1, sequence=2, packet_type="S", message_type="E", applied=0, user_ref_num=5, position=-40),
            "report symbol=MSFT flags=replayed sequence=2 packet_type=S message_type=E applied=0 user_ref_num=5 session_number=0 "
            "position=-40 remaining=0",
        ),
        (record("CONTROL", symbol=SESSION, op="kill"), "control symbol=session sequence=0 op=kill"),
        (record("CONTROL", symbol=NONE, op="release_order", value=17), "control sequence=0 op=release_order value=17"),
        (record("CONTROL", symbol=NONE, sequence=1, op="commit"), "control sequence=1 op=commit"),
    ],
    ids=["session-error", "link", "cancel", "heartbeat", "report", "kill", "release", "commit"],
)
def test_a_record_is_one_line_in_the_words_of_its_table(data: bytes, text: str) -> None:
    """events.toml, contract 8."""
    assert record_text(data, SYMBOLS) == text


@pytest.mark.parametrize(
    ("mask", "names"),
    [(0, "none"), (1, "kill"), (0x10, "quantity"), (0x1_0060, "value,collar,executions"), (0x2_0001, "kill,0x20000")],
    ids=["none", "first", "one", "three", "unknown"],
)
def test_failing_checks_have_their_names(mask: int, names: str) -> None:
    """Contract 7: bits 0 to 16."""
    rows = field_rows(record("DECISION", failing=mask), record("DECISION", failing=mask), SYMBOLS)
    assert [row.golden for row in rows if row.name == "failing"] == [names]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (command("kill"), "kill"),
        (command("kill", SESSION), "kill session"),
        (command("unkill", 1), "unkill symbol 1"),
        (command("set_position", 0, -500), "set_position symbol 0 -500"),
        (command("set_executed", SESSION - 1, 7), "set_executed symbol 65533 7"),
        (command("release_order", value=17), "release_order 17"),
    ],
    ids=["global", "session", "symbol", "position", "executed", "release"],
)
def test_a_command_is_told_with_its_scope_and_value(data: bytes, text: str) -> None:
    """control.toml."""
    assert control_text(data) == text
