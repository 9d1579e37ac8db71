# SPDX-License-Identifier: Apache-2.0
"""The golden models: one reading of docs/contract.md, in Python, that reads like it. Pure: no I/O, no clock, no random numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from tickproof.errors import InputError
from tickproof.golden.book import Book
from tickproof.golden.feed_handler import FeedHandler
from tickproof.golden.model import Model, Prediction, Problem
from tickproof.golden.orders.model import TickToTrade
from tickproof.golden.passthrough import Passthrough
from tickproof.golden.top import top_of_book

__all__ = ["Book", "FeedHandler", "Model", "Passthrough", "Prediction", "Problem", "TickToTrade", "get_model", "top_of_book"]

_MODELS: dict[str, Callable[[], Model]] = {"feed_handler": FeedHandler, "tick_to_trade": TickToTrade, "passthrough": Passthrough}


def get_model(name: str) -> Model:
    """A model by its name, or a user's own as `package.module:Class` (called without arguments). InputError if there is none."""
    if name in _MODELS:
        return _MODELS[name]()
    module, colon, attribute = name.partition(":")
    expected = f"{', '.join(_MODELS)} or package.module:Class"
    if not colon or not module or not attribute:
        raise InputError(f"model {name!r}", "no such golden model", expected=expected)
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(f"model {name!r}", f"cannot be imported: {error}", expected=expected) from None
    model = found()
    for method in ("predict", "replay"):
        if not callable(getattr(model, method, None)):
            raise InputError(f"model {name!r}", f"has no method `{method}`", expected="a class like tickproof.golden.model.Model")
    return cast(Model, model)
