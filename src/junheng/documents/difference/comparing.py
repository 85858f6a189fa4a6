"""What changed between two recorded runs of a county, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from junheng.documents.difference.causes import (
    SCOPE,
    VARIATION,
    VERDICT,
    Cause,
    Causes,
    Changed,
    FigureChanged,
    Moved,
    changed,
    ordered,
)
from junheng.documents.difference.recorded import Recorded, Rules, Section

NOT_ASSESSED = "not_assessed"
"""The state of a part that was not assessed: it is not among the parts of a county."""
NOT_APPLICABLE = "不适用"  # as it stands on the sheet 县级
_NO_RULES = Rules({}, {})


class VerdictChanged(NamedTuple):
    """A verdict before and after, with its causes.

    `of` is what was judged: `county`, `part`, `item`, `variation`, `composite`, `school` or `indicator`; `what` names
    it, `section` where it is of one school, `gate` the standard of the province where that judged it. `waived`: it is
    the verdict in which waived indicators count as met. `fields` are the changed figures it rests on.
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
    gate: str | None = None
    waived: bool = False


class Difference(NamedTuple):
    """Two runs of a county compared: what is not the same in them, and which verdicts changed by that."""

    before: Recorded
    after: Recorded
    moved: Moved
    verdicts: tuple[VerdictChanged, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing at all changed."""
        return not any(self.moved) and not self.verdicts


# ------------------------------------------------------------------------------------------------- what is not the same


def _standard(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    keys = ("standard", "document", "standard_sha256", "province")
    first = [Changed(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
    gates = ["、".join(record.get("gate", ())) or None for record in (before, after)]
    first += [Changed("gate", *gates)] if gates[0] != gates[1] else []
    return (*first, *changed(before.get("further_standards", {}), after.get("further_standards", {})))


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    """Return the choices that differ in questions that both standards leave open, and the switches."""
    both = before["settings"].keys() & after["settings"].keys()
    chosen = [
        {name: choice for name, choice in record["settings"].items() if name in both} for record in (before, after)
    ]
    on = [dict.fromkeys(record["relaxations"], "on") for record in (before, after)]
    return (*changed(*chosen), *changed(*on))


def _waivers(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the waivers of a record: the last day of each."""
    parts = [waiver.rpartition(" ") for waiver in record.get("waivers", ())]
    return {whom: day for whom, _, day in parts}


def _figures(before: Recorded, after: Recorded) -> Iterator[FigureChanged]:
    for section in after.figures:
        if section in before.figures:
            for change in changed(before.figures[section], after.figures[section]):
                if change.what not in before.fields & after.fields:
                    continue  # one of the runs had no use for it
                yield FigureChanged(section, after.names[section], change.what, change.before, change.after)  # type: ignore[arg-type]


def _answer(entry: Mapping[str, Any]) -> object:
    """Return what was answered: a figure, points, or that it does not apply."""
    given = [entry.get("figure"), entry.get("score"), NOT_APPLICABLE if entry.get("not_applicable") else None]
    known = [value for value in given if value is not None]
    return known[0] if len(known) == 1 else " ".join(map(str, known)) or None


def _moved(before: Recorded, after: Recorded) -> Moved:
    inputs = [{entry["name"]: entry["sha256"] for entry in run.record["inputs"]} for run in (before, after)]
    fields, items = ([set(run.asked[kind]) for run in (before, after)] for kind in ("fields", "items"))
    both = set.intersection(*fields) | set.intersection(*(i - f for i, f in zip(items, fields, strict=True)))
    answers = [{n: _answer(e) for n, e in run.answers.items() if n in both} for run in (before, after)]
    return Moved(
        _standard(before.record, after.record),
        _settings(before.record, after.record),
        changed(_waivers(before.record), _waivers(after.record)),
        changed(*inputs),
        tuple(_figures(before, after)),
        changed(*answers),
        tuple(s for s in after.figures if s not in before.figures),
        tuple(s for s in before.figures if s not in after.figures),
    )


# ------------------------------------------------------------------------------------------------------- the verdicts


def _together(found: Sequence[VerdictChanged]) -> tuple[Cause, ...]:
    """Return the causes of several changes, each once."""
    return ordered(cause for change in found for cause in change.causes)


def _with_waivers(entry: Mapping[str, Any]) -> object:
    return entry.get("passed_with_waivers", entry["passed"])


def _waived(
    of: str, what: str, old: Mapping[str, Any], new: Mapping[str, Any], why: Sequence[Cause], moved: Moved
) -> VerdictChanged | None:
    """Return the change of a verdict in which waivers count, where one of the two runs has such a verdict."""
    states = _with_waivers(old), _with_waivers(new)
    if states[0] == states[1] or states == (old["passed"], new["passed"]):
        return None
    found = ordered([*why, *[Cause.WAIVER] * bool(moved.waivers)])
    return VerdictChanged(of, what, *states, found, waived=True)


def _of_schools(before: Recorded, after: Recorded, causes: Causes, gate: str | None = None) -> Iterator[VerdictChanged]:
    """Yield what changed of schools, by the standard or by one of the province."""
    known = before.sections(gate)
    for section, new in after.sections(gate).items():
        old = known.get(section)
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
                    gate,
                )
            )
        reasons = _why(section, old, new, found, causes)
        if old["passed"] != new["passed"] or old["left_out"] != new["left_out"]:
            first, last = _state(before, old, gate), _state(after, new, gate)
            yield VerdictChanged("school", "school", first, last, reasons, section, new["name"], gate=gate)
        waived = _waived("school", "school", old, new, _together(found), causes.moved)
        if waived is not None:
            yield waived._replace(section=section, name=new["name"], gate=gate)
        yield from found


