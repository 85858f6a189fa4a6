"""What changed between two recorded runs of a county, and why: the data, the standard, or a setting."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from junheng.documents.difference.recorded import Recorded, Section


class Cause(StrEnum):
    """Why something changed."""

    DATA = "data"  # 数据: figures of schools, or answers of the county
    STANDARD = "standard"  # 标准: another document, another version of its file, another bar
    SETTING = "setting"  # 口径: another choice in an open question, or a transitional rule on or off
    SCHOOLS = "schools"  # 学校增减: schools that came or went


class Changed(NamedTuple):
    """One value before and after; None where it was not there."""

    what: str
    before: object
    after: object


class FigureChanged(NamedTuple):
    """A figure, or a word, that schools reported otherwise."""

    section: Section
    name: str
    field: str
    before: float | str | None  # words where it is a type, an area …
    after: float | str | None


class VerdictChanged(NamedTuple):
    """A verdict before and after, with its causes.

    `of` is what was judged: `county`, `part`, `item`, `variation`, `composite`, `school` or `indicator`; `what` names
    it, `section` where it is of one school. `fields` are the changed figures it rests on.
    """

    of: str
    what: str
    before: object
    after: object
    causes: tuple[Cause, ...]
    section: Section | None = None
    name: str = ""
    values: tuple[float | None, float | None] = (None, None)
    bars: tuple[float | None, float | None] = (None, None)
    fields: tuple[str, ...] = ()


class Difference(NamedTuple):
    """Two runs of a county compared."""

    before: Recorded
    after: Recorded
    standard: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    inputs: tuple[Changed, ...]
    figures: tuple[FigureChanged, ...]
    answers: tuple[Changed, ...]
    came: tuple[Section, ...]
    went: tuple[Section, ...]
    verdicts: tuple[VerdictChanged, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing at all changed."""
        return not any(self[2:])


