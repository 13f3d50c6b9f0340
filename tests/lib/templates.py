#!/usr/bin/env python3
"""Go through all configurations that ship with Label Studio: every dimension is a number, and none is idle.

usage: templates.py TOOL WHEEL

TOOL is the command-line tool, WHEEL a wheel of label-studio, which has its templates and examples.
Needs the official SDK and PyYAML. For each template two people get results that the SDK generates, and results as the
editor writes them, which the SDK does not know in all: regions with what is said of them, buckets, dynamic choices.
Equal results have to give 1 in every dimension; different ones a number, which is less than 1 for some of them; nothing
may be warned of; and a control has a dimension if it has items. Prints what is not so, then a line of counts.
"""
import copy
import json
import logging
import pathlib
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile

import yaml
from label_studio_sdk.label_interface import LabelInterface

TEMPLATES = "label_studio/annotation_templates"
EXAMPLES = "label_studio/core/examples"

DIFFERENT = 8  # pairs of different results for each dimension

# Controls that make no items, with the reason: they are no dimension.
NO_DIMENSION = {
    ("videos/video-object-tracking", "videoLabels"): "its labels lie in the regions of VideoRectangle",
}

# Tags of which the SDK's samples are nothing that the editor could write, with the reason. The editor's own are tested.
UNREAL = {
    "BrushLabels": "four random bytes are no run-length encoded mask",
}


