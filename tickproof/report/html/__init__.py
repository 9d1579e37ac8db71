# SPDX-License-Identifier: Apache-2.0
"""`report.html`: one run as one file that needs no network, made of nothing but the folder that the run has left (docs/report.md)."""

from __future__ import annotations

from tickproof.report.html.page import REPORT_FILE, write_report

__all__ = ["REPORT_FILE", "write_report"]
