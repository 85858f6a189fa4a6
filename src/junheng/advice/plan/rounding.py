"""From the solver's floats to amounts that hold exactly: rounded, then mended where a line or a spread is missed."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, inf

from junheng.advice.plan.programme import (
    Amounts,
    Doing,
    Node,
    Programme,
    Reach,
    Row,
    SchoolNeed,
    Spread,
    allowed,
    met,
    school_holds,
)
from junheng.engine.variation import spread as deviation

STEP = Fraction(1, 100)  # what ㎡ and 元 are rounded up to
SHRINKINGS = 12  # halvings of the share that is kept
PASSES = 400  # steps to mend one spread


class Rounded:
    """Amounts on their way to hold: exact throughout."""

    def __init__(self, programme: Programme, floats: list[float]) -> None:
        """Round every amount up to its step, whole things to the nearest."""
        self.programme = programme
        self.amounts = [self._round(j, value) for j, value in enumerate(floats)]
        self.spreads_of: dict[int, list[int]] = {}
        for number, spread in enumerate(programme.spreads):
            for j in {j for value in spread.values for j, _ in value.terms}:
                self.spreads_of.setdefault(j, []).append(number)
        self.composites_of: dict[int, list[int]] = {}
        for number, composite in enumerate(programme.composites):
            for j in {j for spread in composite.spreads for value in spread.values for j, _ in value.terms}:
                self.composites_of.setdefault(j, []).append(number)
        self.rows_of: dict[int, list[int]] = {}
        for number, row in enumerate(programme.rows):
            for j, _ in row.terms:
                self.rows_of.setdefault(j, []).append(number)
        self.needs_of: dict[int, list[SchoolNeed]] = {}
        for need in programme.needs:
            for j in {j for reach in reaches(need) for j, _ in reach.numerator.terms}:
                self.needs_of.setdefault(j, []).append(need)

    def _step(self, j: int) -> Fraction:
        return Fraction(1) if self.programme.variables[j].whole else STEP

    def _round(self, j: int, value: float) -> Fraction:
        step = self._step(j)
        count = round(value) if self.programme.variables[j].whole else ceil(value / float(step) - 0.01)
        amount = max(count, 0) * step
        most = self.programme.variables[j].most
        return amount if most is None or amount <= most else floor(most / step) * step

    def _more(self, j: int, amount: Fraction) -> bool:
        """Add to one variable, rounded up to its step; say whether that much is allowed."""
        step = self._step(j)
        now = self.amounts[j] + ceil(amount / step) * step
        if not allowed(self.programme.variables[j], now):
            return False
        before = list(self.amounts)
        self.amounts[j] = now
        if all(self._keep(self.programme.rows[r]) for r in self.rows_of.get(j, [])):
            return True
        self.amounts = before
        return False

    def _keep(self, row: Row) -> bool:
        """Let the whole follow where a part outgrows it; say whether the line is kept."""
        if row.holds(self.amounts):
            return True
        if row.low is None:
            return False
        lacking = row.low - sum((self.amounts[j] * c for j, c in row.terms), Fraction(0))
        variables = self.programme.variables
        follow = next((j for j, c in row.terms if c > 0 and variables[j].doing is not Doing.TAKE), None)
        if follow is None or variables[follow].doing in (Doing.GIVE, Doing.TAKE):
            return False
        return self._more(follow, lacking) and row.holds(self.amounts)

    def settle_rows(self) -> bool:
        """Make transfers balance again after rounding, and let wholes follow; say whether every line is kept."""
        variables = self.programme.variables
        for row in self.programme.rows:
            moved = [j for j, _ in row.terms if variables[j].doing in (Doing.GIVE, Doing.TAKE)]
            if len(moved) < len(row.terms) or row.low != row.high:
                continue
            takes = [j for j, c in row.terms if c > 0]
            gives = [j for j, c in row.terms if c < 0]
            of = {variables[j].section: j for j in gives}
            for j in takes:  # who comes and goes at once stays
                give = of.get(variables[j].section)
                both = Fraction(0) if give is None else min(self.amounts[j], self.amounts[give])
                self.amounts[j] -= both
                if give is not None:
                    self.amounts[give] -= both
            over = sum((self.amounts[j] for j in takes), Fraction(0)) - sum(
                (self.amounts[j] for j in gives), Fraction(0)
            )
            for j in takes if over > 0 else gives:
                less = min(abs(over), self.amounts[j])
                self.amounts[j] -= less
                over -= less if over > 0 else -less
        return all(self._keep(row) for row in self.programme.rows)

    def mend_needs(self) -> bool:
        """Lift what misses the line that it is meant to keep; say whether every section keeps its rule."""
        for need in self.programme.needs:
            if school_holds(need, self.amounts):
                continue
            for reach in reaches(need):
                if reach.floor is not None and not self._lift(reach, reach.floor):
                    return False
            open_ = sorted(
                (self._price_of(reach, reach.bar), n, reach)
                for n, reach in enumerate(reaches(need))
                if not met(reach, self.amounts)
            )
            for _, _, reach in open_:
                if school_holds(need, self.amounts):
                    break
                self._lift(reach, reach.bar)
            if not school_holds(need, self.amounts):
                return False
        return True

    def _price_of(self, reach: Reach, line: Fraction) -> float:
        lacking = line - reach.numerator.at(self.amounts)
        prices = [float(self.programme.variables[j].price * lacking / c) for j, c in reach.numerator.terms if c > 0]
        return min(prices, default=inf)

    def _lift(self, reach: Reach, line: Fraction) -> bool:
        """Bring a figure up to a line, by the cheapest of what adds to it."""
        variables = self.programme.variables
        ways = sorted((variables[j].price / c, j, c) for j, c in reach.numerator.terms if c > 0)
        for _, j, c in ways:
            lacking = line - reach.numerator.at(self.amounts)
            if lacking <= 0:
                return True
            most = variables[j].most
            self._more(j, lacking / c if most is None else min(lacking / c, most - self.amounts[j]))
        return reach.numerator.at(self.amounts) >= line

    def mend_spreads(self) -> bool:
        """Add where it lowers a coefficient most for its price until every one is within; say whether that succeeds."""
        for spread in self.programme.spreads:
            for _ in range(PASSES):
                if spread.holds(self.amounts):
                    break
                if not self._narrow(spread):
                    return False
        return all(spread.holds(self.amounts) for spread in self.programme.spreads)

    def _narrow(self, spread: Spread) -> bool:
        """Take one step toward the limit."""
        slopes = list(self._slopes(spread))
        _, mean, sd = _state(spread, self.amounts)
        excess = sd - float(spread.limit.amount) * mean
        for _, j, slope in sorted(slopes):
            step = self._step(j)
            wanted = Fraction(max(excess, 0.0) / slope).limit_denominator(10**6) if slope else Fraction(0)
            if self._more(j, max(step, min(wanted, self._half_way(spread, j)))):
                return True
        return False

    def _slopes(self, spread: Spread) -> Iterator[tuple[float, int, float]]:
        """Yield price for each unit of narrowing, the variable, and how much one unit of it narrows, where it does."""
        values, mean, sd = _state(spread, self.amounts)
        weights = [float(w) for w in spread.weights]
        total = sum(weights)
        limit = float(spread.limit.amount)
        slope: dict[int, float] = {}
        for w, v, value in zip(weights, values, spread.values, strict=True):
            pull = w / total * ((v - mean) / sd - limit) if sd else 0.0
            for j, c in value.terms:
                slope[j] = slope.get(j, 0.0) - pull * float(c)
        for j, s in slope.items():
            if s > 0:
                yield float(self.programme.variables[j].price) / s, j, s

    def _half_way(self, spread: Spread, j: int) -> Fraction:
        """Return what brings the section half-way to the mean: further the slope would be another."""
        total = sum(spread.weights)
        values = [value.at(self.amounts) for value in spread.values]
        mean = sum((w * v for w, v in zip(spread.weights, values, strict=True)), Fraction(0)) / total
        rest = [
            (mean - v) / c / 2
            for v, value in zip(values, spread.values, strict=True)
            for k, c in value.terms
            if k == j and c > 0
        ]
        return max([*rest, self._step(j)])

    def thin(self) -> None:
        """Take away whole units that are not needed, the dearest first."""
        variables = self.programme.variables
        order = sorted(
            (j for j, a in enumerate(self.amounts) if a and variables[j].whole), key=lambda j: -variables[j].price
        )
        for j in order:
            while self.amounts[j] > 0 and self._spare(j):
                pass

    def shrink(self) -> None:
        """Take away in equal shares what may be a fraction, as long as everything holds: of each composite by itself."""
        variables = self.programme.variables
        for composite in self.programme.composites:
            counted = {j for spread in composite.spreads for value in spread.values for j, _ in value.terms}
            members = [j for j in counted if self.amounts[j] and not variables[j].whole]
            full = {j: self.amounts[j] for j in members}
            low, high = Fraction(0), Fraction(1)  # the share that is kept: the higher one holds
            for _ in range(SHRINKINGS):
                share = (low + high) / 2
                self._keep_share(full, share)
                low, high = (low, share) if self.programme.holds(self.amounts) else (share, high)
            self._keep_share(full, high)

    def _keep_share(self, full: dict[int, Fraction], share: Fraction) -> None:
        for j, amount in full.items():
            self.amounts[j] = min(amount, ceil(amount * share / STEP) * STEP)

    def _spare(self, j: int) -> bool:
        self.amounts[j] -= 1
        if (
            all(self.programme.rows[r].holds(self.amounts) for r in self.rows_of.get(j, []))
            and all(school_holds(need, self.amounts) for need in self.needs_of.get(j, []))
            and all(self.programme.spreads[s].holds(self.amounts) for s in self.spreads_of.get(j, []))
            and all(self.programme.composites[c].holds(self.amounts) for c in self.composites_of.get(j, []))
        ):
            return True
        self.amounts[j] += 1
        return False


def reaches(need: SchoolNeed) -> list[Reach]:
    """Return every indicator of a rule that can be planned, those within groups included."""
    found: list[Reach] = []

    def walk(node: Node) -> None:
        if isinstance(node, Reach):
            found.append(node)
        elif not isinstance(node, bool):
            for part in node.of:
                walk(part)

    for node in need.of:
        walk(node)
    return found


def _state(spread: Spread, amounts: Amounts) -> tuple[list[float], float, float]:
    """Return the values of a spread, their mean and their standard deviation, in floats."""
    values = [float(value.at(amounts)) for value in spread.values]
    mean, sd, _ = deviation(values, list(map(float, spread.weights))) or (0.0, 0.0, None)
    return values, mean, sd


def held(programme: Programme, floats: list[float]) -> list[Fraction] | None:
    """Return amounts near the solver's that hold exactly; None where rounding cannot be mended."""
    rounded = Rounded(programme, floats)
    if not (rounded.settle_rows() and rounded.mend_needs() and rounded.mend_spreads()):
        return None
    rounded.thin()
    return rounded.amounts if programme.holds(rounded.amounts) else None


def near_amounts(programme: Programme, floats: list[float]) -> Amounts | None:
    """Return the solver's amounts rounded, where they hold so; nothing is added for a spread or a composite."""
    rounded = Rounded(programme, floats)
    if not (rounded.settle_rows() and rounded.mend_needs()):
        return None
    return rounded.amounts if programme.holds(rounded.amounts) else None


def polished(programme: Programme, amounts: Amounts) -> Amounts:
    """Return amounts that hold without what a composite does not need of them."""
    rounded = Rounded(programme, [0.0] * len(amounts))
    rounded.amounts = list(amounts)
    rounded.thin()
    rounded.shrink()
    rounded.thin()
    return rounded.amounts
