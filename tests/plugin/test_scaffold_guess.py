# SPDX-License-Identifier: Apache-2.0
"""`tickproof init`: what the names of a module's ports tell, in the styles that people write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.scaffold.frames import frames_for
from tickproof.scaffold.guess import guess
from tickproof.scaffold.module import Module, Signal, read_module
from tickproof.scaffold.names import is_clock, is_reset, reset_level

RTL = Path(__file__).with_name("rtl")

needs_icarus = pytest.mark.skipif(not shutil.which("iverilog"), reason="no iverilog on PATH")


def module(inputs: str, outputs: str) -> Module:
    """Names, `name:width` where it is not 1; data is 64 bits wide and keep 8."""
    return Module(
        "m", {}, tuple(_signal(word, "input") for word in inputs.split()) + tuple(_signal(word, "output") for word in outputs.split())
    )


def _signal(word: str, direction: str) -> Signal:
    name, _, width = word.partition(":")
    return Signal(name, direction, int(width or 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inputs", "outputs", "sink", "source"),
    [
        (
            "clk rst s_axis_tdata:64 s_axis_tkeep:8 s_axis_tvalid s_axis_tlast m_axis_tready",
            "s_axis_tready m_axis_tdata:64 m_axis_tkeep:8 m_axis_tvalid m_axis_tlast",
            "s_axis_tdata s_axis_tkeep s_axis_tvalid s_axis_tlast s_axis_tready",
            "m_axis_tdata m_axis_tkeep m_axis_tvalid m_axis_tlast m_axis_tready",
        ),
        (
            "clkIn rstN rxData:64 rxValid rxLast",
            "txData:64 txValid txLast txError",
            "rxData rxValid rxLast",
            "txData txValid txLast txError",
        ),
        (
            "i_clk i_rst i_data:64 i_valid i_ready",
            "o_data:64 o_valid o_ready",
            "i_data i_valid o_ready",
            "o_data o_valid i_ready",
        ),
        (
            "aclk aresetn in_data:64 in_data_valid in_data_last out_ready",
            "in_ready out_data:64 out_data_valid out_data_last",
            "in_data in_data_valid in_data_last in_ready",
            "out_data out_data_valid out_data_last out_ready",
        ),
        (
            "CLK RST_N DATA_IN:64 VALID_IN READY_IN",
            "DATA_OUT:64 VALID_OUT READY_OUT",
            "DATA_IN VALID_IN READY_OUT",
            "DATA_OUT VALID_OUT READY_IN",
        ),
        ("clk reset din:64 din_vld sop eop", "dout:64 dout_vld", "din din_vld", "dout dout_vld"),
        ("clk rst sdata:64 svalid slast mready", "sready mdata:64 mvalid mlast", "sdata svalid slast sready", "mdata mvalid mlast mready"),
    ],
    ids=["axis", "camelCase", "i_and_o", "in_data_valid", "DATA_IN", "din", "glued"],
)
def test_streams_are_found_in_many_styles(inputs: str, outputs: str, sink: str, source: str) -> None:
    """Data, valid and what belongs to them; a ready goes against its stream."""
    found = guess(module(inputs, outputs), "passthrough", "m.v")
    assert [(stream.name, stream.direction, " ".join(sorted(stream.signals.values()))) for stream in found.streams] == [
        ("in", "in", " ".join(sorted(sink.split()))),
        ("out", "out", " ".join(sorted(source.split()))),
    ]


def test_registers_are_no_stream() -> None:
    """An AXI-Lite port has valid, ready and data in its names; it is tied off. So are second clocks and resets, each as it has to be."""
    inputs = "clk clk_mem rst rst_mem_n enable mode:4 d_data:64 d_valid cfg_awaddr:16 cfg_awvalid cfg_wdata:32 cfg_wvalid cfg_bready"
    found = guess(module(inputs, "q_data:64 q_valid cfg_awready cfg_wready cfg_bvalid led"), "passthrough", "m.v")
    assert [stream.signals for stream in found.streams] == [
        {"tdata": "d_data", "tvalid": "d_valid"},
        {"tdata": "q_data", "tvalid": "q_valid"},
    ]
    assert {tie.name: tie.value for tie in found.ties} == {
        "clk_mem": 0,
        "rst_mem_n": 1,
        "enable": 1,
        "mode": 0,
        **dict.fromkeys(("cfg_awaddr", "cfg_awvalid", "cfg_wdata", "cfg_wvalid", "cfg_bready"), 0),
    }
    assert found.unseen == ("cfg_awready", "cfg_wready", "cfg_bvalid", "led")


def test_further_streams_have_names_of_their_own() -> None:
    """The golden model expects nothing on them."""
    found = guess(
        module("clk rst a_data:64 a_valid b_data:64 b_valid", "c_data:64 c_valid monitorData:32 monitorValid"), "passthrough", "m.v"
    )
    assert [(stream.name, stream.width) for stream in found.streams] == [("in", 64), ("b", 64), ("out", 64), ("monitor", 32)]


@pytest.mark.parametrize(
    ("inputs", "outputs", "said"),
    [
        ("rst in_data:64 in_valid", "out_data:64 out_valid", "no port looks like a clock"),
        ("clk in_data:64 in_valid", "out_data:64 out_valid", "no port looks like a reset"),
        ("clk rst in_data:64", "out_data:64 out_valid", "no port looks like a stream for `in`"),
        ("clk rst in_data:64 in_valid", "led", "no port looks like a stream for `out`"),
        ("clk rst in_data:12 in_valid", "out_data:12 out_valid", "in_data is no data of a stream"),
    ],
    ids=["clock", "reset", "in", "out", "width"],
)
def test_what_is_not_found_is_named(inputs: str, outputs: str, said: str) -> None:
    """One line, with the ports that are there, and what to do."""
    with pytest.raises(InputError, match=said):
        guess(module(inputs, outputs), "passthrough", "m.v")


def test_a_feed_handler_has_two_lines_and_registers() -> None:
    """Streams are given to the model's ports in their order; the one as wide as a record is the top of book's, wherever it stands."""
    lite = "awaddr:14 awvalid wdata:32 wstrb:4 wvalid bready araddr:14 arvalid rready"
    answers = "awready wready bresp:2 bvalid arready rdata:32 rresp:2 rvalid"
    inputs = "clk rst mdA_data:64 mdA_valid mdB_data:64 mdB_valid evt_ready " + " ".join(f"ctl_{name}" for name in lite.split())
    outputs = "top_data:512 top_valid evt_data:64 evt_valid initDone " + " ".join(f"ctl_{name}" for name in answers.split())
    found = guess(module(inputs, outputs), "feed_handler", "m.v")
    assert {stream.name: (stream.signals["tdata"], stream.layout) for stream in found.streams} == {
        "feed_a": ("mdA_data", "frame"),
        "feed_b": ("mdB_data", "frame"),
        "events": ("evt_data", "events"),
        "bbo": ("top_data", "record"),
    }
    assert (found.ready, found.address_bits, found.ties, found.unseen) == ("initDone", 14, (), ())
    assert found.registers["awaddr"] == "ctl_awaddr"
    assert len(found.registers) == 17
    with pytest.raises(InputError, match=r"no port looks like a stream for `feed_b` .* or registers \(an AXI-Lite port\)"):
        guess(module("clk rst a_data:64 a_valid", "b_data:64 b_valid c_data:512 c_valid"), "feed_handler", "m.v")


def test_clocks_and_resets_are_known_by_their_names() -> None:
    """Also which level resets."""
    assert all(map(is_clock, ("clk", "clkIn", "aclk", "i_clk", "CLK", "clk_156", "sysClock")))
    assert not any(map(is_clock, ("clk_en", "clkSel", "tick", "lock")))
    high = ("rst", "reset", "areset", "sys_rst", "i_rst", "resetIn")
    low = ("rst_n", "rstN", "aresetn", "nReset", "rst_ni", "RSTn", "resetb", "ap_rst_n")
    assert all(map(is_reset, (*high, *low)))
    assert [*map(reset_level, high), *map(reset_level, low)] == [1] * len(high) + [0] * len(low)


@pytest.mark.parametrize(
    ("more", "lengths", "random"),
    [
        ("{0}_keep:8 {0}_last", [1, 8, 17], (1, 200)),
        ("{0}_last", [8, 16, 40], (64, 64)),
        ("", [8, 8, 8], (8, 8)),
    ],
    ids=["keep", "last", "neither"],
)
def test_frames_are_such_as_the_device_can_say(more: str, lengths: list[int], random: tuple[int, int]) -> None:
    """Without keep they are whole beats, without last single ones (docs/dut.md)."""
    found = guess(module(f"clk rst a_data:64 a_valid {more.format('a')}", f"b_data:64 b_valid {more.format('b')}"), "passthrough", "m.v")
    frames = frames_for(found)
    assert [len(text) // 2 for text in frames.written] == lengths
    assert (frames.shortest, frames.longest) == random


@needs_icarus
def test_headers_of_both_ages_are_read(tmp_path: Path) -> None:
    """Ports in the header or declared below it; widths by parameters, macros and functions; a body that pyverilog cannot read."""
    old = read_module("byte_fifo", [RTL / "byte_fifo.v"], [])
    assert old.parameters == {"LG_DEPTH": 4, "BYTES": 8}
    assert [(signal.name, signal.direction, signal.width) for signal in old.signals][2:5] == [
        ("i_data", "input", 64),
        ("i_be", "input", 8),
        ("i_valid", "input", 1),
    ]
    path = tmp_path / "new.sv"
    path.write_text(
        """
        // module new is below; endmodule
        module new import p::*; #(parameter int W = 2 ** 5, parameter N = $clog2(W + 1), localparam K = W > 8 ? W / 8 : 1) (
            input logic clk, input var logic [W-1:0] a, output logic [K-1:0] b, c, output bit [N:1] d, inout wire z
        );
          always_comb foreach (b[i]) b[i] = '1;
        endmodule : new
        """
    )
    new = read_module("new", [path], [])
    assert new.parameters == {"W": 32, "N": 6}
    assert [(signal.name, signal.width) for signal in new.signals] == [("clk", 1), ("a", 32), ("b", 4), ("c", 4), ("d", 6), ("z", 1)]


@needs_icarus
def test_verilog_that_cannot_be_used_is_an_input_error(tmp_path: Path) -> None:
    """Which file, what is wrong, what would do."""
    path = tmp_path / "m.v"
    path.write_text("module m (input [W-1:0] a); endmodule\nmodule other; endmodule\n")
    with pytest.raises(InputError, match=r"no module top there \(expected one of 2, like "):
        read_module("top", [path], [])
    with pytest.raises(InputError, match=r"cannot read the ports of m \(got no value is known for W\); describe the device by hand"):
        read_module("m", [path], [])
    path.write_text('`include "nowhere.vh"\n')
    with pytest.raises(InputError, match=r"m\.v: cannot be preprocessed"):
        read_module("m", [path], [])
