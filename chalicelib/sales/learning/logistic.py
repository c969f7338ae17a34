"""Logistic regression on reasons that are there or not, its weights pulled to those that the rules say. Pure."""

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from math import log
from typing import Final, NamedTuple

from chalicelib.sales.scoring.learned import probability

PULL: Final = 20.0
"""How strongly a weight is held where the rules have it."""

ROUNDS, ENOUGH, SHORTEST = 50, 1e-10, 1e-6

Seen = Mapping[frozenset[str], tuple[int, int]]
"""By which reasons somebody had: how many, and how many of them were won."""


class Model(NamedTuple):
    """What reasons weigh, and what everybody begins with."""

    intercept: float
    weights: dict[str, float]

    def chance(self, reasons: Collection[str]) -> float:
        """How likely somebody with these reasons is to be won."""
        return probability(self.intercept, self.weights, reasons)


def fitted(seen: Seen, rules: Mapping[str, float], free: Sequence[str] | None = None) -> Model:
    """The weights under which what was seen is likeliest, by Newton's method. `free` may move, by default all; others stay as rules say.

    It always ends: what is maximised is concave, and a step that overshoots is halved until it does not.
    """
    names = [*(rules if free is None else free)]
    model = Model(0.0, dict(rules))
    for _ in range(ROUNDS):
        step = _solved(*_slopes(seen, model, rules, names))
        moved = _moved(seen, model, rules, dict(zip(names, step[1:], strict=True)), step[0])
        if moved is None:
            break
        model = moved
    return model


def _moved(seen: Seen, model: Model, rules: Mapping[str, float], steps: Mapping[str, float], step: float) -> Model | None:
    """A step further up, or None at the top."""
    stands, part = _height(seen, model, rules), 1.0
    while part > SHORTEST and max(abs(step), *map(abs, steps.values()), 0.0) * part > ENOUGH:
        weights = {**model.weights, **{name: model.weights[name] + by * part for name, by in steps.items()}}
        moved = Model(model.intercept + step * part, weights)
        if _height(seen, moved, rules) > stands:
            return moved
        part /= 2
    return None


def _height(seen: Seen, model: Model, rules: Mapping[str, float]) -> float:
    """The likelihood's logarithm, less what the pull takes."""
    chances = ((model.chance(reasons), count, won) for reasons, (count, won) in seen.items())
    likely = sum(won * log(chance) + (count - won) * log(1 - chance) for chance, count, won in chances)
    return likely - PULL / 2 * sum((weight - rules[name]) ** 2 for name, weight in model.weights.items())


def _slopes(seen: Seen, model: Model, rules: Mapping[str, float], names: Sequence[str]) -> tuple[list[list[float]], list[float]]:
    """How fast the likelihood's slope changes by each pair of weights, and the slope; the intercept comes first."""
    size, places = len(names) + 1, {name: place for place, name in enumerate(names, 1)}
    bends = [[PULL if row == column and row else 0.0 for column in range(size)] for row in range(size)]
    slope = [0.0, *(PULL * (rules[name] - model.weights[name]) for name in names)]
    bends[0][0] = 1e-9
    for reasons, (count, won) in seen.items():
        chance = model.chance(reasons)
        at = [0, *(places[name] for name in reasons if name in places)]
        for place in at:
            slope[place] += won - count * chance
        for row, column in product(at, at):
            bends[row][column] += count * chance * (1 - chance)
    return bends, slope


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system whose matrix is positive definite: elimination needs no exchange of rows."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        for below in range(pivot + 1, size):
            factor = rows[below][pivot] / rows[pivot][pivot]
            if factor:
                rows[below] = [mine - factor * its for mine, its in zip(rows[below], rows[pivot], strict=True)]
    found = [0.0] * size
    for place in reversed(range(size)):
        known = sum(rows[place][column] * found[column] for column in range(place + 1, size))
        found[place] = (rows[place][size] - known) / rows[place][place]
    return found