def _state(run: Recorded, entry: Mapping[str, Any], gate: str | None) -> object:
    """Return the reason why a section is left out, or its verdict; none where the method judges no single school."""
    judges = gate is not None or run.county.get("counts", {}).get("met", 0) is not None
    return entry["left_out"] or (entry["passed"] if judges else NOT_ASSESSED)


def _why(
    section: Section,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    found: Sequence[VerdictChanged],
    causes: Causes,
) -> tuple[Cause, ...]:
    """Return the causes for which a school is judged otherwise: of its findings, of the scope, of the rule over them."""
    if old["left_out"] != new["left_out"]:
        return causes.of_scope(section)
    rules = {finding["id"] for entry in (old, new) for finding in entry["indicators"]}
    fields = [name for rule in rules for name in causes.fields_of(section[0], rule)] if not found else []
    return ordered([*_together(found), *causes.law_of(VERDICT), *[Cause.DATA] * bool(fields)]) or causes.anything()


def _items(before: Recorded, after: Recorded, causes: Causes) -> Iterator[tuple[str, VerdictChanged]]:
    """Yield the items judged item by item whose outcome changed, each after the id of its part."""
    known = {(entry["part"], entry["id"]): entry for entry in before.county.get("items", ())}
    for entry in after.county.get("items", ()):
        was = known.get((entry["part"], entry["id"]))
        if was is None or was["outcome"] == entry["outcome"]:
            continue
        why = causes.of_rule(entry["id"], bars_moved=_bars(was) != _bars(entry))
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


def _rescoped(before: Recorded, after: Recorded) -> bool:
    """Say whether a section of both runs is left out in one of them only: coefficients are then over other sections."""
    known = before.sections()
    return any(
        s in known and (known[s]["left_out"] is None) != (e["left_out"] is None) for s, e in after.sections().items()
    )


def _coefficients(before: Recorded, after: Recorded, causes: Causes) -> Iterator[VerdictChanged]:
    """Yield the coefficients and composites that changed; a composite rests on all indicators of its stage."""
    beside = [VARIATION, *([SCOPE] if _rescoped(before, after) else [])]
    for kind in ("variation", "composite"):
        known = {(entry["stage"], entry.get("indicator")): entry for entry in before.county[f"{kind}s"]}
        rules = [entry["indicator"] for entry in after.county["variations"]]
        for entry in after.county[f"{kind}s"]:
            was = known.get((entry["stage"], entry.get("indicator")))
            if was is None or (was["cv"], was["passed"]) == (entry["cv"], entry["passed"]):
                continue
            names = [entry["indicator"]] if "indicator" in entry else rules
            limits = was["limit"], entry["limit"]
            if was["cv"] != entry["cv"]:
                why = causes.of_rule(*names, bars_moved=limits[0] != limits[1], beside=beside)
            else:
                law = causes.law_of(VARIATION) or (causes.unexplained() if limits[0] != limits[1] else [])
                why = ordered(law) or causes.anything()
            what = "/".join(filter(None, (entry["stage"], entry.get("indicator"))))
            values = was["cv"], entry["cv"]
            yield VerdictChanged(kind, what, was["passed"], entry["passed"], why, values=values, bars=limits)


def _of_county(
    before: Recorded, after: Recorded, causes: Causes, of_schools: Sequence[VerdictChanged]
) -> Iterator[VerdictChanged]:
    """Yield what changed of the county as a whole: a part changed for the causes of what it rests on."""
    items = list(_items(before, after, causes))
    coefficients = list(_coefficients(before, after, causes))
    under: dict[str, list[VerdictChanged]] = {
        "schools": [change for change in of_schools if not change.waived],
        "variation": coefficients,
    }
    for part, change in items:
        under.setdefault(part, []).append(change)
    gates = [Cause.STANDARD] * any(change.what in ("gate", "province") for change in causes.moved.standard)
    parts = []
    names = dict.fromkeys([*before.county["parts"], *after.county["parts"]])
    states = [{name: run.county["parts"].get(name, NOT_ASSESSED) for name in names} for run in (before, after)]
    for moved in changed(*states):
        why = [*_together(under.get(moved.what, ())), *(gates if moved.what == "schools" else [])]
        why = why or [*causes.anything()]
        why += causes.schools if moved.what == "schools" else []
        parts.append(VerdictChanged("part", moved.what, moved.before, moved.after, ordered(why)))
    old, new = before.county, after.county
    if old["passed"] != new["passed"]:
        yield VerdictChanged("county", "county", old["passed"], new["passed"], _together(parts) or causes.anything())
    waived = _waived("county", "county", old, new, _together(parts), causes.moved)
    if waived is not None:
        yield waived
    yield from parts
    yield from (change for _, change in items)
    yield from coefficients


def compare(before: Recorded, after: Recorded) -> Difference:
    """Compare two recorded runs of a county.

    Every change of a verdict has all causes that enter it: the data where figures changed that its rule reads, the
    standard where the text of the rule did, a setting where the rule asks for it, waivers where they are counted, the
    year where only a number that the standard dates can be behind it, and schools that came or went.
    """
    moved = _moved(before, after)
    causes = Causes(before, after, moved, (before.rules, after.rules))
    of_schools = list(_of_schools(before, after, causes))
    for gate in after.gates():
        if gate in before.gates():
            rules = before.gate.get(gate, _NO_RULES), after.gate.get(gate, _NO_RULES)
            of_schools += _of_schools(before, after, Causes(before, after, moved, rules), gate)
    return Difference(before, after, moved, (*_of_county(before, after, causes, of_schools), *of_schools))
