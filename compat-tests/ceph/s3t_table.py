#!/usr/bin/env python3
"""Tabulates runs of run_s3tests.sh per area.

  s3t_table.py OUT [OUT ...]          one table a run; with several, pass counts side by side
  s3t_table.py --diff OUT_A OUT_B     tests passed by one and not by the other
  s3t_table.py --fails OUT            failed tests with their reasons, by area
  s3t_table.py --passed OUT           names of the target tests that passed, to keep as a baseline
  s3t_table.py --gate OUT BASELINE    exit 1 if a test of that list did not pass
"""
import collections
import json
import os
import sys

import s3t_areas as A


def load(out):
    items = {}
    with open(os.path.join(out, "items.jsonl")) as f:
        for l in f:
            d = json.loads(l)
            d["area"], d["core"], d["target"] = A.area(d), A.is_core(d), A.is_target(d)
            # each phase collects all and wants some
            d["wanted"] = d.get("wanted", True) or items.get(d["id"], {}).get("wanted", False)
            items[d["id"]] = d
    res = {}
    with open(os.path.join(out, "results.tsv")) as f:
        for l in f:
            o, t, i, r = (l.rstrip("\n").split("\t", 3) + ["", "", ""])[:4]
            res[i] = (o, float(t or 0), r)
    return items, res


def ok(o):
    return o in ("PASSED", "XPASSED")


def table(out):
    items, res = load(out)
    by = collections.defaultdict(collections.Counter)
    for i, (o, t, r) in res.items():
        d = items.get(i)
        a = d["area"] if d else "?"
        for k in (a, "TOTAL core" if d and d["core"] else "TOTAL other") + (("TOTAL target",) if d and d["target"] else ()):
            by[k][o] += 1
            by[k]["n"] += 1
            by[k]["t"] += t
            if r.startswith("botocore.exceptions.ParamValidationError") or "ParamValidationError" in r or "Unknown parameter in" in r:
                by[k]["boto"] += 1
    cols = ["n", "PASSED", "FAILED", "ERROR", "ERROR_TD", "SKIPPED", "boto"]
    print("%-26s" % os.path.basename(os.path.normpath(out)) + "".join("%9s" % c for c in cols) + "   pass%   cpu-s")
    for k in sorted(by, key=lambda k: (k.startswith("TOTAL"), k.startswith("x:"), k)):
        c = by[k]
        run = c["n"] - c["SKIPPED"]
        print("%-26s" % k + "".join("%9d" % c[x] for x in cols) + "%8.1f%8d" % (100.0 * c["PASSED"] / run if run else 0, c["t"]))


def side(outs):
    runs = [(os.path.basename(os.path.normpath(o)),) + load(o) for o in outs]
    areas = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    for name, items, res in runs:
        for i, d in items.items():
            if i not in res:
                continue
            for k in (d["area"],) + (("TOTAL core",) if d["core"] else ("TOTAL other",)) + (("TOTAL target",) if d["target"] else ()):
                c = areas[k][name]
                c[1] += 1
                c[0] += ok(res[i][0])
    print("%-26s" % "area" + "".join("%18s" % r[0][-17:] for r in runs))
    for k in sorted(areas, key=lambda k: (k.startswith("TOTAL"), k.startswith("x:"), k)):
        print("%-26s" % k + "".join("%18s" % ("%d/%d" % tuple(areas[k][r[0]])) for r in runs))


def diff(a, b):
    (ia, ra), (ib, rb) = load(a), load(b)
    for t, x, y in ((a, ra, rb), (b, rb, ra)):
        print("## passed only in", t)
        for i in sorted(x):
            if ok(x[i][0]) and not ok(y.get(i, ("absent",))[0]):
                o = y.get(i, ("absent", 0, ""))
                print("  %-22s %s   [other: %s %s]" % ((ia.get(i) or ib[i])["area"], i.split("::")[1], o[0], o[2][:140]))


def fails(out):
    items, res = load(out)
    for i in sorted(res, key=lambda i: (items[i]["area"], i)):
        o, t, r = res[i]
        if not ok(o) and o != "SKIPPED":
            print("%-22s %-8s %-60s %s" % (items[i]["area"], o, i.split("::")[1], r[:200]))


def passed(out):
    items, res = load(out)
    return sorted(i.split("::")[1] for i, r in res.items() if ok(r[0]) and items.get(i, {}).get("target"))


def gate(out, path):
    have = {i.split("::")[1] for i, r in load(out)[1].items() if ok(r[0])}
    with open(path) as f:
        lost = [l.strip() for l in f if l.strip() and not l.startswith("#") and l.strip() not in have]
    for n in lost:
        print("LOST", n)
    print("%d of the baseline did not pass" % len(lost))
    return 1 if lost else 0


if __name__ == "__main__":
    a = sys.argv[1:]
    if a and a[0] == "--diff":
        diff(a[1], a[2])
    elif a and a[0] == "--fails":
        fails(a[1])
    elif a and a[0] == "--passed":
        print("\n".join(passed(a[1])))
    elif a and a[0] == "--gate":
        sys.exit(gate(a[1], a[2]))
    elif len(a) > 1:
        side(a)
    elif a:
        table(a[0])
    else:
        sys.exit(__doc__)
