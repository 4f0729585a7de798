# SPDX-License-Identifier: GPL-2.0
"""What "tcpfin handshakes --json" tells of a recording, for comparison."""
import json
import subprocess


def teardowns(program, recording):
    """The connections that ended, as objects."""
    out = subprocess.run(
        [program, "handshakes", "--json", "-r", recording],
        check=True, capture_output=True, text=True).stdout
    return [obj for obj in map(json.loads, out.splitlines())
            if obj["type"] == "teardown"]


def ends(found):
    """The ends of these that are over."""
    return [end for v in found for end in v["ends"] if end["ended_in"]]


def spans(found, state):
    """How long they were in a state, in seconds, where that is known."""
    all_ms = (end["states_ms"][state] for end in ends(found))
    return sorted(ms / 1000 for ms in all_ms if ms is not None)
