#!/usr/bin/env python3
"""Random ratings: the coefficients, standard errors and intervals that irrCAC, krippendorff and NLTK give.

usage: coefficients.py TOOL

Needs irrCAC, krippendorff and NLTK. Prints what differs, then a line of counts; the seed is fixed.
"""
import json
import random
import subprocess
import sys
import warnings

import krippendorff
import numpy
import pandas
from irrCAC.raw import CAC
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance

METHODS = {"fleiss": "fleiss", "conger": "conger", "brennan_prediger": "bp", "ac2": "gwet", "alpha": "krippendorff"}
WEIGHTS = ["identity", "linear", "quadratic", "ordinal", "radical", "ratio"]
DISTANCES = ["nominal", "ordinal", "interval", "ratio"]
SET_DISTANCES = {"jaccard": jaccard_distance, "masi": masi_distance}


def draw_items():
    """Ratings of which at least two units can be compared, in two categories at least."""
    while True:
        raters, missing = random.randint(2, 6), random.choice([0, 0, 0.2, 0.5])
        values = sorted(random.sample(range(1, 30), random.randint(2, 6)))
        items = [[None if random.random() < missing else random.choice(values) for _ in range(raters)]
                 for _ in range(random.randint(3, 25))]
        items = [row for row in items if any(v is not None for v in row)]
        pairable = [[v for v in row if v is not None] for row in items]
        pairable = [row for row in pairable if len(row) > 1]
        if len(pairable) > 1 and len({v for row in pairable for v in row}) > 1 and \
                all(any(row[g] is not None for row in items) for g in range(raters)):
            return items


def draw_sets():
    """Ratings that are sets of one to three of four choices, in any order; of two raters none is missing."""
    while True:
        raters = random.randint(2, 5)
        missing = 0 if raters == 2 else random.choice([0, 0.2])
        items = [[None if random.random() < missing else random.sample("abcd", random.randint(1, 3)) for _ in range(raters)]
                 for _ in range(random.randint(3, 25))]
        pairable = [row for row in items if sum(v is not None for v in row) > 1]
        if len({frozenset(v) for row in pairable for v in row if v is not None}) > 1:
            return items


def expected_of_sets(items, coefficient, distance):
    task = AnnotationTask([(g, i, frozenset(v)) for i, row in enumerate(items) for g, v in enumerate(row) if v is not None],
                          distance=SET_DISTANCES[distance])
    return (task.alpha() if coefficient == "alpha" else task.weighted_kappa()), None, None


def expected(items, coefficient, weights, distance):
    """The value, and the standard error and lower end of the interval where the other program has them."""
    if weights in SET_DISTANCES or distance in SET_DISTANCES:
        return expected_of_sets(items, coefficient, weights or distance)
    if distance is not None:
        data = numpy.array([[numpy.nan if v is None else v for v in row] for row in items], float).T
        return krippendorff.alpha(reliability_data=data, level_of_measurement=distance), None, None
    estimate = getattr(CAC(pandas.DataFrame(items), weights=weights, digits=12), METHODS[coefficient])()["est"]
    return estimate["coefficient_value"], estimate["se"], estimate["confidence_interval"][0]


def main(tool):
    warnings.simplefilter("ignore")
    random.seed(11)
    questions = []
    for _ in range(100):
        items, weights = draw_items(), random.choice(WEIGHTS)
        questions += [(items, coefficient, weights, None) for coefficient in METHODS]
        questions += [(items, "alpha", None, distance) for distance in DISTANCES]
    for _ in range(100):
        items, name = draw_sets(), random.choice(list(SET_DISTANCES))
        questions += [(items, "alpha", None, name)]
        questions += [(items, "cohen", name, None)] * (len(items[0]) == 2)
    lines = [json.dumps({"items": items, "coefficient": coefficient,
                         **({"weights": weights} if weights else {"distance": distance})})
             for items, coefficient, weights, distance in questions]
    answers = subprocess.run([tool, "coefficient"], input="\n".join(lines), capture_output=True, text=True, check=True)
    differ = 0
    for question, line, answer in zip(questions, lines, answers.stdout.splitlines(), strict=True):
        is_ = json.loads(answer)
        value, se, low = expected(*question)
        if is_.get("value") is None or abs(is_["value"] - value) > 1e-9 or \
                (se is not None and (abs(is_["se"] - se) > 1e-9 or abs(is_["ci"][0] - low) > 1e-8)):
            differ += 1
            print(value, se, low, answer, line)
    print(f"{len(questions)} coefficients, {differ} differ")


if __name__ == "__main__":
    main(*sys.argv[1:])
