"""The solver: HiGHS on the matrix, tangents where its solution lies outside a spread, until the gap is closed."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple, Protocol

import highspy
import numpy as np

from junheng.advice.plan.matrix import OUTSIDE, Floats, Line, Matrix

ROUNDS = 200
STATUS = highspy.HighsModelStatus
AGAIN = (("presolve", "on"), ("presolve", "off"), ("solver", "ipm"))  # tried in this order where numbers go astray


class Columns(Protocol):
    """What the solver takes: columns with cost, bounds and whether they are whole, and rows."""

    cost: list[float]
    low: list[float]
    high: list[float]
    whole: list[bool]
    lines: list[Line]


class Found(NamedTuple):
    """What the solver says: columns (None where it has none), their cost, what no solution can cost less than.

    `impossible`: it is proven that there is no solution.
    """

    x: Floats | None
    cost: float
    bound: float
    impossible: bool = False


class Solver:
    """One matrix in HiGHS; rows may be added between two runs."""

    def __init__(self, matrix: Columns, *, whole: bool, seconds: float = inf, gap: float = 0.0) -> None:
        """`whole` False: every column may be a fraction."""
        self.matrix = matrix
        self.whole = whole
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("mip_rel_gap", gap)
        self.highs.setOptionValue("random_seed", 1)
        self.highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
        if seconds < inf:
            self.highs.setOptionValue("time_limit", max(seconds, 0.1))
        self.columns = 0
        self.add_columns()
        self.add(matrix.lines)

    def add_columns(self) -> None:
        """Take the columns that the matrix has got since."""
        m, new = self.matrix, range(self.columns, len(self.matrix.cost))
        none = np.array([], dtype=np.int32)
        self.highs.addCols(
            len(new),
            np.array([m.cost[j] for j in new]),
            np.array([m.low[j] for j in new]),
            np.array([m.high[j] for j in new]),
            0,
            np.zeros(len(new), dtype=np.int32),
            none,
            np.array([], dtype=np.float64),
        )
        if self.whole:
            integer = [j for j in new if m.whole[j]]
            kind = np.array([highspy.HighsVarType.kInteger] * len(integer))
            self.highs.changeColsIntegrality(len(integer), np.array(integer, dtype=np.int32), kind)
        self.columns = len(m.cost)

    def add(self, lines: Sequence[Line]) -> None:
        """Add rows."""
        if not lines:
            return
        starts = np.cumsum([0, *(len(line.terms) for line in lines[:-1])]).astype(np.int32)
        index = np.array([j for line in lines for j, _ in line.terms], dtype=np.int32)
        value = np.array([c for line in lines for _, c in line.terms], dtype=np.float64)
        self.highs.addRows(
            len(lines),
            np.array([line.low for line in lines]),
            np.array([line.high for line in lines]),
            len(index),
            starts,
            index,
            value,
        )

    def start(self, x: Floats) -> None:
        """Give a solution to begin from."""
        solution = highspy.HighsSolution()
        solution.col_value = x.tolist()
        self.highs.setSolution(solution)

    def run(self) -> Found:
        """Solve what stands; where the solver loses its way in numbers, once more from the beginning by other means."""
        self.highs.run()
        for option, value in AGAIN:
            if self.highs.getModelStatus() not in (STATUS.kUnknown, STATUS.kSolveError):
                break
            self.highs.clearSolver()
            before = self.highs.getOptionValue(option)[1]
            self.highs.setOptionValue(option, value)
            self.highs.run()
            self.highs.setOptionValue(option, before)
        info = self.highs.getInfo()
        if self.highs.getModelStatus() == STATUS.kInfeasible:
            return Found(None, inf, inf, impossible=True)
        has = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not has and self.highs.getModelStatus() != STATUS.kOptimal:  # optimal but for a last digit is enough
            return Found(None, inf, info.mip_dual_bound if self.whole else -inf)
        bound = info.mip_dual_bound if self.whole else info.objective_function_value
        return Found(np.array(self.highs.getSolution().col_value), info.objective_function_value, bound)


def relax(matrix: Matrix) -> tuple[Found, Solver]:
    """Solve the matrix with every column free to be a fraction, adding tangents until every spread is kept.

    The tangents stay in the matrix. The cost is a bound for every plan.
    """
    solver = Solver(matrix, whole=False)
    found = solver.run()
    for _ in range(ROUNDS):
        if found.x is None or not sharpen(matrix, found.x, solver):
            break
        found = solver.run()
    return found, solver


def sharpen(matrix: Matrix, x: Floats, solver: Solver) -> bool:
    """Add tangents where a solution lies outside a spread; say whether there were any."""
    added = False
    for number in [n for n, excess in enumerate(matrix.excess(x)) if excess > OUTSIDE]:
        if number not in matrix.blocks:
            rows = matrix.open_block(number)
            solver.add_columns()
            solver.add(rows)
            added = True
            continue
        block = matrix.blocks[number]
        lines = block.touching(x)
        matrix.lines += lines
        solver.add(lines)
        added = added or bool(lines)
    for block in matrix.together:
        if block.outside(x):
            lines = block.touching(x)
            matrix.lines += lines
            solver.add(lines)
            added = added or bool(lines)
    return added
