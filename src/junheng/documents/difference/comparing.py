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
    """A figure that schools reported otherwise."""

    section: Section
    name: str
    field: str
    before: float | None
    after: float | None


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

    def of_county(self, rule: str | None = None) -> tuple[Cause, ...]:
        """Return the causes of a change that rests on all schools, or on the figures and answers a rule reads."""
        figures = {figure.field for figure in self.changes.figures} | {change.what for change in self.changes.answers}
        data = bool(figures if rule is None else figures & {rule, *self.reads(rule)})
        return tuple([Cause.DATA] * data + self.schools + self.law)


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
            reasons = reasons or ((Cause.DATA,) if section[0] in causes.by_school else causes.of_county())
            states = tuple(entry["left_out"] or entry["passed"] for entry in (old, new))
            yield VerdictChanged("school", "school", states[0], states[1], reasons, section, new["name"])
        yield from found


def _of_county(changes: Difference, causes: _Causes) -> Iterator[VerdictChanged]:
    old, new = changes.before.county, changes.after.county
    everything = causes.of_county()
    if old["passed"] != new["passed"]:
        yield VerdictChanged("county", "county", old["passed"], new["passed"], everything)
    for part in _mapping(old["parts"], new["parts"]):
        yield VerdictChanged("part", part.what, part.before, part.after, everything)
    items = {(entry["part"], entry["id"]): entry for entry in old.get("items", ())}
    for entry in new.get("items", ()):
        was = items.get((entry["part"], entry["id"]))
        if was is not None and was["outcome"] != entry["outcome"]:
            why = causes.of_county(entry["id"])
            yield VerdictChanged("item", entry["id"], was["outcome"], entry["outcome"], why, name=entry["name"])
    for kind in ("variation", "composite"):
        known = {(entry["stage"], entry.get("indicator")): entry for entry in old[f"{kind}s"]}
        for entry in new[f"{kind}s"]:
            was = known.get((entry["stage"], entry.get("indicator")))
            if was is None or (was["cv"], was["passed"]) == (entry["cv"], entry["passed"]):
                continue
            limits = was["limit"], entry["limit"]
            why = causes.of_county(entry.get("indicator")) if was["cv"] != entry["cv"] else tuple(causes.law)
            what = "/".join(filter(None, (entry["stage"], entry.get("indicator"))))
            values = was["cv"], entry["cv"]
            yield VerdictChanged(kind, what, was["passed"], entry["passed"], why, values=values, bars=limits)


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
    return changes._replace(verdicts=(*_of_county(changes, causes), *_of_schools(changes, causes)))
