#!/usr/bin/env python3
"""How many points of the checkerboard the rule that made it can tell: checkerboard_optimum.py [SIDE] [DRAWS]

Labels belong to the clean points of a grid; after noise of deviation 0.01 the rule errs near borders.
"""
import random
import statistics
import sys

side, draws = (int(word) for word in (sys.argv[1:] + ["316", "10"][len(sys.argv) - 1:]))
stream = random.Random(1)


def cell(x, y):
    return (round(3 * x) + round(3 * y)) % 2


def share_recognized():
    recognized = 0
    for row in range(side * side):
        x, y = row % side / (side - 1), row // side / (side - 1)
        recognized += cell(x, y) == cell(x + stream.gauss(0, 0.01), y + stream.gauss(0, 0.01))
    return 100 * recognized / side**2


shares = [share_recognized() for _ in range(draws)]
print(f"{statistics.mean(shares):.2f} ± {statistics.stdev(shares):.2f} over {draws} draws of {side**2} points")
