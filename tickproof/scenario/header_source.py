# SPDX-License-Identifier: Apache-2.0
"""The text of a header, and where in it a key stands: so that every complaint points at its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tickproof.errors import ScenarioError

__all__ = ["HeaderSource", "toml_error"]


class HeaderSource:
    """The header's text, and where in it a key stands."""

    def __init__(self, path: Path | str, text: str) -> None:
        self.path, self.lines = path, text.splitlines()

    def error(self, section: str, key: str, what: str, *, got: object = None, expected: object = None, hint: str = "") -> ScenarioError:
        number, column = self._find(section, key)
        source = self.lines[number - 1] if self.lines else ""
        where = f"{self.path}:{number}:{column}"
        return ScenarioError(where, what, got=got, expected=expected, hint=hint, source=source, column=column)

    def _find(self, section: str, key: str) -> tuple[int, int]:
        current, section_at = "", (1, 1)
        for number, line in enumerate(self.lines, 1):
            heading = re.match(r"\s*\[([^\]]+)\]", line)
            if heading:
                current = heading[1].replace('"', "").replace(" ", "")
                if current == section or current.startswith(f"{section}.{key}"):
                    section_at = number, line.index("[") + 1
            assignment = re.match(r"\s*([\"\w.-]+)\s*=", line)
            if assignment and current == section and assignment[1].replace('"', "").split(".")[0] == key.split(".", maxsplit=1)[0]:
                return number, assignment.start(1) + 1
        return section_at


def toml_error(path: Path | str, text: str, error: tomllib.TOMLDecodeError) -> ScenarioError:
    """Python's complaint about the TOML as ours."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    lines = text.splitlines() or [""]
    number, column = (int(found[1]), int(found[2])) if found else (len(lines), 1)
    what = re.sub(r" \(at .*\)$", "", str(error))
    return ScenarioError(
        f"{path}:{number}:{column}", f"the header is not TOML: {what}", source=lines[min(number, len(lines)) - 1], column=column
    )
