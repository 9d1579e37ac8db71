# SPDX-License-Identifier: Apache-2.0
"""Device descriptions: what they mean, and what each mistake in one is called (docs/dut.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tickproof.dut import OrderRegisters
from tickproof.errors import InputError
from tickproof.targets import load_dut

ROOT = Path(__file__).parents[2]
GOOD = """
model = "passthrough"
top = "thing"
sources = ["thing.v"]
[clock]
name = "clk"
period_ps = 5000
[reset]
name = "rst"
[port.in]
direction = "in"
width = 64
prefix = "s_axis"
[port.out]
direction = "out"
width = 64
signals = { tdata = "o_data", tvalid = "o_valid" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "thing.v").write_text("module thing; endmodule\n")
    return tmp_path


def load(folder: Path, text: str) -> object:
    (folder / "thing.toml").write_text(text)
    return load_dut(folder / "thing.toml", folder)


def test_description_has_its_defaults(folder: Path) -> None:
    (folder / "thing.toml").write_text(GOOD)
    dut = load_dut(folder / "thing.toml", folder)
    assert (dut.name, dut.sources, dut.include) == ("thing", (folder / "thing.v",), ())
    assert (dut.reset.active, dut.reset.clocks, dut.reset.ready) == (1, 8, "")
    assert dut.inputs["in"].signals == {role: f"s_axis_{role}" for role in ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")}
    assert dut.outputs["out"].signals == {"tdata": "o_data", "tvalid": "o_valid"}
    assert dut.outputs["out"].layout == "bytes"
    assert dut.control is None


def test_control_has_the_addresses_of_our_own_map(folder: Path) -> None:
    """tickproof/protocols/control.toml: settings at 0x100 + 8 x id, symbols at 0x1000 + 0x40 x symbol, counters at 0x200 + 8 x index."""
    (folder / "thing.toml").write_text(GOOD + '[control]\nprefix = "s_axil"\naddress_bits = 16\n')
    control = load_dut(folder / "thing.toml", folder).control
    assert control is not None
    assert control.command == 0x40
    assert control.settings["gap_timeout_ns"] == 0x100
    assert control.settings["events_src_port"] == 0x178
    assert control.symbol_settings["enabled"] == 0x1000
    assert control.symbol_settings["tick"] == 0x1028
    assert control.symbol_stride == 0x40
    assert next(iter(control.counters.items())) == ("a_frames", 0x200)
    assert control.counters["lost"] == 0x200 + 8 * 49
    assert control.signals["awaddr"] == "s_axil_awaddr"


def test_order_path_adds_the_addresses_of_its_block(folder: Path) -> None:
    """control.toml: settings at 0x8100 + 8 x (id - 128), symbols' at 0xA000 + 8 x (id - 192), counters at 0x8200 + 8 x index."""
    (folder / "thing.toml").write_text(GOOD + '[control]\nprefix = "s_axil"\naddress_bits = 16\norder_path = true\n')
    control = load_dut(folder / "thing.toml", folder).control
    assert control is not None
    assert control.order == OrderRegisters(command=0x8040, value=0x8048, symbol_stride=0x80)
    assert (control.settings["gap_timeout_ns"], control.settings["client_types"]) == (0x100, 0x8148)
    assert (control.symbol_settings["tick"], control.symbol_settings["restricted"]) == (0x1028, 0xA000)
    assert control.symbol_settings["execution_window"] == 0xA058
    assert (control.counters["a_frames"], control.counters["client_packets"]) == (0x200, 0x8200)
    assert control.counters["over_released"] == 0x8200 + 8 * 16


TWO_WAY = """
[port.client]
direction = "both"
width = 64
prefix_in = "s_client"
prefix_out = "m_client"
roles = ["tdata", "tkeep", "tvalid", "tready"]
layout_in = "soupbin_client"
layout_out = "soupbin_server"
link = "client_up"
"""


def test_a_port_of_both_directions_is_an_input_and_an_output(folder: Path) -> None:
    """docs/dut.md: one name, `_in` and `_out` keys, a link of the input."""
    (folder / "thing.toml").write_text(GOOD + TWO_WAY)
    dut = load_dut(folder / "thing.toml", folder)
    assert [*dut.inputs] == ["in", "client"]
    assert [*dut.outputs] == ["out", "client"]
    came, went = dut.inputs["client"], dut.outputs["client"]
    assert (came.direction, came.layout, came.link, came.signals["tdata"]) == ("in", "soupbin_client", "client_up", "s_client_tdata")
    assert (went.direction, went.layout, went.link, went.signals["tready"]) == ("out", "soupbin_server", "", "m_client_tready")


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ('prefix_in = "s_client"', 'prefix = "s_client"', "[client]: needs either `prefix_in` or `signals_in`"),
        ('layout_out = "soupbin_server"', 'layout_out = "tcp"', "[client]: `layout_out` is not one of its values (got 'tcp'"),
        ('link = "client_up"', 'link = "client up"', "[client]: `link` is no Verilog name"),
        ('link = "client_up"', 'link = "clk"', "port `clk` of the module is used twice (got [clock] and [port.client] link)"),
        ('direction = "both"', 'direction = "in"', "[client]: needs either `prefix` or `signals`"),
    ],
    ids=["prefix", "layout", "link", "link-twice", "direction"],
)
def test_mistake_in_a_two_way_port_is_one_line_that_names_it(folder: Path, wrong: str, right: str, message: str) -> None:
    assert wrong in TWO_WAY
    with pytest.raises(InputError) as error:
        load(folder, GOOD + TWO_WAY.replace(wrong, right))
    assert message in str(error.value)


