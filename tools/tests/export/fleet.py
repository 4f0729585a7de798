#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""fleet.py PROGRAM BIN RULES FOLDER...: one Prometheus over many machines.

BIN has prometheus, promtool and prometheus-node-exporter, RULES the rules and the
dashboard that tcpfin ships, and each FOLDER the files that one machine wrote. All
programs listen on the loopback address, and end when this script does.
"""
import contextlib
import glob
import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from tap import check, end
from truth import ends, spans, teardowns

PATIENCE = 90
HISTOGRAMS = {
    "tcpfin_time_wait_duration_seconds": "TIME_WAIT",
    "tcpfin_half_close_duration_seconds": "FIN_WAIT2",
    "tcpfin_close_wait_duration_seconds": "CLOSE_WAIT",
}
QUANTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def running(args, log):
    """Run a program during the block, and end it afterwards."""
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(args, stdout=out, stderr=out,
                                   stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Prometheus:
    """A running Prometheus, by its HTTP API."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/api/v1/"

    def get(self, path, **params):
        url = self.url + path + "?" + urllib.parse.urlencode(params)
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def vector(self, expr):
        """[(labels, value)] of an expression."""
        answer = self.get("query", query=expr)
        return [(s["metric"], float(s["value"][1]))
                for s in answer["data"]["result"]]

    def value(self, expr):
        """The value of an expression, None unless there is exactly one."""
        found = self.vector(expr)
        return found[0][1] if len(found) == 1 else None

    def wait(self, expr, want):
        """Wait until an expression has this value; False after PATIENCE seconds."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError, KeyError):
                if self.value(expr) == want:
                    return True
            time.sleep(0.5)
        return False


def samples(path):
    """{series: value} of a file."""
    found = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            if not line.startswith("#"):
                series, value = line.rsplit(" ", 1)
                found[series] = float(value)
    return found


def check_file(bin_dir, folder, name):
    """Check one machine's file with promtool, and that counters rise."""
    path = os.path.join(folder, "tcpfin.prom")
    with open(path, "rb") as file:
        lint = subprocess.run([bin_dir + "/promtool", "check", "metrics"],
                              stdin=file, capture_output=True, text=True)
    check(f"{name}: promtool finds nothing in it",
          lint.returncode == 0 and not lint.stdout + lint.stderr,
          lint.stdout + lint.stderr)
    early = samples(os.path.join(folder, "early"))
    late = samples(path)
    counter = re.compile(r"_(total|bucket|count|sum)\b")
    fell = [s for s in early if counter.search(s) and
            late.get(s, -1) < early[s]]
    grew = [s for s in early if counter.search(s) and
            late.get(s, -1) > early[s]]
    check(f"{name}: counters never fall", grew and not fell, fell)


def put_file(folder, which, target):
    """Replace a file by renaming, as "export" does."""
    shutil.copyfile(os.path.join(folder, which), target + ".new")
    os.rename(target + ".new", target)


def write_config(path, rules, targets):
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [os.path.join(rules, "tcpfin.rules.yml")],
        "scrape_configs": [{"job_name": "node", "static_configs": [
            {"targets": [f"127.0.0.1:{port}" for port in targets]}]}],
    }
    # JSON is YAML.
    with open(path, "w", encoding="ascii") as file:
        json.dump(config, file)


def bucket_of(bounds, value):
    """(lower, upper) bound of the bucket of a value."""
    lower = 0.0
    for upper in bounds:
        if value <= upper:
            return lower, upper
        lower = upper
    return lower, math.inf


def check_quantiles(prometheus, metric, true):
    """Quantiles over all machines must be in the buckets of the true quantiles."""
    bounds = sorted(float(labels["le"]) for labels, _ in prometheus.vector(
        f"sum by (le) ({metric}_bucket)") if labels["le"] != "+Inf")
    wrong = []
    for q in QUANTILES:
        value = prometheus.value(
            f"histogram_quantile({q}, sum by (le) ({metric}_bucket))")
        want = true[max(0, math.ceil(q * len(true)) - 1)]
        lower, upper = bucket_of(bounds, want)
        # Interpolation begins at the bucket's lower bound.
        if value is None or not lower <= value <= upper:
            wrong.append(f"p{q}: {value}, not from {lower} to {upper}: {want}")
    check(f"{metric}: quantiles over all machines are true", not wrong,
          "\n".join(wrong))


def check_truth(prometheus, found):
    """Compare Prometheus's numbers over all machines with the recordings."""
    for metric, state in HISTOGRAMS.items():
        true = spans(found, state)
        count = prometheus.value(f"sum({metric}_count)")
        check(f"{metric}: all {len(true)} are there",
              count == len(true) and true, count)
        total = prometheus.value(f"sum({metric}_sum)")
        # Verdicts have durations in whole microseconds.
        check(f"{metric}: the sum is true",
              total is not None and abs(total - sum(true)) <
              1e-6 * len(true) + 1e-6, f"{total}, not {sum(true)}")
        check_quantiles(prometheus, metric, true)
    want = {}
    for e in ends(found):
        key = (e["how"] or "unknown", e["closer"] or "unknown")
        want[key] = want.get(key, 0) + 1
    got = {(labels["outcome"], labels["closer"]): value
           for labels, value in prometheus.vector(
               "sum by (outcome, closer) (tcpfin_ends_total) > 0")}
    check("ends by outcome and closer are true", got == want,
          f"{got}\n{want}")


