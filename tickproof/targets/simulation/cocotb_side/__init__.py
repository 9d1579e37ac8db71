# SPDX-License-Identifier: Apache-2.0
"""What runs inside a simulator process. This folder, not the package, is on that process's path: its one module is imported alone."""
