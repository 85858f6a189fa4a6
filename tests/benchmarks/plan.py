"""How near the least cost plans come, and how soon: against another solver on small counties, by their bound on large ones.

python -m tests.benchmarks.plan             # all
python -m tests.benchmarks.plan small 10    # the first ten small counties
python -m tests.benchmarks.plan 100 3       # three of 100 schools
"""

import sys
from statistics import median
from time import monotonic

from junheng.advice.plan.least import Least, Status, least
from junheng.engine.county import judge_counties
from tests.other_solver import least_by_scip
from tests.random_counties import after, judged, programme, table_of

SMALL = 50  # counties of 10 to 25 schools
GAP = 1e-4
LARGE = {100: 30.0, 200: 120.0}  # schools, and seconds allowed
LARGE_GAP = 0.005
SEEDS = 10


def solved(schools: int, seed: int, gap: float, seconds: float) -> tuple[Least, float, bool]:
    """Return the plan of a made-up county, the seconds it took, and whether the engine passes it."""
    table = table_of(schools, seed)
    made = programme(table)
    begun = monotonic()
    found = least(made, gap=gap, seconds=seconds, now=monotonic)
    took = monotonic() - begun
    if found.amounts is None:
        return found, took, False
    (county,) = judge_counties(judged(after(table, made, found.amounts)), "county")
    return found, took, county.passed is True


def small(count: int) -> bool:
    """Compare small counties with SCIP; say whether the intervals of cost and bound of both meet everywhere."""
    print(f"{count} counties of 10 to 25 schools, gap {GAP:.2%}, against SCIP")
    good, times = True, []
    for seed in range(count):
        schools = 10 + seed * 15 // max(count - 1, 1)
        made = programme(table_of(schools, seed))
        found, took, passes = solved(schools, seed, GAP, 60.0)
        begun = monotonic()
        cost, bound = least_by_scip(made, gap=GAP)
        other = monotonic() - begun
        rounding = sum(float(v.price) / 100 for v in made.variables if not v.whole)
        same = (
            found.status is Status.OPTIMAL
            and found.bound <= cost * (1 + 1e-6)
            and bound <= float(found.cost) * (1 + 1e-6)
            and float(found.cost) - rounding <= cost / (1 - GAP) ** 2
        )
        good &= same and passes
        times.append(took)
        if not (same and passes):
            print(
                f"  seed {seed}: {found.status} cost {found.cost} bound {found.bound}; SCIP {cost} {bound}, {other:.1f} s"
            )
    print(f"  seconds: median {median(times):.2f}, most {max(times):.2f}; all agree and pass the engine: {good}")
    return good


def large(schools: int, count: int) -> bool:
    """Solve large counties; say whether the median gap is within what is asked for, and every plan passes."""
    seconds = LARGE[schools]
    results = [solved(schools, seed, LARGE_GAP, seconds) for seed in range(count)]
    gaps = [1.0 if found.gap is None else found.gap for found, _, _ in results]
    times = [took for _, took, _ in results]
    passes = all(passed for _, _, passed in results)
    print(f"{count} counties of {schools} schools, gap {LARGE_GAP:.1%} in {seconds:.0f} s")
    print(f"  seconds: median {median(times):.1f}, most {max(times):.1f}")
    print(f"  gap: median {median(gaps):.3%}, most {max(gaps):.3%}; all pass the engine: {passes}", flush=True)
    return passes and median(gaps) <= LARGE_GAP


def main(words: list[str]) -> int:
    """Run what is asked for, or everything."""
    which, count = (words[0] if words else None), (int(words[1]) if len(words) > 1 else None)
    good = small(count or SMALL) if which in (None, "small") else True
    for schools in LARGE:
        if which in (None, str(schools)):
            good &= large(schools, count or SEEDS)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