def _mapping(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    names = dict.fromkeys([*before, *after])
    return tuple(Changed(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def _standard(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    keys = ("standard", "document", "standard_sha256")
    return tuple(Changed(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    on = [dict.fromkeys(record["relaxations"], "on") for record in (before, after)]
    return (*_mapping(before["settings"], after["settings"]), *_mapping(*on))


def _figures(before: Recorded, after: Recorded) -> Iterator[FigureChanged]:
    for section in after.figures:
        if section not in before.figures:
            continue
        for change in _mapping(before.figures[section], after.figures[section]):
            yield FigureChanged(section, after.names[section], change.what, change.before, change.after)  # type: ignore[arg-type]


class _Causes:
    """Finds the causes of a change from what else changed."""

    def __init__(self, changes: Difference) -> None:
        self.changes = changes
        self.by_school: dict[str, dict[str, None]] = {}
        for figure in changes.figures:
            self.by_school.setdefault(figure.section[0], {})[figure.field] = None
        self.law = [Cause.STANDARD] * bool(changes.standard) + [Cause.SETTING] * bool(changes.settings)
        self.of_sections = [*changes.before.figures.values(), *changes.after.figures.values()]
        self.schools = [Cause.SCHOOLS] * bool(changes.came or changes.went)

    def of_value(
        self,
        section: Section,
        indicator: str,
        values: tuple[float | None, float | None],
        bars: tuple[float | None, float | None],
    ) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
        """Return the causes of a changed finding: its value by the school's figures, else as the bar by the law."""
        fields = tuple(name for name in self.by_school.get(section[0], {}) if name in self.reads(indicator))
        causes = [Cause.DATA] if values[0] != values[1] and fields else []
        if bars[0] != bars[1] or not causes:
            causes += self.law or ([Cause.DATA] if fields else [])
        return tuple(dict.fromkeys(causes)), fields if Cause.DATA in causes else ()

    def reads(self, rule: str) -> Sequence[str]:
        """Return the fields that an indicator or item rests on, in either run."""
        return [*self.changes.before.reads.get(rule, ()), *self.changes.after.reads.get(rule, ())]

    def of_rule(self, rule: str) -> tuple[Cause, ...]:
        """Return the causes of a change in what a rule is over the county: what it reads, else the law."""
        reads = {rule, *self.reads(rule)}
        data = not reads.isdisjoint([figure.field for figure in self.changes.figures])
        data = data or not reads.isdisjoint([change.what for change in self.changes.answers])
        of_schools = any(name in section for name in reads for section in self.of_sections)
        return tuple([Cause.DATA] * data + (self.schools if of_schools else [])) or tuple(self.law)

    def anything(self) -> tuple[Cause, ...]:
        """Return everything that changed, where nothing nearer can be named."""
        data = bool(self.changes.figures or self.changes.answers)
        return tuple([Cause.DATA] * data + self.schools + self.law)


def _together(found: Sequence[VerdictChanged]) -> tuple[Cause, ...]:
    """Return the causes of several changes, each once."""
    causes = {cause for change in found for cause in change.causes}
    return tuple(cause for cause in Cause if cause in causes)


def _of_schools(changes: Difference, causes: _Causes) -> Iterator[VerdictChanged]:
    before, after = changes.before.sections(), changes.after.sections()
    for section, new in after.items():
        old = before.get(section)
        if old is None:
            continue
        findings = {finding["id"]: finding for finding in old["indicators"]}
        found = []
        for finding in new["indicators"]:
            was = findings.get(finding["id"])
            if was is None or was["outcome"] == finding["outcome"]:
                continue
            values, bars = (was["value"], finding["value"]), (was["bar"], finding["bar"])
            why, fields = causes.of_value(section, finding["id"], values, bars)
            found.append(
                VerdictChanged(
                    "indicator",
                    finding["id"],
                    was["outcome"],
                    finding["outcome"],
                    why,
                    section,
                    new["name"],
                    values,
                    bars,
                    fields,
                )
            )
        if old["passed"] != new["passed"] or old["left_out"] != new["left_out"]:
            reasons = tuple(dict.fromkeys(c for entry in found for c in entry.causes))
            reasons = reasons or ((Cause.DATA,) if section[0] in causes.by_school else causes.anything())
            states = tuple(entry["left_out"] or entry["passed"] for entry in (old, new))
            yield VerdictChanged("school", "school", states[0], states[1], reasons, section, new["name"])
        yield from found


def _items(changes: Difference, causes: _Causes) -> Iterator[tuple[str, VerdictChanged]]:
    """Yield the items judged item by item whose outcome changed, each after the id of its part."""
    known = {(entry["part"], entry["id"]): entry for entry in changes.before.county.get("items", ())}
    for entry in changes.after.county.get("items", ()):
        was = known.get((entry["part"], entry["id"]))
        if was is None or was["outcome"] == entry["outcome"]:
            continue
        why = causes.of_rule(entry["id"])
        if _bars(was) != _bars(entry):
            why = tuple(dict.fromkeys([*why, *causes.law]))
        yield (
            entry["part"],
            VerdictChanged("item", entry["id"], was["outcome"], entry["outcome"], why, name=entry["name"]),
        )


def _bars(entry: Mapping[str, Any]) -> list[tuple[str, object]]:
    """Return the bars that an item was held against, those of its rules included."""
    left, found = [entry.get("finding")], []
    while left:
        finding = left.pop()
        if finding is not None:
            found.append((str(finding["id"]), finding["bar"]))
            left += finding.get("rules", ())
    return found


def _coefficients(changes: Difference, causes: _Causes) -> Iterator[VerdictChanged]:
    """Yield the coefficients and composites that changed; a composite rests on all indicators of its stage."""
    for kind in ("variation", "composite"):
        known = {(entry["stage"], entry.get("indicator")): entry for entry in changes.before.county[f"{kind}s"]}
        rules = [entry["indicator"] for entry in changes.after.county["variations"]]
        for entry in changes.after.county[f"{kind}s"]:
            was = known.get((entry["stage"], entry.get("indicator")))
            if was is None or (was["cv"], was["passed"]) == (entry["cv"], entry["passed"]):
                continue
            names = [entry["indicator"]] if "indicator" in entry else rules
            found = {cause for name in names for cause in causes.of_rule(name)} if was["cv"] != entry["cv"] else set()
            if was["limit"] != entry["limit"] or not found:
                found |= set(causes.law)
            why = tuple(cause for cause in Cause if cause in found)
            what = "/".join(filter(None, (entry["stage"], entry.get("indicator"))))
            values, limits = (was["cv"], entry["cv"]), (was["limit"], entry["limit"])
            yield VerdictChanged(kind, what, was["passed"], entry["passed"], why, values=values, bars=limits)


def _of_county(changes: Difference, causes: _Causes, of_schools: Sequence[VerdictChanged]) -> Iterator[VerdictChanged]:
    """Yield what changed of the county as a whole: a part changed for the causes of what it rests on."""
    items = list(_items(changes, causes))
    coefficients = list(_coefficients(changes, causes))
    under: dict[str, list[VerdictChanged]] = {"schools": list(of_schools), "variation": coefficients}
    for part, change in items:
        under.setdefault(part, []).append(change)
    parts = []
    for moved in _mapping(changes.before.county["parts"], changes.after.county["parts"]):
        why = _together(under.get(moved.what, ())) or causes.anything()
        if moved.what == "schools":
            why = tuple(cause for cause in Cause if cause in {*why, *causes.schools})
        parts.append(VerdictChanged("part", moved.what, moved.before, moved.after, why))
    old, new = changes.before.county["passed"], changes.after.county["passed"]
    if old != new:
        yield VerdictChanged("county", "county", old, new, _together(parts) or causes.anything())
    yield from parts
    yield from (change for _, change in items)
    yield from coefficients


def compare(before: Recorded, after: Recorded) -> Difference:
    """Compare two recorded runs of a county.

    A changed finding is put down to the data where its value changed together with figures of its school, and to the
    standard or a setting where its bar changed, or where no figure of the school did.
    """
    inputs = [{entry["name"]: entry["sha256"] for entry in run.record["inputs"]} for run in (before, after)]
    answers = [{name: entry.get("figure") for name, entry in run.answers.items()} for run in (before, after)]
    changes = Difference(
        before,
        after,
        _standard(before.record, after.record),
        _settings(before.record, after.record),
        _mapping(*inputs),
        tuple(_figures(before, after)),
        _mapping(*answers),
        tuple(s for s in after.figures if s not in before.figures),
        tuple(s for s in before.figures if s not in after.figures),
        (),
    )
    causes = _Causes(changes)
    of_schools = tuple(_of_schools(changes, causes))
    return changes._replace(verdicts=(*_of_county(changes, causes, of_schools), *of_schools))
