#!/usr/bin/env python3
"""Random projects: the statistics by their definitions, in plain Python, and alpha by krippendorff.

usage: projects.py TOOL [HOW_MANY]

People who miss tasks, annotate some twice, skip some or answer half, a ground truth, two models, three controls, tasks in
any order. Prints what differs, then a line of counts; the seed is fixed.
"""
import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
import warnings

import krippendorff
import numpy

CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="one" toName="text"><Choice value="A"/><Choice value="B"/><Choice value="C"/></Choices>
<Choices name="some" toName="text" choice="multiple"><Choice value="x"/><Choice value="y"/><Choice value="z"/></Choices>
<Rating name="stars" toName="text"/></View>"""
CONTROLS = ("one", "some", "stars")


def item(control, value):
    kind = "rating" if control == "stars" else "choices"
    said = value if control == "stars" else sorted(value)
    return {"id": control, "from_name": control, "to_name": "text", "type": kind, "value": {kind: said}}


def draw_values():
    values = {}
    if random.random() < 0.85:
        values["one"] = frozenset(random.choice("ABC"))
    if random.random() < 0.7:
        values["some"] = frozenset(x for x in "xyz" if random.random() < 0.5) or frozenset("x")
    if random.random() < 0.7:
        values["stars"] = random.randint(1, 5)
    return values


def draw_project():
    people, number, tasks = random.randint(1, 6), itertools.count(1), []
    for task in range(1, random.randint(2, 26)):
        said = []
        for person in range(1, people + 1):
            for _ in range(random.choice([0, 1, 1, 1, 2])):
                said.append({"id": next(number), "person": person, "values": draw_values(), "skipped": random.random() < 0.1,
                             "truth": random.random() < 0.08, "time": random.randint(0, 59)})
        models = [{"id": next(number), "version": v, "values": {"one": frozenset(random.choice("ABC"))}}
                  for v in ("m1", "m2") if random.random() < 0.6]
        tasks.append({"id": task, "said": said, "models": models})
    random.shuffle(tasks)
    return tasks


def export_of(tasks):
    return [{"id": t["id"], "data": {"text": "t"},
             "annotations": [{"id": a["id"], "completed_by": {"id": a["person"], "email": f"p{a['person']}@example.com"},
                              "was_cancelled": a["skipped"], "ground_truth": a["truth"], "created_at": "2026-01-01T00:00:00Z",
                              "updated_at": f"2026-01-01T00:00:{a['time']:02d}Z",
                              "result": [item(c, v) for c, v in a["values"].items()]} for a in t["said"]],
             "predictions": [{"id": p["id"], "model_version": p["version"], "created_at": "2026-01-01T00:00:00Z",
                              "result": [item(c, v) for c, v in p["values"].items()]} for p in t["models"]]} for t in tasks]


def cell(a, b):
    """Of two sets of values: the mean over the controls; what both left open is equal."""
    def score(control):
        x, y = a.get(control), b.get(control)
        if x is None or y is None:
            return float(x is y)
        return 1 / (1 + abs(x - y)) if control == "stars" else float(x == y)
    return statistics.fmean(score(c) for c in CONTROLS)


def latest(said):
    return max(said, key=lambda a: (a["time"], a["id"]), default=None)


def mean(values):
    return statistics.fmean(values) if values else None


def deviation(values):
    return statistics.stdev(values) if len(values) > 1 else None


def expect(tasks):
    pairs, scores, people, truths = {}, {}, {}, {}
    for t in tasks:
        kept = [a for a in t["said"] if not a["skipped"]]
        evidence = {p: latest([a for a in kept if a["person"] == p]) for p in sorted({a["person"] for a in kept})}
        truth = latest([a for a in kept if a["truth"]])
        cells = {}
        for p, q in itertools.combinations(evidence, 2):
            cells[p, q] = cell(evidence[p]["values"], evidence[q]["values"])
            pairs.setdefault((p, q), []).append(cells[p, q])
        if cells:
            scores[t["id"]] = mean(list(cells.values()))
        for p in evidence:
            own = [c for pair, c in cells.items() if p in pair]
            if own:
                people.setdefault(p, []).append(mean(own))
            if truth and truth is not evidence[p]:
                truths.setdefault(p, []).append(cell(evidence[p]["values"], truth["values"]))
    return pairs, scores, people, truths


def alpha(tasks, control, level):
    rows = []
    for person in sorted({a["person"] for t in tasks for a in t["said"]}):
        values = []
        for t in tasks:
            a = latest([a for a in t["said"] if a["person"] == person and not a["skipped"]])
            v = a and a["values"].get(control)
            values.append(numpy.nan if v is None else v if level == "ordinal" else "ABC".index(min(v)))
        rows.append(values)
    if len({v for row in rows for v in row if v == v}) < 2:
        return None
    try:
        value = krippendorff.alpha(reliability_data=numpy.array(rows, dtype=float), level_of_measurement=level)
    except ValueError:
        return None
    return None if numpy.isnan(value) else value


def compare(tasks, answer):
    """What differs, as texts."""
    pairs, scores, people, truths = expect(tasks)

    def differs(name, got, want):
        if (got is None) != (want is None) or (got is not None and abs(got - want) > 1e-9):
            yield f"{name}: {got} and not {want}"

    yield from differs("project", answer["total_agreement"], mean(list(scores.values())))
    yield from differs("std", answer["std"], deviation([c for cells in pairs.values() for c in cells]))
    ids = [u["id"] for u in answer["users"]]
    for (i, p), (j, q) in itertools.combinations(enumerate(ids), 2):
        cells = pairs.get((p, q), [])
        yield from differs(f"pair {p}, {q}", answer["IAA"][i][j], mean(cells))
        yield from differs(f"std of pair {p}, {q}", answer["pair_std"][i][j], deviation(cells))
        yield from differs(f"tasks of pair {p}, {q}", answer["common_tasks"][i][j], len(cells))
    for a in answer["annotators"]:
        yield from differs(f"person {a['user_id']}", a["agreement"], mean(people.get(a["user_id"], [])))
        yield from differs(f"truth of {a['user_id']}", a["agreement_with_ground_truth"], mean(truths.get(a["user_id"], [])))
    for t in answer["tasks"]:
        yield from differs(f"task {t['id']}", t["agreement"], scores.get(t["id"]))
    for control, level in (("one", "nominal"), ("stars", "ordinal")):
        got = next(d["reliability"]["value"] for d in answer["dimensions"] if d["name"] == control)
        want = alpha(tasks, control, level)
        if want is not None:
            yield from differs(f"alpha of {control}", got, want)


def main(tool, how_many="200"):
    random.seed(20261129)
    warnings.simplefilter("ignore")
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        config, export = f"{directory}/config.xml", f"{directory}/export.json"
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG)
        for number in range(int(how_many)):
            tasks = draw_project()
            with open(export, "w", encoding="utf-8") as f:
                json.dump(export_of(tasks), f)
            out = subprocess.run([tool, "stats", export, "--label-config", config, "--format", "json", "--draws", "0"],
                                 capture_output=True, text=True, check=True).stdout
            found = list(compare(tasks, json.loads(out)))
            wrong += bool(found)
            for text in found:
                print(f"project {number}: {text}")
    print(f"{how_many} projects, {wrong} differ")


if __name__ == "__main__":
    main(*sys.argv[1:])
