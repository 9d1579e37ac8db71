# SPDX-License-Identifier: Apache-2.0
"""Wire formats: field tables (TOML) and everything that is made from them."""

from __future__ import annotations

from pathlib import Path

from tickproof.protocols.table import Field, Layout, Table, load_table

__all__ = [
    "CHECKS",
    "ETHERNET",
    "EVENTS",
    "IPV4",
    "ITCH",
    "MOLD",
    "MOLDUDP64",
    "MOLD_BLOCK",
    "NET",
    "OUCH_IN",
    "OUCH_OPTIONS",
    "OUCH_OUT",
    "SOUPBINTCP",
    "UDP",
    "VLAN",
    "Field",
    "Layout",
    "Table",
    "load_table",
]

_HERE = Path(__file__).parent

NET = load_table(_HERE / "net.toml")
ETHERNET, VLAN, IPV4, UDP = (NET.layouts[name] for name in ("ethernet", "vlan", "ipv4", "udp"))

MOLD = load_table(_HERE / "moldudp64.toml")
MOLDUDP64, MOLD_BLOCK = MOLD.layouts["header"], MOLD.layouts["block"]

ITCH = load_table(_HERE / "itch50.toml")
SOUPBINTCP = load_table(_HERE / "soupbintcp.toml")
OUCH_IN = load_table(_HERE / "ouch50_in.toml")
OUCH_OUT = load_table(_HERE / "ouch50_out.toml")
OUCH_OPTIONS = load_table(_HERE / "ouch50_options.toml")
EVENTS = load_table(_HERE / "events.toml", "flag", "report_flag", "check")
CHECKS = tuple(sorted(EVENTS.codes["check"], key=EVENTS.codes["check"].__getitem__))
"""The pre-trade risk checks (docs/contract.md 7); index = bit in DECISION.failing."""
