#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""trace.py PROGRAM FOLDER: is the trace valid, and does it equal the verdicts?"""
import json
import os
import sys

import jsonschema

from tap import check, end
from truth import ends, teardowns


def slices_nest(events):
    """Does each slice of a track end before the next begins?"""
    tracks = {}
    for e in events:
        if e["ph"] == "X":
            tracks.setdefault((e["pid"], e["tid"]), []).append(
                (round(e["ts"] * 1000), round(e["dur"] * 1000)))
    for track in tracks.values():
        track.sort()
        for (ts, dur), (after, _) in zip(track, track[1:]):
            if ts + dur > after:
                return False
    return bool(tracks)


def slices_of(events):
    """(state, microseconds) of each slice."""
    return sorted((e["name"], int(e["dur"])) for e in events if e["ph"] == "X")


def states_of(found):
    """(state, microseconds) of each state in the verdicts."""
    return sorted((state, round(ms * 1000))
                  for e in ends(found)
                  for state, ms in e["states_ms"].items() if ms is not None)


def main():
    program, folder = sys.argv[1:]
    with open(os.path.join(folder, "trace.json"), encoding="ascii") as file:
        trace = json.load(file)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "trace.schema.json"), encoding="ascii") as file:
        schema = json.load(file)
    try:
        jsonschema.validate(trace, schema)
        check("the trace is valid", True)
    except jsonschema.ValidationError as error:
        check("the trace is valid", False, error)
    events = trace["traceEvents"]
    found = teardowns(program, os.path.join(folder, "recording"))
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    used = {(e["pid"], e["tid"]) for e in events
            if e["ph"] != "M" and e["pid"]}
    check("each track has a name", used and used <= named, used - named)
    check("each end is a track", len(named) == len(ends(found)),
          f"{len(named)} tracks, {len(ends(found))} ends")
    check("slices of a track do not overlap", slices_nest(events))
    check("slices equal the states of the verdicts",
          slices_of(events) == states_of(found),
          f"{slices_of(events)}\n{states_of(found)}")
    pairs = {}
    for e in events:
        if e["ph"] in "sf":
            pairs.setdefault(e["id"], []).append(e["ph"])
    check("each arrow has two ends", pairs and
          all(p == ["s", "f"] for p in pairs.values()), pairs)
    end()


main()
