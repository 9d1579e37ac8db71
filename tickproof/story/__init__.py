# SPDX-License-Identifier: Apache-2.0
"""What happened in one run, decoded and small, for who reads its report: kept in a file of the run's folder when it has been judged."""

from __future__ import annotations

from tickproof.story.files import STORY_FILE, read_story, write_story

__all__ = ["STORY_FILE", "read_story", "write_story"]
