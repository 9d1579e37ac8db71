# SPDX-License-Identifier: Apache-2.0
"""The order path: docs/contract.md 6 and 7.

Read it beside the contract: framing.py, links.py (6.1), session.py (6.2), ouch.py (6.3), gate.py, case.py, checks.py, market.py,
memory.py (7), reports.py, exposure.py (7.1), kills.py, commands.py (7.2), path.py (6: one input after another),
records.py, predict.py, and inputs.py, feed_part.py, replay.py (8).
"""
