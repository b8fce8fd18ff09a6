# SPDX-License-Identifier: Apache-2.0
"""What the suites of tests/run.py are made of."""
