# SPDX-License-Identifier: Apache-2.0
"""How a golden model is found by its name, and the model of a device that passes frames through."""

from __future__ import annotations

import numpy as np
import pytest

from tickproof.capture import Observed, Sent
from tickproof.errors import InputError
from tickproof.golden import FeedHandler, Passthrough, get_model
from tickproof.program import PortProgram, Program, Send, SendFlag
from tickproof.protocols.records import RECORD


def test_models_are_found_by_name() -> None:
    """Device description: `model = "feed_handler"`, or a user's own class."""
    assert isinstance(get_model("feed_handler"), FeedHandler)
    assert isinstance(get_model("passthrough"), Passthrough)
    assert isinstance(get_model("tickproof.golden.passthrough:Passthrough"), Passthrough)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feed_handlr", "no such golden model (expected feed_handler, tick_to_trade, passthrough or package.module:Class)"),
        ("no_such_package:Model", "cannot be imported: No module named 'no_such_package'"),
        ("tickproof.golden:Nothing", "cannot be imported: module 'tickproof.golden' has no attribute 'Nothing'"),
        ("builtins:dict", "has no method `predict`"),
    ],
)
def test_unknown_model_is_one_clear_line(name: str, text: str) -> None:
    """InputError: what is wrong, and what there is."""
    with pytest.raises(InputError) as caught:
        get_model(name)
    assert str(caught.value).startswith(f"model {name!r}: {text}")


FRAMES = Program("axis_register", {"in": PortProgram.of([Send(0, b"one"), Send(5, b"two", SendFlag.ABORT), Send(9, b"three")])})


def test_passthrough_expects_every_frame_unchanged() -> None:
    """Frames that end bad pass like any other."""
    found = Passthrough().predict(FRAMES)
    assert (list(found.frames["out"]), len(found.records)) == ([b"one", b"two", b"three"], 0)


def test_passthrough_expects_only_what_was_sent() -> None:
    """Capture: -1 = never sent."""
    sent = {"in": Sent(np.array([0, -1, 9]), np.array([0, -1, 9]))}
    found = Passthrough().replay(FRAMES, Observed(np.zeros(0, RECORD), np.zeros(0, np.int64), sent, None, 0))
    assert list(found.frames["out"]) == [b"one", b"three"]
    assert list(Passthrough().predict(Program("axis_register", {})).frames["out"]) == []
