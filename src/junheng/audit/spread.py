"""The rules that compare the schools of one year with each other: identical rows, and amounts far from the others'."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from statistics import fmean, median

from junheng.audit import wording
from junheng.audit.finding import Finding
from junheng.audit.grammar import IdenticalRows, Outlier
from junheng.audit.load import Checks
from junheng.audit.roll import Roll, Rows
from junheng.audit.rules import found_at
from junheng.number import exact, plain, shown

NORMAL_MAD = 1.4826  # 1 ÷ 0.6745: the MAD of a normal distribution, in its standard deviations
NORMAL_MEAN_DISTANCE = 1.2533  # √(π ÷ 2): likewise for the mean distance from the median


def between_schools(roll: Roll, checks: Checks) -> Iterator[Finding]:
    """Yield what stands out when schools are compared with each other."""
    for rule in checks.rules:
        if isinstance(rule, IdenticalRows):
            yield from _identical(roll, rule, checks)
        elif isinstance(rule, Outlier):
            yield from _outliers(roll, rule, checks)


def _identical(roll: Roll, rule: IdenticalRows, checks: Checks) -> Iterator[Finding]:
    """Find sections of different schools of the same stage whose figures are all the same."""
    school_of = {row: number for number, school in enumerate(roll.schools) for row in school.rows}
    names = [name for name in rule.of if name in roll.table.figures]
    table = zip(*(roll.table.column(name) for name in names), strict=True)
    stages = roll.table.text("stage")
    first: dict[object, int] = {}
    for row, figures in enumerate(table):
        rows = (row,)
        if sum(map(bool, figures)) < rule.least or not roll.holds(rows, checks.circumstances[rule.id]):
            continue
        other = first.setdefault((stages[row], figures), row)
        if other == row or school_of[other] == school_of[row]:
            continue
        given = [name for name, figure in zip(names, figures, strict=True) if figure]
        message = wording.IDENTICAL.fill(
            count=len(given),
            school=roll.table.text("name")[other],
            place=roll.origin.address(other),
            fields=wording.joined([roll.fields[name].text for name in given]),
        )
        yield found_at(roll, rule, rows, given, message)


def robust_z(values: Sequence[float]) -> tuple[float, list[float]]:
    """Return the median of values and how far each is from it, in robust standard deviations; 0 where all are alike.

    Where more than half are alike the MAD is 0; the mean distance stands for it then.

    >>> robust_z([1.0, 1.0, 1.0])
    (1.0, [0.0, 0.0, 0.0])
    >>> centre, z = robust_z([1.0, 2.0, 3.0, 4.0, 100.0])
    >>> centre, round(z[4], 2)
    (3.0, 65.43)
    """
    centre = median(values)
    distances = [abs(value - centre) for value in values]
    scale = NORMAL_MAD * median(distances) or NORMAL_MEAN_DISTANCE * fmean(distances)
    return centre, [(value - centre) / scale if scale else 0.0 for value in values]


def _outliers(roll: Roll, rule: Outlier, checks: Checks) -> Iterator[Finding]:
    counties, stages = roll.table.text("county"), roll.table.text("stage")
    looked_at: dict[bool, list[bool]] = {}  # where figures are shared the units are others
    for name in rule.of:
        groups: dict[tuple[str | None, str | None], dict[Rows, float]] = {}
        names = [name, rule.over]
        units, (tops, bottoms) = roll.columns(names)
        shared = roll.shared(names)
        if shared not in looked_at:
            conditions = checks.circumstances[rule.id]
            looked_at[shared] = [roll.divisible(rows) and roll.holds(rows, conditions) for rows in units]
        for rows, top, bottom, applies in zip(units, tops, bottoms, looked_at[shared], strict=True):
            if applies and top and bottom:
                groups.setdefault((counties[rows[0]], stages[rows[0]]), {})[rows] = top / bottom
        for group in groups.values():
            if len(group) >= rule.least:
                yield from _far(roll, rule, names, group)


def _far(roll: Roll, rule: Outlier, names: Sequence[str], group: Mapping[Rows, float]) -> Iterator[Finding]:
    """Yield the schools of a group that are far from its median."""
    centre, distances = robust_z([log(value) for value in group.values()])
    middle = exp(centre)
    for (rows, value), z in zip(group.items(), distances, strict=True):
        times = value / middle
        if abs(z) <= rule.z or max(times, 1 / times) < rule.times:
            continue
        message = wording.OUTLIER.fill(
            of=roll.fields[names[0]].text,
            over=roll.fields[names[1]].text,
            found=plain(roll.figure(rows, names[0]) or 0),
            divisor=plain(roll.figure(rows, names[1]) or 0),
            value=wording.rounded(exact(value)),
            schools=len(group),
            median=wording.rounded(exact(middle)),
            times=wording.rounded(exact(float(f"{times:.3g}"))),
            z=shown(exact(z), 1),
        )
        yield found_at(roll, rule, rows, names, message)
