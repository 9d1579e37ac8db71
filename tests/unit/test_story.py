# SPDX-License-Identifier: Apache-2.0
"""What is kept of a run for its report: inputs decoded, golden and got side by side, the rows around the divergence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_device import CLOCK_PS, Shown
from report_folder import evidence, judged, one_share_too_few, played, without_a_record

from tickproof.errors import InputError
from tickproof.story import STORY_FILE, read_story, write_story


def story(folder: Path, tamper: Callable[[Shown], None] | None = None) -> dict[str, Any]:
    """Of the shared scenario."""
    taken = evidence(played(), tamper)
    write_story(folder, taken, judged(taken))
    found = read_story(folder)
    assert found is not None
    return found


def test_inputs_are_decoded_down_to_their_messages(tmp_path: Path) -> None:
    """The second frame on A: sequence 3, an Add Order for 300 AAPL at 150.00, from line 12 of the scenario, sent 1 us after time 0."""
    told = story(tmp_path)
    row = next(row for row in told["inputs"] if (row["port"], row["row"]) == ("feed_a", 1))
    header, message = row["parts"]
    assert row["line"] == 12
    assert row["text"].startswith("3: add_order stock_locate=7 order_reference_number=1")
    assert header[0] == "moldudp64"
    assert ["count", "1"] in header[1]
    assert message[0] == "3 add_order"
    assert ["price", "150.00"] in message[1]
    assert ["stock", "AAPL"] in message[1]
    due_ns, first_ps, last_ps = told["sent"][told["inputs"].index(row)]
    assert due_ns == 1000
    assert first_ps == 157 * CLOCK_PS  # the first clock edge that is not before 1 us
    assert last_ps > first_ps
    assert told["sends"] == len(told["inputs"]) == 11


def test_a_pass_has_every_record_once_and_says_what_caused_it(tmp_path: Path) -> None:
    """Nine records, all the same on both sides; the first BBO is caused by the second frame on A."""
    told = story(tmp_path)
    assert {row["status"] for row in told["outputs"]} == {"same"}
    assert told["divergence"] is None
    bbo = next(row for row in told["outputs"] if row["name"] == "BBO")
    assert bbo["cause"] == ["feed_a", 1]
    assert ["bid_price", "150.00"] in bbo["fields"]
    assert "hex" not in bbo


def test_a_wrong_record_stands_beside_goldens(tmp_path: Path) -> None:
    """Only the field that a test has changed is marked."""
    told = story(tmp_path, one_share_too_few)
    [row] = [row for row in told["outputs"] if row["status"] != "same"]
    assert told["divergence"] == ["events", 3]
    assert (row["index"], row["status"]) == (3, "differs")
    assert [field for field in row["fields"] if field[3]] == [["bid_shares", "7", "6", True]]
    assert set(row["hex"]) == {"golden", "got"}


def test_a_missing_record_shifts_nothing(tmp_path: Path) -> None:
    """The records behind it stand beside the ones that they are."""
    told = story(tmp_path, without_a_record)
    assert [(row["index"], row["status"]) for row in told["outputs"] if row["status"] != "same"] == [(3, "missing")]
    missing = next(row for row in told["outputs"] if row["status"] == "missing")
    assert missing["ps"] is None
    assert "bid=310.00x7" in missing["text"]


def test_counters_are_kept_with_what_golden_allows(tmp_path: Path) -> None:
    """Exact ones as (got, n, n), those of races as a range; zeros are left out."""
    counters = story(tmp_path)["counters"]
    assert counters["gaps"] == [1, 1, 1]
    assert counters["a_delivered"][0] == counters["b_duplicates"][0] == 5
    assert counters["a_delivered"][1:] == [0, 5]
    assert "a_bad_fcs" not in counters


def test_a_damaged_file_is_no_story(tmp_path: Path) -> None:
    """A killed process may have left anything."""
    assert read_story(tmp_path) is None
    (tmp_path / STORY_FILE).write_bytes(b"\x1f\x8b cut off")
    assert read_story(tmp_path) is None


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """A user's mistake, in one line."""
    (tmp_path / "file").write_text("")
    taken = evidence(played())
    with pytest.raises(InputError, match=r"story.json.gz: cannot be written"):
        write_story(tmp_path / "file", taken, judged(taken))
