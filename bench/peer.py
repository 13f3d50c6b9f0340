#!/usr/bin/env python3
"""What people use today, on the same export: plain Python loops over regions as in the vendor's
label-studio-evalme, shapely for polygons, textdistance for texts.
usage: peer.py boxes|polygons|texts EXPORT.json    Prints the sum of all scores, for comparison.
Needs (PyPI): shapely, textdistance."""
import json
import sys


def box_iou(a, b):
    ax, ay, aw, ah = a["x"], a["y"], a["width"], a["height"]
    bx, by, bw, bh = b["x"], b["y"], b["width"], b["height"]
    w = min(ax + aw, bx + bw) - max(ax, bx)
    h = min(ay + ah, by + bh) - max(ay, by)
    if w <= 0 or h <= 0:
        return 0.0
    inter = w * h
    return inter / (aw * ah + bw * bh - inter)


def polygon_iou(a, b):
    from shapely.geometry import Polygon

    p, q = Polygon(a["points"]), Polygon(b["points"])
    if not p.is_valid:
        p = p.buffer(0)
    if not q.is_valid:
        q = q.buffer(0)
    inter = p.intersection(q).area
    union = p.area + q.area - inter
    return inter / union if union else 0.0


def best(items, others, iou, key):
    values = []
    for a in items:
        found = [iou(a["value"], b["value"]) for b in others if a["value"][key] == b["value"][key]]
        values.append(max(found) if found else 0.0)
    return values


def regions(iou, key):
    def score(a, b):
        values = best(a, b, iou, key) + best(b, a, iou, key)
        return sum(values) / len(values) if values else 1.0

    return score


def texts(a, b):
    import textdistance

    return textdistance.Levenshtein(external=False).normalized_similarity(a[0]["value"]["text"][0], b[0]["value"]["text"][0])


KINDS = {"boxes": regions(box_iou, "rectanglelabels"), "polygons": regions(polygon_iou, "polygonlabels"), "texts": texts}


def main():
    score = KINDS[sys.argv[1]]
    total = 0.0
    with open(sys.argv[2], encoding="utf-8") as f:
        for task in json.load(f):
            results = [a["result"] for a in task["annotations"]]
            for i in range(len(results)):
                for j in range(i + 1, len(results)):
                    total += score(results[i], results[j])
    print(f"{total:.9f}")


if __name__ == "__main__":
    main()
