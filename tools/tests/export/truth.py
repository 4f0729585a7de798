# SPDX-License-Identifier: GPL-2.0
"""Reads "tcpfin handshakes --json" of a recording, to compare exports with."""
import json
import subprocess


def teardowns(program, recording):
    """The verdicts, as objects."""
    out = subprocess.run(
        [program, "handshakes", "--json", "-r", recording],
        check=True, capture_output=True, text=True).stdout
    return [obj for obj in map(json.loads, out.splitlines())
            if obj["type"] == "teardown"]


def ends(found):
    """The ends of the verdicts that have ended."""
    return [end for v in found for end in v["ends"] if end["ended_in"]]


def spans(found, state):
    """The known durations of a state, in seconds, sorted."""
    all_ms = (end["states_ms"][state] for end in ends(found))
    return sorted(ms / 1000 for ms in all_ms if ms is not None)
