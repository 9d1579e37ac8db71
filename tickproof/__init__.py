# SPDX-License-Identifier: Apache-2.0
"""tickproof: one scenario, every path, one golden model."""

__version__ = "0.1.0"
