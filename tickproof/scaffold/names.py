# SPDX-License-Identifier: Apache-2.0
"""What the name of a port tells: its words, the role it has in a stream, whether it is a clock or a reset."""

from __future__ import annotations

import re

__all__ = ["DIRECTIONS", "is_clock", "is_reset", "reset_level", "role_of", "words"]

DIRECTIONS = frozenset({"in", "out", "i", "o", "input", "output"})
"""Words that say which way a port goes, and so may differ between the signals of one stream."""

_ROLES = {
    **dict.fromkeys(("tdata", "data", "dat"), "tdata"),
    **dict.fromkeys(("tkeep", "keep", "tstrb", "strb", "be"), "tkeep"),
    **dict.fromkeys(("tvalid", "valid", "vld", "dv"), "tvalid"),
    **dict.fromkeys(("tready", "ready", "rdy"), "tready"),
    **dict.fromkeys(("tlast", "last", "eop", "eof"), "tlast"),
    **dict.fromkeys(("tuser", "user", "err", "error", "bad"), "tuser"),
}
_GLUED = re.compile(r"(t?(?:data|keep|valid|ready|last|user)|vld|rdy)$")  # sdata, svalid
_DATA = ("data", "tdata", "dat")
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_RESET = re.compile(r"rst|reset")
_ACTIVE_LOW = re.compile(r"(rst|reset)(n|b|l)(i|in)?$|^(i|a|s)?n(rst|reset)")
_CLOCK = re.compile(r"(clk|clock)(i|in)?\d*$|^i?(clk|clock)(?!.*(en|sel|rst|reset))")


def words(name: str) -> tuple[str, ...]:
    """s_axis_tdata, rxFrameData, M_AXIS_TDATA: what underscores and capitals part, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


def role_of(name: str) -> tuple[str, tuple[str, ...]] | None:
    """(role of AXI-Stream, the other words of the name, which the signals of one stream share), or None."""
    parts = [part for word in words(name) for part in {"din": ("data", "in"), "dout": ("data", "out")}.get(word, (word,))]
    places = [index for index, word in enumerate(parts) if word in _ROLES]
    if places:
        telling = [index for index in places if parts[index] not in _DATA] or places  # data_valid says valid
        role, rest = _ROLES[parts[telling[-1]]], parts[: telling[-1]] + parts[telling[-1] + 1 :]
    elif parts and (glued := _GLUED.search(parts[-1])):
        role, rest = _ROLES[glued[1]], [*parts[:-1], parts[-1][: glued.start()]]
    else:
        return None
    return role, tuple(word for word in rest if word not in _DATA)


def is_clock(name: str) -> bool:
    """It is called like one."""
    return bool(_CLOCK.search(_flat(name)))


def is_reset(name: str) -> bool:
    """It is called like one."""
    return bool(_RESET.search(_flat(name)))


def reset_level(name: str) -> int:
    """The level that resets, by the name: rst_n, aresetn, nReset and the like are active low."""
    telling = [word for word in words(name) if word not in DIRECTIONS]
    return 0 if telling[-1:] == ["n"] or _ACTIVE_LOW.search(_flat(name)) else 1


def _flat(name: str) -> str:
    return name.lower().replace("_", "")
