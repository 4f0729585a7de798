# SPDX-License-Identifier: GPL-2.0
"""Prints results as TAP: a line for each check, and their number at the end."""
import sys

_count = 0
_failed = 0


def check(name, holds, why=""):
    """Print the result of a check: its name, whether it holds, and what was seen."""
    global _count, _failed
    _count += 1
    print(f"{'ok' if holds else 'not ok'} {_count} - {name}", flush=True)
    if not holds:
        _failed += 1
        for line in str(why).splitlines():
            print(f"# {line}", flush=True)
    return holds


def end():
    """Print the plan, and exit with the status."""
    print(f"1..{_count}")
    sys.exit(1 if _failed or not _count else 0)