def test_link_belongs_to_an_input(folder: Path) -> None:
    with pytest.raises(InputError) as error:
        load(folder, GOOD.replace('o_valid" }', 'o_valid" }\nlink = "up"'))
    assert "[out]: unknown key `link`" in str(error.value)


@pytest.mark.parametrize("name", ["axis_register", "feed_handler"])
def test_devices_of_this_repository_load_by_name(name: str) -> None:
    dut = load_dut(name, ROOT)
    assert dut.name == dut.top == name
    assert dut.clock.period_ps == 6400


def test_patterns_in_sources_are_sorted_and_give_each_file_once(folder: Path) -> None:
    for name in ("b.v", "a.v"):
        (folder / name).write_text("")
    (folder / "thing.toml").write_text(GOOD.replace('["thing.v"]', '["thing.v", "*.v"]'))
    assert [path.name for path in load_dut(folder / "thing.toml", folder).sources] == ["thing.v", "a.v", "b.v"]


MISTAKES = [
    pytest.param("top = 1", 'top = "thing"', "`top` has the wrong type (got 1, expected a text)", id="wrong-type"),
    pytest.param("", 'top = "thing"', "key `top` is missing", id="missing-key"),
    pytest.param('top = "a b"', 'top = "thing"', "`top` is no Verilog name (got 'a b')", id="not-a-verilog-name"),
    pytest.param('topp = "x"\ntop = "thing"', 'top = "thing"', "unknown key `topp` (expected clock, control", id="unknown-key"),
    pytest.param('sources = ["no.v"]', 'sources = ["thing.v"]', "`sources`: no such file (got no.v)", id="missing-source"),
    pytest.param("sources = []", 'sources = ["thing.v"]', "`sources` is empty", id="no-source"),
    pytest.param('sources = "thing.v"', 'sources = ["thing.v"]', "`sources` must be a list of texts", id="source-not-a-list"),
    pytest.param('include = ["no"]\ntop = "thing"', 'top = "thing"', "`include`: no such folder", id="missing-include"),
    pytest.param("period_ps = 0", "period_ps = 5000", "[clock]: `period_ps` is out of range (got 0, expected 2 to", id="zero-period"),
    pytest.param("period_ps = 6.4", "period_ps = 5000", "`period_ps` has the wrong type (got 6.4, expected a whole number)", id="fraction"),
    pytest.param("period_ns = 5\nperiod_ps = 5000", "period_ps = 5000", "[clock]: unknown key `period_ns`", id="unknown-key-in-section"),
    pytest.param("", "[clock]\n", "section [clock] is missing", id="missing-section"),
    pytest.param(
        'direction = "into"',
        'direction = "in"',
        "[in]: `direction` is not one of its values (got 'into', expected in, out, both)",
        id="direction",
    ),
    pytest.param("width = 60", "width = 64", "`width` is not a multiple of 8 (got 60)", id="width"),
    pytest.param("width = 1024", "width = 64", "`width` is out of range (got 1024, expected 8 to 512)", id="too-wide"),
    pytest.param("", 'prefix = "s_axis"', "needs either `prefix` or `signals`", id="no-signals"),
    pytest.param('prefix = "s"\nroles = ["data"]', 'prefix = "s_axis"', "unknown signal role (got data, expected tdata", id="unknown-role"),
    pytest.param('prefix = "s"\nroles = ["tdata"]', 'prefix = "s_axis"', "signal role `tvalid` is missing", id="missing-role"),
    pytest.param('tvalid = "o_data"', 'tvalid = "o_valid"', "port `o_data` of the module is used twice", id="one-port-twice"),
    pytest.param('layout = "events "\nprefix = "s_axis"', 'prefix = "s_axis"', "`layout` is not one of its values", id="layout"),
    pytest.param("[port.Out]", "[port.out]", "not a usable port name (got Out", id="port-name"),
    pytest.param("[port.control]", "[port.out]", "not a usable port name (got control", id="port-named-control"),
    pytest.param("model = [", 'model = "passthrough"', "not a TOML file", id="not-toml"),
]


@pytest.mark.parametrize(("wrong", "right", "message"), MISTAKES)
def test_mistake_is_one_line_that_names_it(folder: Path, wrong: str, right: str, message: str) -> None:
    """Each names the file, the key, and what may stand there."""
    assert right in GOOD
    with pytest.raises(InputError) as error:
        load(folder, GOOD.replace(right, wrong, 1))
    assert str(error.value).startswith(str(folder / "thing.toml"))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ('settings = { gap = 0 }', "`settings`: no such setting (got gap, expected gap_timeout_ns"),
        ('symbol_settings = { gap_timeout_ns = 0 }', "`symbol_settings`: no such setting (got gap_timeout_ns, expected enabled"),
        ('counters = { a_frames = "0x200" }', "`counters` must be a table of whole numbers"),
        ('roles = ["awaddr"]', "signal role `awvalid` is missing"),
    ],
)  # fmt: skip
def test_mistake_in_control_is_named(folder: Path, extra: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load(folder, GOOD + f'[control]\nprefix = "s_axil"\naddress_bits = 16\n{extra}\n')
    assert "[control]" in str(error.value)
    assert message in str(error.value)


def test_unknown_name_lists_the_devices_there_are() -> None:
    with pytest.raises(InputError, match=r"no such device \(expected .*axis_register, feed_handler"):
        load_dut("feed_handlr", ROOT)


def test_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the device description"):
        load_dut(tmp_path / "none.toml", ROOT)
