"""Problems of very many rows: the first of each kind are listed, the others only counted."""

from collections import Counter
from collections.abc import Iterable
from typing import Self

from junheng import kinds
from junheng.problems import Place, Problem

MOST_LISTED = 10_000  # of one kind; a county has some hundred schools, a province some ten thousand


class Listed(list[Problem]):
    """A list that keeps the first ten thousand problems of each kind, and counts those that come after them.

    What is in it when it is made is kept as it is.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__(problems)
        self.listed = Counter(problem.kind.code for problem in self)
        self.unlisted: Counter[str] = Counter()

    def append(self, problem: Problem) -> None:
        """Add a problem, or count it."""
        code = problem.kind.code
        if self.listed[code] < MOST_LISTED:
            self.listed[code] += 1
            super().append(problem)
        else:
            self.unlisted[code] += 1

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems one by one."""
        for problem in problems:
            self.append(problem)

    def __iadd__(self, problems: Iterable[Problem]) -> Self:  # type: ignore[override,misc]
        self.extend(problems)
        return self

    def all_said(self) -> list[Problem]:
        """Return the problems, with how many of each kind are not listed."""
        last = {problem.kind.code: problem.place for problem in self}
        return [
            *self,
            *(
                kinds.NOT_LISTED.at(
                    Place(last[code].file, last[code].sheet), kind=code, count=count, listed=MOST_LISTED
                )
                for code, count in self.unlisted.items()
                if count
            ),
        ]
