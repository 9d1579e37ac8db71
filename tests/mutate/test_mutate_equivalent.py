# SPDX-License-Identifier: Apache-2.0
"""Yosys proves that a mutant is the same device, or it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyosys", reason="pyosys is not installed (pip install 'tickproof[mutate]')")
from tickproof.mutate.equivalent import proved_equivalent

TEXT = b"""module counter (input wire clk, input wire rst, input wire [3:0] a, input wire [3:0] b, output reg [3:0] q, output wire full);
    reg [3:0] table_q [0:3];
    wire [3:0] seen;
    inner it (.clk(clk), .a(a), .y(seen));
    assign full = (a & b) == 4'd15;
    always @(posedge clk) begin
        if (a < b) table_q[a[1:0]] <= seen;
        q <= rst ? 4'd0 : q + table_q[b[1:0]];
    end
endmodule
"""
INNER = "module inner (input wire clk, input wire [3:0] a, output reg [3:0] y); always @(posedge clk) y <= a; endmodule\n"


@pytest.mark.parametrize(
    ("piece", "other", "proved"),
    [
        (b"(a & b) == 4'd15", b"a == 4'd15 && b == 4'd15", True),
        (b"a < b", b"!(a >= b)", True),
        (b"a < b", b"a <= b", False),
        (b"4'd0 :", b"4'd1 :", False),
        (b"(a & b)", b"(a | b)", False),
        (b".a(a)", b".a(b)", False),
    ],
    ids=["the same condition", "the same comparison", "a boundary", "a reset value", "an operator", "an input of a module inside"],
)
def test_only_the_same_device_is_proved(tmp_path: Path, piece: bytes, other: bytes, proved: bool) -> None:
    """With a register, a memory and a module inside."""
    good, inner = tmp_path / "counter.v", tmp_path / "inner.v"
    good.write_bytes(TEXT)
    inner.write_text(INNER)
    assert proved_equivalent("counter", good, TEXT.replace(piece, other), [inner], []) is proved