class Writer:
    """Results as the editor writes them, for one person."""

    def __init__(self, root, rng):
        self.rng = rng
        self.number = 0
        self.objects = {e.get("name"): e for e in root.iter() if e.get("name") and (e.get("value") or e.get("valueList"))}
        # What has no toName belongs to the only object.
        self.controls = [(e, (e.get("toName") or next(iter(self.objects))).split(",")[0]) for e in root.iter() if self.is_control(e)]

    def is_control(self, e):
        if e.tag in ("Chat", "Filter"):
            return e.tag == "Chat"
        return bool(e.get("name")) and (e.get("toName") is not None or e.tag in ("Rating", "Choices", "TextArea"))

    def labels(self, e):
        named = [x.get("alias") or x.get("value") for x in e.iter() if x.tag in ("Label", "Choice") and (x.get("alias") or x.get("value"))]
        return named or ["first", "second", "third"]

    def label(self, e):
        return [self.rng.choice(self.labels(e))]

    def some(self, e):
        labels = self.labels(e)
        return sorted(self.rng.sample(labels, self.rng.randint(1, len(labels))))

    def new_id(self):
        self.number += 1
        return f"region{self.number}"

    def words(self):
        return " ".join(self.rng.choice("the quick brown fox jumps over a lazy dog".split()) for _ in range(5))

    def box(self):
        x, y = self.rng.randint(0, 40), self.rng.randint(0, 40)
        return {"x": x, "y": y, "width": 30, "height": 30, "rotation": 0}

    def span(self):
        start = self.rng.randint(0, 40)
        return start, start + self.rng.randint(5, 30)

    def mask(self):
        """A mask of 2 x 2 pixels, each RGBA, all literals: the stream of Label Studio's brush."""
        alphas = [self.rng.choice((0, 255)) for _ in range(3)] + [255]
        values = [v for alpha in alphas for v in (0, 0, 0, alpha)]
        bits = f"{len(values):032b}" + f"{7:05b}" + "".join(f"{w:04b}" for w in (3, 7, 11, 15))
        bits += "0" + "01" + f"{len(values) - 1:08b}" + "".join(f"{v:08b}" for v in values)
        bits += "0" * (-len(bits) % 8)
        return [int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)]

    def geometry(self, e, target):
        """The value of a region of the control, without its labels; None where it draws none."""
        rng, kind = self.rng, e.tag.removesuffix("Labels")
        start, end = self.span()
        if e.tag == "Labels":
            return self.labelled(e, target)
        shapes = {
            "Rectangle": self.box,
            "Ocr": lambda: {**self.box(), "ocrtext": self.words(), "pageIndex": 0},
            "Ellipse": lambda: {"x": 50, "y": 50, "radiusX": rng.randint(5, 20), "radiusY": 20, "rotation": 0},
            "Polygon": lambda: {"points": [[rng.randint(0, 20), 0], [80, rng.randint(0, 20)], [40, 60]], "closed": True},
            "KeyPoint": lambda: {"x": rng.randint(0, 99), "y": rng.randint(0, 99), "width": 1},
            "Brush": lambda: {"format": "rle", "rle": self.mask()},
            "TimeSeries": lambda: {"start": start, "end": end, "instant": False},
            "Timeline": lambda: {"ranges": [{"start": start + 1, "end": end}]},
            "HyperText": lambda: {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": start, "endOffset": end,
                                  "globalOffsets": {"start": start, "end": end}, "text": "some"},
            "Paragraph": lambda: {"start": "0", "end": "0", "startOffset": start, "endOffset": end, "text": "some"},
            "VideoRectangle": lambda: {"framesCount": 9, "duration": 0.36, "labels": self.label(self.beside(target)),
                                       "sequence": [{"frame": rng.randint(1, 5), "enabled": True, "time": 0.04, **self.box()}]},
        }
        return shapes[kind]() if kind in shapes else None

    def beside(self, target):
        return next(e for e, t in self.controls if e.tag == "Labels" and t == target)

    def labelled(self, e, target):
        start, end = self.span()
        tag = self.objects[target].tag
        if tag == "Audio":
            return {"start": start / 4, "end": end / 4, "channel": 0}
        if tag == "Text":
            return {"start": start, "end": end, "text": "some"}
        return None  # over images and videos another control draws

    def plain(self, e):
        """The value of a control that draws nothing."""
        rng = self.rng
        buckets = [x.get("name") for x in e.iter("Bucket")] or [e.get("name")]
        values = {
            "Choices": lambda: {"choices": self.some(e) if e.get("choice") == "multiple" else self.label(e)},
            "Taxonomy": lambda: {"taxonomy": [[rng.choice([x.get("value") for x in e.findall("Choice")])]]},
            "TextArea": lambda: {"text": [self.words()]},
            "Rating": lambda: {"rating": rng.randint(1, 5)},
            "Pairwise": lambda: {"selected": rng.choice(("left", "right"))},
            "Ranker": lambda: {"ranker": {bucket: rng.sample(["a", "b", "c", "d"], 4) for bucket in buckets}},
        }
        return values[e.tag]()

    def item(self, e, target, region, value, kind=None):
        return {"id": region, "from_name": e.get("name"), "to_name": target, "type": kind or e.tag.lower(), "value": value, "origin": "manual"}

    def regions(self, e, target):
        """The items of what one control draws: two regions, with those of a Labels control beside it."""
        for _ in range(2):
            value = self.geometry(e, target)
            if value is None:
                return
            region = self.new_id()
            if e.tag.endswith("Labels"):
                yield self.item(e, target, region, {**value, e.tag.lower(): self.label(e)})
                continue
            yield self.item(e, target, region, value)
            if self.objects[target].tag == "Image":
                yield self.item(self.beside(target), target, region, {**value, "labels": self.label(self.beside(target))})

    def messages(self, e):
        for role in ("user", "assistant"):
            message = {"role": role, "content": self.words(), "createdAt": self.rng.randint(1, 10**12)}
            yield self.item(e, e.get("name"), self.new_id(), {"chatmessage": message}, "chatmessage")

    def of_regions(self, e, target, items):
        """What is said of each region on the object: its id and its geometry again."""
        seen = set()
        for other in items:
            if other["to_name"] == target and other["id"] not in seen:
                seen.add(other["id"])
                about = {k: v for k, v in other["value"].items() if k not in ("labels", other["type"])}
                yield self.item(e, target, other["id"], {**about, **self.plain(e)})

    def result(self):
        items = []
        for e, target in self.controls:
            items += self.messages(e) if e.tag == "Chat" else self.regions(e, target)
        drawn = list(items)
        for e, target in self.controls:
            if e.get("perRegion") == "true":
                items += self.of_regions(e, target, drawn)
            elif e.tag in ("Choices", "Taxonomy", "TextArea", "Rating", "Pairwise", "Ranker"):
                items.append(self.item(e, target, self.new_id(), self.plain(e)))
        return items


def by_editor(root, seed):
    return Writer(root, random.Random(seed)).result()


def by_sdk(interface, seed):
    """What the SDK generates, without what nobody could have written."""
    random.seed(seed)
    result = interface._generate_sample_regions()
    items = [json.loads(json.dumps(region._dict())) for region in result]
    return [item for item in items if interface.get_control(item["from_name"]).tag not in UNREAL]


def annotation(number, who, result):
    return {"id": number, "completed_by": who, "result": result}


def write_tasks(path, results):
    """A task of two equal results for each, then one of each and the next."""
    tasks = []
    for a, b in [(r, copy.deepcopy(r)) for r in results] + list(zip(results, results[1:])):
        n = len(tasks) + 1
        tasks.append({"id": n, "data": {}, "annotations": [annotation(2 * n, 1, a), annotation(2 * n + 1, 2, b)]})
    path.write_text(json.dumps(tasks), encoding="utf-8")


