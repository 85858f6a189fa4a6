"""The counties of a province in order: those that pass, then by distance; what is undecided or not judged stands apart."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from junheng import kinds
from junheng.problems import Place
from junheng.province.model import Aside, CountyResult, Judged, NotJudged, Province, Said, Terms, said


def ranked(judged: Iterable[Judged], terms: Terms) -> Province:
    """Return the province of what was judged; the order in which results came does not matter.

    A county that stands in several places, each of them perhaps a part of it, is not judged: neither is one beside a
    file that cannot be read and is called by its name. One that has only tables of other years is named.
    """
    every = sorted(judged, key=lambda one: one.files)
    results = [county for one in every for county in one.counties]
    failed = [one for found in every for one in found.not_judged]
    twice = _several(results, failed)
    problems = list(chain.from_iterable(one.problems for one in every))
    counts: Counter[str] = Counter()
    for one in every:
        counts.update(one.counts)
    further = [
        said(kinds.COUNTY_TWICE.at(Place(files[0]), county=name, files=", ".join(files)))
        for name, files in twice.items()
    ]
    sole = [county for county in results if county.name not in twice]
    apart = [one for one in failed if one.name not in twice]
    apart += [NotJudged(name, files, "twice") for name, files in twice.items()]
    aside = list(chain.from_iterable(one.aside for one in every))
    late = _late(aside, {county.name for county in sole} | {one.name for one in apart})
    apart += late
    further += [
        said(kinds.COUNTY_NOT_OF_YEAR.at(Place(one.files[0]), county=one.name, year=terms.year)) for one in late
    ]
    counts.update(one.code for one in further)
    decided = [county for county in sole if county.passed is not None]
    return Province(
        terms,
        tuple(sorted(decided, key=_order)),
        tuple(sorted((county for county in sole if county.passed is None), key=_order)),
        tuple(sorted(apart)),
        tuple(aside),
        _errors_first([*further, *problems]),
        dict(counts),
    )


def _order(county: CountyResult) -> tuple[object, ...]:
    """Return what counties are ordered by: passing, distance, how much fails, name."""
    fails = sum(passed is False for passed in county.parts.values())
    return (
        county.passed is not True,
        county.distance,
        fails,
        county.schools.unmet,
        county.coefficients.unmet,
        county.name,
        county.files,
    )


def _several(results: list[CountyResult], failed: list[NotJudged]) -> dict[str, tuple[str, ...]]:
    """Return the counties that may stand in parts, each with all files that may hold one.

    These are counties that were judged more than once, and those whose name a file that was not judged begins with.
    """
    places: dict[str, list[tuple[str, ...]]] = {}
    for county in results:
        places.setdefault(county.name, []).append(county.files)
    by_first: dict[str, list[NotJudged]] = {}
    for one in failed:
        by_first.setdefault(one.name[:1], []).append(one)
    for name, found in places.items():
        found += [one.files for one in by_first.get(name[:1], ()) if one.name.startswith(name)]
    return {name: tuple(dict.fromkeys(chain.from_iterable(found))) for name, found in places.items() if len(found) > 1}


def _late(aside: list[Aside], known: set[str]) -> list[NotJudged]:
    """Return the counties that only tables of other years name."""
    files: dict[str, tuple[str, ...]] = {}
    for one in aside:
        for county in one.counties:
            if one.reason == "other_year" and county not in known:
                files[county] = tuple(dict.fromkeys((*files.get(county, ()), *one.files)))
    return [NotJudged(name, found, "other_year") for name, found in files.items()]


def _errors_first(problems: list[Said]) -> tuple[Said, ...]:
    order = ["error", "warning", "note"]
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: order.index(one.severity)))


def ranks(province: Province) -> list[int]:
    """Return the rank of every ranked county: one more than the counties before it; those alike share theirs.

    All counties that pass stand first, together; the others by their distance.
    """
    found: list[int] = []
    for at, county in enumerate(province.ranked):
        before = province.ranked[at - 1] if at else None
        alike = before is not None and (before.passed, before.distance) == (county.passed, county.distance)
        found.append(found[-1] if alike else at + 1)
    return found
