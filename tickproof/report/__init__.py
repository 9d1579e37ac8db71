# SPDX-License-Identifier: Apache-2.0
"""What a person (or CI) reads: terminal, result.json, junit.xml."""

from __future__ import annotations

from tickproof.report.failure import failure_text
from tickproof.report.files import Writer, default_folder
from tickproof.report.progress import with_progress
from tickproof.report.terminal import make_console, print_report

__all__ = ["Writer", "default_folder", "failure_text", "make_console", "print_report", "with_progress"]
