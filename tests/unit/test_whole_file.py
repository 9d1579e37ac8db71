# SPDX-License-Identifier: Apache-2.0
"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.whole_file import new_file, write_whole


def test_a_file_is_replaced_and_its_folder_is_made(tmp_path: Path) -> None:
    """Nothing else is left there."""
    path = tmp_path / "new" / "a.txt"
    for text in ("one", "two"):
        write_whole(path, text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_whatever_ends_the_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """Also Ctrl-C."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        _write_half(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_cannot_be_written_is_a_users_mistake(tmp_path: Path) -> None:
    """A file where a folder should be; a folder where the file should be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "a.txt", tmp_path / "folder"):
        with pytest.raises(InputError, match="cannot be written"):
            write_whole(path, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def _write_half(path: Path) -> None:
    with new_file(path) as fresh:
        fresh.write_text("half of the ne")
        raise KeyboardInterrupt
