#!/usr/bin/env python3
"""Random ratings: the coefficients, standard errors and intervals that irrCAC and krippendorff give.

usage: coefficients.py TOOL

Needs irrCAC and krippendorff. Prints what differs, then a line of counts; the seed is fixed.
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

METHODS = {"fleiss": "fleiss", "conger": "conger", "brennan_prediger": "bp", "ac2": "gwet", "alpha": "krippendorff"}
WEIGHTS = ["identity", "linear", "quadratic", "ordinal", "radical", "ratio"]
DISTANCES = ["nominal", "ordinal", "interval", "ratio"]


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


def expected(items, coefficient, weights, distance):
    """The value, and the standard error and lower end of the interval where the other program has them."""
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
