"""The rules that compare a school with what it was in another year."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from junheng.audit import wording
from junheng.audit.comparing import quotient
from junheng.audit.finding import Finding
from junheng.audit.grammar import AnyRule, Change, CodeChanged, NameChanged, SchoolGone, SchoolNew
from junheng.audit.identity import Identity, Pair, code_key
from junheng.audit.load import Checks
from junheng.audit.roll import Roll, Rows
from junheng.audit.rules import found_at
from junheng.number import exact, shown
from junheng.text import Text
from junheng.workbook.origin import section_name


def between_years(before: Roll, now: Roll, identity: Identity, checks: Checks) -> Iterator[Finding]:
    """Yield what has changed from one year to the other more than it should, and schools that are not found again."""
    years: dict[str, object] = {"year_before": before.year or "？", "year": now.year or "？"}
    for rule in checks.rules:
        if isinstance(rule, Change):
            for pair in identity.pairs:
                yield from _changes(before, now, pair, rule, checks)
        elif isinstance(rule, SchoolGone):
            for school in identity.vanished:
                yield _with_name(before, rule, school.rows, wording.VANISHED.fill(**years))
        elif isinstance(rule, SchoolNew):
            for school in identity.appeared:
                yield _with_name(now, rule, school.rows, wording.APPEARED.fill(**years))
        elif isinstance(rule, NameChanged | CodeChanged):
            for pair in identity.pairs:
                yield from _called_otherwise(now, pair, rule, years)


def _with_name(roll: Roll, rule: AnyRule, rows: Rows, message: Text) -> Finding:
    return found_at(roll, rule, rows, [], message)


def _called_otherwise(
    now: Roll, pair: Pair, rule: NameChanged | CodeChanged, years: dict[str, object]
) -> Iterator[Finding]:
    """Yield a school whose name or code has changed although no change of it is on record."""
    if pair.on_record or len(pair.before) != 1 or len(pair.now) != 1:
        return
    school, earlier = pair.now[0], pair.before[0]
    facts: dict[str, object] = {"code": school.code, "name": school.name, **years}
    by_name = rule.kind == "renamed"
    if by_name and section_name(school.name) != section_name(earlier.name):
        yield found_at(now, rule, school.rows, [], wording.RENAMED.fill(before=earlier.name, **facts))
    if not by_name and school.code and earlier.code and code_key(school.code) != code_key(earlier.code):
        message = wording.RECODED.fill(before=earlier.code, **facts)
        yield found_at(now, rule, school.rows, [], message)._replace(place=now.origin.place(school.rows[0], "code"))


def _parts(before: Roll, now: Roll, pair: Pair, names: Sequence[str]) -> Iterator[tuple[list[Rows], list[Rows]]]:
    """Yield the rows of the later year that are compared, with those of the earlier: by stage, or the whole school."""
    if now.shared(names):
        yield [school.rows for school in pair.now], [school.rows for school in pair.before]
        return
    stages, earlier = now.table.text("stage"), before.table.text("stage")
    for stage in dict.fromkeys(stages[row] for school in pair.now for row in school.rows):
        found = [tuple(r for r in school.rows if stages[r] == stage) for school in pair.now]
        then = [tuple(r for r in school.rows if earlier[r] == stage) for school in pair.before]
        if any(then):
            yield [rows for rows in found if rows], [rows for rows in then if rows]


def _total(roll: Roll, schools: Sequence[Rows], name: str) -> float | None:
    """Return the figure of schools together; None where one of them has none."""
    figures = [roll.figure(rows, name) for rows in schools]
    return None if None in figures else float(sum(exact(figure) for figure in figures if figure is not None))


def _value(roll: Roll, schools: Sequence[Rows], name: str, over: str | None) -> Fraction | None:
    """Return the figure that is compared, or the quotient of two."""
    top = _total(roll, schools, name)
    if top is None or over is None:
        return None if top is None else exact(top)
    bottom = _total(roll, schools, over)
    return None if bottom is None else quotient(top, bottom)


def _changes(before: Roll, now: Roll, pair: Pair, rule: Change, checks: Checks) -> Iterator[Finding]:
    for name in rule.of:
        names = [name, *([rule.over] if rule.over else [])]
        for parts, then in _parts(before, now, pair, names):
            if _steady(before, now, parts, then, name, rule):
                continue
            found, earlier = _value(now, parts, name, rule.over), _value(before, then, name, rule.over)
            if found is None or earlier is None:
                continue
            direction = _direction(earlier, found, rule)
            holds = any(now.holds(rows, checks.circumstances[rule.id]) for rows in parts)
            if direction is not None and holds:
                message = _message(now, rule, name, earlier, found, direction, before.year)
                for schools, of, said in ((then, before, wording.MERGED), (parts, now, wording.SPLIT)):
                    if len(schools) > 1:
                        called = [Text(n, n) for rows in schools if (n := of.table.text("name")[rows[0]])]
                        message = wording.followed(message, said.fill(schools=wording.joined(called)))
                finding = found_at(now, rule, parts[0], names, message)
                others = tuple(seen for rows in parts[1:] for seen in now.seen(rows, names))
                past = tuple(seen for rows in then for seen in before.seen(rows, names, year=before.year))
                yield finding._replace(seen=(*(s._replace(year=now.year) for s in (*finding.seen, *others)), *past))


def _steady(before: Roll, now: Roll, parts: Sequence[Rows], then: Sequence[Rows], name: str, rule: Change) -> bool:
    """Say whether a figure is the same as it was, or missing, so that nothing has to be computed."""
    if rule.over is not None or len(then) > 1 or len(parts) > 1:
        return False
    found, earlier = now.figure(parts[0], name), before.figure(then[0], name)
    return found is None or earlier is None or found == earlier


def _direction(earlier: Fraction, found: Fraction, rule: Change) -> str | None:
    """Return up or down for a change beyond the rule, `new` for one from 0, None for none."""
    difference = found - earlier
    if abs(difference) <= Fraction(rule.beyond):
        return None
    if not earlier:
        return "new" if rule.up is not None and difference > 0 else None
    if rule.up is not None and difference > Fraction(rule.up) * earlier:
        return "up"
    if rule.down is not None and -difference > Fraction(rule.down) * earlier:
        return "down"
    return None


def _message(
    now: Roll, rule: Change, name: str, earlier: Fraction, found: Fraction, direction: str, year_before: int | None
) -> Text:
    of = now.fields[name].text
    if rule.over is not None:
        over = now.fields[rule.over].text
        of = Text(f"{of.zh}÷{over.zh}", f"{of.en} ÷ {over.en}")
    facts: dict[str, object] = {"of": of, "found": wording.rounded(found), "year_before": year_before or "？"}
    if direction != "new":
        facts |= {"before": wording.rounded(earlier), "share": shown(abs(found - earlier) / earlier * 100, 0)}
    return wording.CHANGE[direction].fill(**facts)
