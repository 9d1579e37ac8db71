# SPDX-License-Identifier: Apache-2.0
"""For all tests: generated examples have no time limit of their own, because a busy machine is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("tickproof", deadline=None)
settings.load_profile("tickproof")
