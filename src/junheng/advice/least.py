"""The least way for one school: which needs stay below their bars, so that what is added weighs least. Exact."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

from junheng.advice.lacks import Place
from junheng.engine.model import Grade


class Need(NamedTuple):
    """What one indicator of one section takes at its place: `bar` to reach its bar, `left` where it stays below it.

    `left` is None where it cannot stay below.
    """

    place: Place
    bar: Fraction
    left: Fraction | None


Way = tuple[Grade, tuple[Need, ...], int]
"""One way for one section: the grade that it reaches, its needs, and how many of them may stay below their bars."""


class Least(NamedTuple):
    """The way taken by each section, and the needs of each, by number, that stay below their bars."""

    ways: tuple[Way, ...]
    left: tuple[frozenset[int], ...]
    weight: Fraction


def weigh(
    needs: Sequence[Sequence[Need]], left: Sequence[frozenset[int]], weights: Mapping[Place, Fraction]
) -> Fraction:
    """Return what the needs of several sections weigh together: at each place the most that any asks for there."""
    most: dict[Place, Fraction] = {}
    for own, staying in zip(needs, left, strict=True):
        for at, need in enumerate(own):
            amount = (need.left or Fraction(0)) if at in staying else need.bar
            most[need.place] = max(most.get(need.place, Fraction(0)), amount)
    return sum((weights[place] * amount for place, amount in most.items()), Fraction(0))


def least(ways: Sequence[Sequence[Way]], weights: Mapping[Place, Fraction]) -> Least:
    """Return the least way for the sections of one school, over all ways of each.

    Of ways that weigh the same the one that leaves fewer below their bars, then the first in the order of indicators.
    """
    found = (one for combination in product(*ways) for one in _candidates(combination, weights))
    return min(found, key=lambda one: (one.weight, sum(map(len, one.left))))


def _candidates(combination: tuple[Way, ...], weights: Mapping[Place, Fraction]) -> Iterator[Least]:
    """Yield for one combination of ways the best of every choice among the needs that share their place with others.

    What does not share its place is independent of the rest: of it stays below what saves most.
    """
    needs = [own for _, own, _ in combination]
    alike = Counter(need.place for own in needs for need in own)
    choices = []
    for own, (_, _, most) in zip(needs, combination, strict=True):
        joint = [at for at, need in enumerate(own) if alike[need.place] > 1 and need.left is not None]
        alone = sorted(
            (at for at, need in enumerate(own) if alike[need.place] == 1 and _saving(need, weights) > 0),
            key=lambda at, own=own: _saving(own[at], weights),  # type: ignore[misc]
            reverse=True,
        )
        choices.append([frozenset([*some, *alone[: most - len(some)]]) for some in _subsets(joint, most)])
    for left in product(*choices):
        yield Least(combination, left, weigh(needs, left, weights))


def _saving(need: Need, weights: Mapping[Place, Fraction]) -> Fraction:
    return Fraction(0) if need.left is None else weights[need.place] * (need.bar - need.left)


def _subsets(numbers: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """Yield every choice of at most so many, the empty one first.

    >>> list(_subsets([1, 2, 3], 2))
    [(), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3)]
    """
    for count in range(min(most, len(numbers)) + 1):
        yield from combinations(numbers, count)
