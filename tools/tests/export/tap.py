# SPDX-License-Identifier: GPL-2.0
"""Tells results as TAP: one line a check, and the number of them at the end."""
import sys

_count = 0
_failed = 0


def check(name, holds, why=""):
    """One check: what is true, whether it is, and what was seen instead."""
    global _count, _failed
    _count += 1
    print(f"{'ok' if holds else 'not ok'} {_count} - {name}", flush=True)
    if not holds:
        _failed += 1
        for line in str(why).splitlines():
            print(f"# {line}", flush=True)
    return holds


def end():
    """The plan, and the exit status."""
    print(f"1..{_count}")
    sys.exit(1 if _failed or not _count else 0)