def check_rules(bin_dir, prometheus, rules):
    """Check the alerts with promtool and in Prometheus."""
    for args in (["check", "rules", "tcpfin.rules.yml"],
                 ["test", "rules", "tcpfin.rules.test.yml"]):
        run = subprocess.run([bin_dir + "/promtool"] + args, cwd=rules,
                             capture_output=True, text=True)
        check("promtool " + " ".join(args), run.returncode == 0,
              run.stdout + run.stderr)
    groups = prometheus.get("rules")["data"]["groups"]
    ill = [r["name"] for g in groups for r in g["rules"]
           if r["health"] not in ("ok", "unknown")]
    check("Prometheus runs all rules", groups and not ill, ill)
    with open(os.path.join(rules, "tcpfin.rules.test.yml"),
              encoding="ascii") as file:
        tested = set(re.findall(r"alertname: (\w+)", file.read()))
    alerts = {r["name"] for g in groups for r in g["rules"]
              if r["type"] == "alerting"}
    check("each alert has a test", alerts == tested, alerts ^ tested)


def queries(rules):
    """The dashboard's queries, with values for its variables."""
    with open(os.path.join(rules, "tcpfin-dashboard.json"),
              encoding="ascii") as file:
        dashboard = json.load(file)
    exprs = [t["expr"] for p in dashboard["panels"] for t in p["targets"]]
    return [e.replace("$__rate_interval", "1m").replace("$instance", ".*")
            for e in exprs]


def check_names(prometheus, rules):
    """Queries of dashboard and rules must have answers."""
    names = set(prometheus.get("label/__name__/values")["data"])
    exprs = queries(rules)
    check("the dashboard has queries", len(exprs) > 10)
    bad = [e for e in exprs
           if prometheus.get("query", query=e)["status"] != "success"]
    check("Prometheus accepts each query", not bad, bad)
    empty = [e for e in exprs if not prometheus.vector(e)]
    check("each query has an answer", not empty, empty)
    with open(os.path.join(rules, "tcpfin.rules.yml"),
              encoding="ascii") as file:
        text = file.read()
    used = set(re.findall(r"(?<![\w:])tcpfin_[a-z0-9_]+(?=[({\[ ])",
                          " ".join(exprs) + text))
    check("each used metric exists", used and used <= names,
          used - names)


def main():
    program, bin_dir, rules, *folders = sys.argv[1:]
    found = []
    for i, folder in enumerate(folders):
        check_file(bin_dir, folder, f"machine {i + 1}")
        found += teardowns(program, os.path.join(folder, "recording"))
    with tempfile.TemporaryDirectory() as tmp, contextlib.ExitStack() as stack:
        ports = [free_port() for _ in folders]
        files = []
        for port, folder in zip(ports, folders):
            place = os.path.join(tmp, str(port))
            os.mkdir(place)
            files.append(os.path.join(place, "tcpfin.prom"))
            put_file(folder, "early", files[-1])
            stack.enter_context(running(
                [bin_dir + "/prometheus-node-exporter",
                 "--collector.disable-defaults", "--collector.textfile",
                 "--collector.textfile.directory=" + place,
                 f"--web.listen-address=127.0.0.1:{port}"],
                os.path.join(tmp, f"{port}.log")))
        own = free_port()
        write_config(os.path.join(tmp, "prometheus.yml"), rules, ports)
        stack.enter_context(running(
            [bin_dir + "/prometheus",
             "--config.file=" + os.path.join(tmp, "prometheus.yml"),
             "--storage.tsdb.path=" + os.path.join(tmp, "data"),
             f"--web.listen-address=127.0.0.1:{own}"],
            os.path.join(tmp, "prometheus.log")))
        prometheus = Prometheus(own)
        check("all machines are scraped",
              prometheus.wait("count(tcpfin_info)", len(folders)))
        for folder, file in zip(folders, files):
            put_file(folder, "tcpfin.prom", file)
        last = sum(samples(os.path.join(f, "tcpfin.prom"))
                   ["tcpfin_events_total"] for f in folders)
        if not check("the last files of all machines are scraped",
                     prometheus.wait("sum(tcpfin_events_total)", last)):
            for log in glob.glob(tmp + "/*.log"):
                with open(log, encoding="utf-8") as file:
                    print("# " + file.read()[-2000:].replace("\n", "\n# "))
        check("node_exporter takes the files without an error",
              prometheus.value("sum(node_textfile_scrape_error)") == 0)
        check("no counter fell from one scrape to the next",
              prometheus.value("max(resets(tcpfin_events_total[5m]))") == 0)
        check_truth(prometheus, found)
        check_names(prometheus, rules)
        check_rules(bin_dir, prometheus, rules)
    end()


main()
