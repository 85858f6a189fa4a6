"""What findings say, in both languages: names and figures filled into one sentence for each kind of rule."""

from fractions import Fraction

from junheng.number import plain, shown
from junheng.text import Text

AT_MOST = Text("“{of}” {found} 大于“{to}” {bound}", "“{of}” {found} exceeds “{to}” {bound}")
QUOTIENT_AT_MOST = Text(
    "“{of}”÷“{over}” = {found} ÷ {divisor} = {value}，大于“{to}” {bound}",
    "“{of}” ÷ “{over}” = {found} ÷ {divisor} = {value} exceeds “{to}” {bound}",
)
EQUAL = Text("“{of}” {found} 与“{to}” {bound} 不一致", "“{of}” {found} differs from “{to}” {bound}")
SUM = {
    "equal": Text(
        "各部分之和 {sum}（{parts}）与“{whole}” {bound} 不一致，相差 {difference}",
        "the parts add up to {sum} ({parts}), not to “{whole}” {bound}: {difference} apart",
    ),
    "at_most": Text(
        "各部分之和 {sum}（{parts}）大于“{whole}” {bound}，多 {difference}",
        "the parts add up to {sum} ({parts}), {difference} more than “{whole}” {bound}",
    ),
    "at_least": Text(
        "各部分之和 {sum}（{parts}）小于“{whole}” {bound}，少 {difference}",
        "the parts add up to {sum} ({parts}), {difference} less than “{whole}” {bound}",
    ),
}
RANGE = {
    "below": Text("“{of}” {found}，低于 {bound}", "“{of}” is {found}, below {bound}"),
    "above": Text("“{of}” {found}，高于 {bound}", "“{of}” is {found}, above {bound}"),
}
RATIO = {
    "below": Text(
        "“{of}”÷“{over}” = {found} ÷ {divisor} = {value}，低于 {bound}",
        "“{of}” ÷ “{over}” = {found} ÷ {divisor} = {value}, below {bound}",
    ),
    "above": Text(
        "“{of}”÷“{over}” = {found} ÷ {divisor} = {value}，高于 {bound}",
        "“{of}” ÷ “{over}” = {found} ÷ {divisor} = {value}, above {bound}",
    ),
}
SLIP = {
    "below": Text("；乘以 {factor} 得 {value}，疑单位写错", "; times {factor} it is {value}: the unit may be wrong"),
    "above": Text(
        "；除以 {factor} 得 {value}，疑单位写错", "; divided by {factor} it is {value}: the unit may be wrong"
    ),
}
NEEDS = Text("“{of}” {found}，而“{needs}”为 0", "“{of}” is {found}, while “{needs}” is 0")
WHOLE = Text("“{of}” {found} 不是整数", "“{of}” {found} is no whole number")
GIVEN = Text("没有填“{of}”", "“{of}” is not filled in")
COLUMN_ABSENT = Text("表中没有“{of}”一列", "the table has no column “{of}”")
UNCHECKED = Text("“{of}”空白，无法核查", "“{of}” is blank; this cannot be checked")
CHANGE = {
    "up": Text(
        "“{of}”由 {before}（{year_before}）增至 {found}，增加 {share}%",
        "“{of}” rose from {before} ({year_before}) to {found}, by {share} %",
    ),
    "down": Text(
        "“{of}”由 {before}（{year_before}）减至 {found}，减少 {share}%",
        "“{of}” fell from {before} ({year_before}) to {found}, by {share} %",
    ),
    "new": Text(
        "“{of}”由 0（{year_before}）增至 {found}",
        "“{of}” rose from 0 ({year_before}) to {found}",
    ),
}
MERGED = Text("（合并前各校之和：{schools}）", " (the sum of the schools merged: {schools})")
SPLIT = Text("（拆分后各校之和：{schools}）", " (the sum of the schools it was split into: {schools})")
IDENTICAL = Text(
    "{count} 项数据与{school}（{place}）完全相同：{fields}",
    "{count} figures are the same as those of {school} ({place}): {fields}",
)
OUTLIER = Text(
    "“{of}”÷“{over}” = {found} ÷ {divisor} = {value}，本县同学段 {schools} 所学校的中位数是 {median}，为其 {times} 倍，稳健 z = {z}",
    "“{of}” ÷ “{over}” = {found} ÷ {divisor} = {value}; the median of the {schools} schools of the county and stage is {median}, this is {times} times that, robust z = {z}",
)
TOTALS = Text(
    "“{label}”行有 {count} 项与各校之和不一致：{fields}",
    "in the row “{label}” {count} figures are not the sum of the schools: {fields}",
)
TOTAL = Text("“{of}” {found}（各校之和 {sum}）", "“{of}” {found} (the schools: {sum})")
VANISHED = Text(
    "{year_before} 年有这所学校，{year} 年没有，变动文件中没有记载",
    "the school is there in {year_before} and not in {year}, and no change of it is on record",
)
APPEARED = Text(
    "{year} 年有这所学校，{year_before} 年没有，变动文件中没有记载",
    "the school is there in {year} and not in {year_before}, and no change of it is on record",
)
RENAMED = Text(
    "代码 {code} 的学校 {year_before} 年名为“{before}”，{year} 年名为“{name}”",
    "the school of code {code} was “{before}” in {year_before} and is “{name}” in {year}",
)
RECODED = Text(
    "“{name}”的代码 {year_before} 年为 {before}，{year} 年为 {code}",
    "the code of “{name}” was {before} in {year_before} and is {code} in {year}",
)


def rounded(value: Fraction) -> str:
    """Return a number as a sentence shows it: with up to three decimals, more where it is small.

    >>> rounded(Fraction(10)), rounded(Fraction(10, 3)), rounded(Fraction(1, 3000))
    ('10', '3.333', '0.0003333')
    """
    if value.denominator == 1:
        return plain(value)
    digits = 3
    while value and abs(value) * 10 ** (digits - 3) < 1 and digits < 9:  # noqa: PLR2004 - no float shows more
        digits += 1
    return shown(value, digits).rstrip("0").rstrip(".")


def joined(texts: list[Text]) -> Text:
    """Return several texts as a list."""
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def followed(first: Text, second: Text) -> Text:
    """Return one text after another."""
    return Text(first.zh + second.zh, first.en + second.en)
