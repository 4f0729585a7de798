#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""packets.py PROGRAM FOLDER: does tshark read the segments of the verdicts?"""
import os
import subprocess
import sys

from tap import check, end
from truth import teardowns

FIELDS = [
    "frame.time_epoch", "frame.interface_name", "frame.comment", "ip.version",
    "ip.src", "ip.dst", "ipv6.version", "ipv6.src", "ipv6.dst", "tcp.srcport",
    "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags", "tcp.len",
    "ip.checksum.status", "tcp.checksum.status", "_ws.malformed",
    "tcp.analysis.flags",
]
FIN = 0x01
ACK = 0x10
GOOD = "1"


def read_packets(path):
    """The packets as tshark reads them, with checked checksums."""
    args = ["tshark", "-n", "-r", path, "-o", "ip.check_checksum:TRUE",
            "-o", "tcp.check_checksum:TRUE", "-T", "fields",
            "-E", "separator=/t", "-E", "occurrence=f"]
    for field in FIELDS:
        args += ["-e", field]
    out = subprocess.run(args, check=True, capture_output=True, text=True)
    return [dict(zip(FIELDS, line.split("\t")))
            for line in out.stdout.splitlines()]


def nanoseconds(text):
    seconds, fraction = text.split(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0"))


def key_of(packet):
    """The identity of a segment: addresses, ports, numbers, and whether it is a FIN."""
    flags = int(packet["tcp.flags"], 16)
    return (packet["ip.src"] or packet["ipv6.src"], packet["tcp.srcport"],
            packet["ip.dst"] or packet["ipv6.dst"], packet["tcp.dstport"],
            int(packet["tcp.seq_raw"]),
            int(packet["tcp.ack_raw"]) if flags & ACK else None,
            bool(flags & FIN))


def addresses(v, wave):
    """Source and destination of a wave, as text."""
    first = v["ends"][0]
    near = (first["laddr"], str(first["lport"]))
    far = (first["raddr"], str(first["rport"]))
    return near + far if wave["from"] == "local" else far + near


def time_of(v, number):
    """The time of a segment in nanoseconds, or None."""
    wave = v["waves"][number]
    if number % 2 == 0 and wave["sent_ns"] is not None:
        return wave["sent_ns"]
    if wave["received_ns"] is not None:
        return wave["received_ns"]
    return v["waves"][number - 1]["received_ns"] if number % 2 else None


def expected(found):
    """{key: time} of the segments that the export must have."""
    wanted = {}
    for v in found:
        for number, wave in enumerate(v["waves"]):
            fin = wave["segment"] == "FIN"
            time = time_of(v, number)
            if (not wave["seen"] or wave["seq"] is None or time is None or
                    wave["from"] is None or
                    (number == 1 and v["merged"]) or
                    (not fin and wave["ack"] is None)):
                continue
            wanted[addresses(v, wave) + (wave["seq"], wave["ack"], fin)] = time
    return wanted


def main():
    program, folder = sys.argv[1:]
    path = os.path.join(folder, "packets.pcapng")
    packets = read_packets(path)
    wanted = expected(teardowns(program, os.path.join(folder, "recording")))
    got = {key_of(p): nanoseconds(p["frame.time_epoch"]) for p in packets}
    check("tshark sees packets", packets)
    check("segments equal those of the verdicts",
          got.keys() == wanted.keys(),
          f"missing {wanted.keys() - got.keys()}\nextra {got.keys() - wanted.keys()}")
    offsets = {got[k] - wanted[k] for k in got.keys() & wanted.keys()}
    check("times are exact to the nanosecond",
          len(offsets) == 1, f"differences {sorted(offsets)[:5]}")
    check("times rise", all(a <= b for a, b in zip(
        [nanoseconds(p["frame.time_epoch"]) for p in packets],
        [nanoseconds(p["frame.time_epoch"]) for p in packets][1:])))
    check("there is IPv4 and IPv6", any(p["ip.src"] for p in packets) and
          any(p["ipv6.src"] for p in packets))
    check("IP checksums are right", all(
        p["ip.checksum.status"] == GOOD for p in packets if p["ip.src"]))
    check("TCP checksums are right", all(
        p["tcp.checksum.status"] == GOOD for p in packets),
        [p["tcp.checksum.status"] for p in packets])
    check("nothing is malformed or suspicious", not any(
        p["_ws.malformed"] or p["tcp.analysis.flags"] for p in packets))
    check("no packet has data", all(p["tcp.len"] == "0" for p in packets))
    check("each packet is marked", all(
        p["frame.comment"].startswith("Synthesised by tcpfin, not captured")
        for p in packets))
    info = subprocess.run(["capinfos", path], check=True, capture_output=True,
                          text=True).stdout
    check("the file is marked", "Synthesised by tcpfin, not captured" in info,
          info)
    end()


main()
