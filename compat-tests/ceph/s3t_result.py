#!/usr/bin/env python3
"""Writes what a run of the whole suite came to, and everything that quotes it, so that no two places disagree.

  s3t_result.py write OUT HOME COMMIT   docs/s3-compatibility/result.json and triage.csv from a run in OUT; then quote
  s3t_result.py quote HOME              the README's line and the table of docs/s3-compatibility.md from result.json
  s3t_result.py threshold HOME          exit 1 if result.json is below compat-tests/ceph/threshold.txt

triage.csv has a row for each test of the target set that did not pass. The script adds rows, with the class "open" and
what the test said, and drops those of tests that pass; class, reason and what AWS does are a person's to write:
  open       to be mended        deliberate  Skerry answers otherwise on purpose
  needs      cannot run here     impossible  no server can pass it
"""
import collections
import csv
import json
import os
import re
import sys

FIELDS = ["name", "area", "outcome", "class", "reason", "aws"]
README_LINE = re.compile(r"^Ceph's s3-tests: .*$", re.M)
SCORE = re.compile(r"^\*\*\d+ of \d+ passed[\s\S]*?\n(?=\[skerry-passed)", re.M)
TABLE = re.compile(r"^\| area \| tests \| passed \| failed \|\n(?:\|.*\n)+", re.M)


def paths(home):
    docs = os.path.join(home, "docs")
    return (os.path.join(docs, "s3-compatibility", "result.json"), os.path.join(docs, "s3-compatibility", "triage.csv"),
            os.path.join(home, "README.md"), os.path.join(docs, "s3-compatibility.md"))


def outcome(word):
    return {"PASSED": "passed", "XPASSED": "passed", "SKIPPED": "skipped"}.get(word, "failed")


def of_ceph(names):
    """How many of them Ceph 20.2.4 passes."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ceph-20.2.4-passed.txt")) as f:
        return len(names & set(f.read().split()))


def collect(out, commit):
    import s3t_table
    items, res = s3t_table.load(out)
    names = {item["name"] for item in items.values() if item["target"] and item["wanted"]}
    areas = collections.defaultdict(lambda: collections.Counter(tests=0, passed=0, failed=0, skipped=0))
    missed = []
    for node, item in sorted(items.items()):
        if not item["target"] or not item["wanted"]:
            continue
        word, _, reason = res.get(node, ("ABSENT", 0, "did not run"))
        came = outcome(word)
        areas[item["area"]]["tests"] += 1
        areas[item["area"]][came] += 1
        if came != "passed":
            missed.append({"name": item["name"], "area": item["area"], "outcome": came, "said": reason[:200]})
    total = collections.Counter()
    for counts in areas.values():
        total.update(counts)
    with open(os.path.join(out, "boto.txt")) as f:
        boto = f.read().split()[1]
    return {
        "suite": {"repository": "ceph/s3-tests", "commit": commit, "set": "target", "boto3": boto},
        "tests": total["tests"], "passed": total["passed"], "failed": total["failed"], "skipped": total["skipped"],
        "passed_by_ceph_20_2_4": of_ceph(names),
        "areas": {a: {k: c[k] for k in ("tests", "passed", "failed", "skipped")} for a, c in sorted(areas.items())},
        "not_passed": sorted(({k: m[k] for k in ("name", "area", "outcome")} for m in missed), key=lambda m: m["name"]),
    }, missed


def triage(path, missed):
    known = {}
    if os.path.exists(path):
        with open(path, newline="") as f:
            known = {row["name"]: row for row in csv.DictReader(f)}
    rows = []
    for m in sorted(missed, key=lambda m: (m["area"], m["name"])):
        row = known.get(m["name"], {"class": "needs" if m["outcome"] == "skipped" else "open", "reason": m["said"], "aws": ""})
        rows.append({**row, "name": m["name"], "area": m["area"], "outcome": m["outcome"]})
    with open(path, "w", newline="") as f:
        writer = csv.DictWriter(f, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def replace(path, pattern, text):
    with open(path) as f:
        before = f.read()
    after, found = pattern.subn(lambda _: text, before)
    if found != 1:
        sys.exit("%s: %d places to write to (expected: 1) for %s" % (path, found, pattern.pattern))
    if after != before:
        with open(path, "w") as f:
            f.write(after)


def readme_line(result):
    return ("Ceph's s3-tests: %d of %d passed (%.1f %%), [by area](docs/s3-compatibility.md#score); Ceph 20.2.4 itself"
            " passes %d of them." % (
        result["passed"], result["tests"], 100.0 * result["passed"] / result["tests"], result["passed_by_ceph_20_2_4"]))


def score(result):
    return ("**%d of %d passed, %d failed, %d %s skipped** (s3-tests at %s, boto3 %s,\n"
            "[skerry.yaml](../compat-tests/ceph/skerry.yaml), which takes Ceph's side): what the last whole run came to, as\n"
            "[result.json](s3-compatibility/result.json) has it. [triage.csv](s3-compatibility/triage.csv) has each test that did\n"
            "not pass. The first round had passed 323, the end of phase 1 352.\n") % (
        result["passed"], result["tests"], result["failed"], result["skipped"],
        "was" if result["skipped"] == 1 else "were", result["suite"]["commit"], result["suite"]["boto3"])


def table(result):
    rows = ["| %s | %d | %d | %d |\n" % (area, c["tests"], c["passed"], c["failed"]) for area, c in sorted(result["areas"].items())]
    return "| area | tests | passed | failed |\n|---|---|---|---|\n" + "".join(rows)


def quote(home):
    json_path, _, readme, document = paths(home)
    with open(json_path) as f:
        result = json.load(f)
    replace(readme, README_LINE, readme_line(result))
    replace(document, SCORE, score(result))
    replace(document, TABLE, table(result))


def write(out, home, commit):
    json_path, csv_path, _, _ = paths(home)
    os.makedirs(os.path.dirname(json_path), exist_ok=True)
    result, missed = collect(out, commit)
    with open(json_path, "w") as f:
        json.dump(result, f, indent=2)
        f.write("\n")
    triage(csv_path, missed)
    quote(home)
    print("%(passed)d of %(tests)d passed, %(failed)d failed, %(skipped)d skipped" % result)


def threshold(home):
    with open(os.path.join(home, "compat-tests", "ceph", "threshold.txt")) as f:
        wanted = int(f.read().split()[0])
    if os.path.exists(paths(home)[0]):
        with open(paths(home)[0]) as f:
            passed = json.load(f)["passed"]
    else:
        with open(os.path.join(home, "compat-tests", "ceph", "skerry-passed.txt")) as f:
            passed = len(set(f.read().split()))
        print("no whole run is committed; the baseline stands for it")
    print("%d passed (threshold: %d)" % (passed, wanted))
    return 0 if passed >= wanted else 1


if __name__ == "__main__":
    a = sys.argv[1:]
    if len(a) == 4 and a[0] == "write":
        write(*a[1:])
    elif len(a) == 2 and a[0] == "quote":
        quote(a[1])
    elif len(a) == 2 and a[0] == "threshold":
        sys.exit(threshold(a[1]))
    else:
        sys.exit(__doc__)