def scores(tool, config, *options):
    """The score of each task, and an empty text; or None and what was said instead."""
    export = config.with_suffix(".json")
    run = subprocess.run([tool, "compute", str(export), "--label-config", str(config), "--format", "json", *options],
                         capture_output=True, text=True, timeout=60)
    if run.returncode != 0 or run.stderr:
        return None, (run.stderr.strip() or f"status {run.returncode}").splitlines()[0]
    return [json.loads(line)["matrix"][0][1] for line in run.stdout.splitlines()], ""


def conditional(root):
    """Names of the controls that are shown on a condition: where it holds for neither, there is no score."""
    shown = [e for e in root.iter() if e.get("visibleWhen") or e.get("whenTagName") or e.get("whenLabelValue")]
    return {e.get("name") for outer in shown for e in outer.iter()}


def problem_of(values, n, may_hide):
    """What is wrong with the scores of n pairs of equal results and some of different ones; None if nothing is."""
    equal, different = values[:n], values[n:]
    if may_hide:
        equal, different = [[v for v in part if v is not None] for part in (equal, different)]
    if not equal or any(v != 1 for v in equal):
        return f"equal results: {equal}"
    if not different or any(v is None or not 0 <= v <= 1 for v in different):
        return f"different results: {different}"
    if all(v == 1 for v in different):
        return "different results are all 1: it says nothing"
    return None


class Count:
    def __init__(self):
        self.templates = self.problems = 0
        self.dimensions = {}

    def problem(self, *where):
        self.problems += 1
        print(": ".join(where))


def mean(values):
    values = [v for v in values if v is not None]
    return sum(values) / len(values) if values else None


def is_mean(value, values):
    expected = mean(values)
    return value == expected or None not in (value, expected) and abs(value - expected) < 1e-9


def check(count, tool, template, root, config, source, results):
    """The controls that have items. They are the dimensions, but for those of NO_DIMENSION."""
    write_tasks(config.with_suffix(".json"), results)
    written = dict.fromkeys(item["from_name"] for result in results for item in result)
    hidden = conditional(root)
    found = []
    for control in written:
        values, problem = scores(tool, config, "--dimension", control)
        if (template, control) in NO_DIMENSION:
            if values is not None:
                count.problem(template, source, control, "is a dimension")
            continue
        count.dimensions[template, control] = True
        if values is not None:
            found.append(values)
            problem = problem_of(values, len(results), control in hidden)
        if problem:
            count.problem(template, source, control, problem)
    # A dimension without items would be 1 for everybody.
    values, problem = scores(tool, config)
    if found and source == "editor" and not all(is_mean(v, column) for v, column in zip(values or [None], zip(*found))):
        count.problem(template, source, problem or "the dimensions are not those that have items")
    return set(written)


def check_template(count, tool, template, text, directory):
    interface = LabelInterface(text)
    root = ElementTree.fromstring(text)
    config = directory / "config.xml"
    config.write_text(text, encoding="utf-8")
    count.templates += 1
    written = check(count, tool, template, root, config, "editor", [by_editor(root, seed) for seed in range(DIFFERENT)])
    check(count, tool, template, root, config, "SDK", [by_sdk(interface, seed) for seed in range(DIFFERENT)])
    for control in interface.controls:
        if control.name not in written and (template, control.name) not in NO_DIMENSION:
            count.problem(template, control.name, "has no items")


def templates(wheel):
    """Names and configurations: the templates that a project starts from, and the examples of the editor."""
    with zipfile.ZipFile(wheel) as archive:
        for path in sorted(map(pathlib.PurePosixPath, archive.namelist())):
            if path.is_relative_to(TEMPLATES) and path.name == "config.yml":
                yield path.parent.relative_to(TEMPLATES).as_posix(), yaml.safe_load(archive.read(str(path)))["config"]
            elif path.is_relative_to(EXAMPLES) and path.name == "config.xml":
                yield path.parent.relative_to(EXAMPLES).as_posix(), archive.read(str(path)).decode()


def main():
    tool, wheel = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    count = Count()
    with tempfile.TemporaryDirectory() as directory:
        for template, text in templates(wheel):
            check_template(count, tool, template, text, pathlib.Path(directory))
    exceptions = len(NO_DIMENSION) + len(UNREAL)
    print(f"{count.templates} configurations, {len(count.dimensions)} dimensions, {exceptions} exceptions, {count.problems} problems")
    return 1 if count.problems or not count.templates else 0


if __name__ == "__main__":
    sys.exit(main())
