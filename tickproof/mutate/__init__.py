# SPDX-License-Identifier: Apache-2.0
"""Would the scenarios have caught the bug? Seeded faults in RTL, gateway and golden model, and which of them nobody notices.

Nothing is imported here: a process that judges golden mutants has to choose one before it imports the golden model.
"""
