"""The words of verdicts, in both languages, as the official forms write them."""

from collections.abc import Mapping

from junheng.engine.model import Finding, Outcome
from junheng.report.model import Mood
from junheng.standard.load import Standard
from junheng.text import Lang, Text
from junheng.waivers import Waiver

PASSED: Mapping[bool | None, Text] = {
    True: Text("达标", "met"),
    False: Text("未达标", "not met"),
    None: Text("无法判定", "cannot be decided"),
}
WITHIN: Mapping[bool | None, Text] = {
    True: Text("符合", "within"),
    False: Text("超过限值", "above limit"),
    None: Text("无法判定", "cannot be decided"),
}
MOODS: Mapping[bool | None, Mood] = {True: Mood.GOOD, False: Mood.BAD, None: Mood.UNKNOWN}
OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.MET: Text("达标", "met"),
    Outcome.CLOSE: Text("未达标（不低于余项要求）", "not met (above the floor)"),
    Outcome.UNMET: Text("未达标", "not met"),
    Outcome.MISSING: Text("无法判定", "cannot be decided"),
    Outcome.EXEMPT: Text("不适用", "not applicable"),
}
CLOSE_TO_LIMIT = Text("未达标（未超限值）", "not met (within the limit)")
NO_BAR = Text("未设标准值", "no bar")


def outcome(found: Finding) -> Text:
    """Return the words for the outcome of a finding: one without any bar says so."""
    node = found.indicator
    if found.outcome is Outcome.EXEMPT and not (node.applies or node.rules):
        return NO_BAR
    return CLOSE_TO_LIMIT if found.outcome is Outcome.CLOSE and node.limits else OUTCOMES[found.outcome]


OUTCOME_MOODS: Mapping[Outcome, Mood] = {
    Outcome.MET: Mood.GOOD,
    Outcome.CLOSE: Mood.CLOSE,
    Outcome.UNMET: Mood.BAD,
    Outcome.MISSING: Mood.UNKNOWN,
    Outcome.EXEMPT: Mood.QUIET,
}
WAIVED = Text("豁免", "waived")


def waived(waiver: Waiver) -> Text:
    """Return the words for a waiver in use: until when, why, and on what evidence."""
    return Text(
        f"已豁免至 {waiver.expiry}：{waiver.reason}（{waiver.evidence}）",
        f"waived until {waiver.expiry}: {waiver.reason} ({waiver.evidence})",
    )


STANDINGS: Mapping[str, Text] = {
    "official": Text("官方文本", "official print"),
    "restated": Text("公开文件的复述", "restated in a public document"),
    "form": Text("官方表格的转录", "transcribed official form"),
    "mirror": Text("转载", "mirror"),
    "inferred": Text("推断", "inferred"),
}
STANDINGS_SHORT: Mapping[str, Text] = {
    "official": Text("官方", "official"),
    "restated": Text("复述", "restated"),
    "form": Text("表格", "form"),
    "mirror": Text("转载", "mirror"),
    "inferred": Text("推断", "inferred"),
}
UNITS: Mapping[str, str] = {
    "人": "persons",
    "个": "",
    "间": "rooms",
    "台": "computers",
    "册": "books",
    "块": "courts",
    "米": "m",
    "种": "kinds",
    "年": "",
    "元": "yuan",
    "万元": "10,000 yuan",
    "㎡": "㎡",
}
STANDING_ORDER = ("official", "restated", "form", "mirror", "inferred")
PARTS: Mapping[str, Text] = {
    "schools": Text("学校达标情况", "Schools"),
    "variation": Text("校际差异系数", "Differences between schools"),
}
REASONS: Mapping[str, Text] = {
    "special_school": Text("特殊教育学校", "special school"),
    "vocational_school": Text("职业学校", "vocational school"),
    "teaching_point_under_50": Text("不足50人的教学点", "teaching point with fewer than 50 students"),
    "teaching_point": Text("教学点", "teaching point"),
    "primary_school_under_50": Text("不足50人的小学", "primary school with fewer than 50 students"),
    "private_school": Text("民办学校", "private school"),
    "not_run_by_county": Text("非县办学校（省市直属、企业办等）", "not run by the county"),
    "no_students": Text("在校生数为0", "no students"),
    "stage_not_assessed": Text("不在义务教育阶段", "not compulsory education"),
    "other_stage": Text("其他学段，由另一标准判定", "of another stage, judged by another standard"),
}


def reason(name: str, standard: Standard) -> Text:
    """Return the words for a reason to leave a section out; those of the standard first."""
    for exclusion in standard.form.scope.leaves_out:
        if exclusion.reason == name and exclusion.name is not None:
            return exclusion.name.text
    return REASONS.get(name, Text(name, name))


def unit(written: str | None, lang: Lang) -> str:
    """Return a unit in one language; one that is not known as it is written."""
    return written or "" if lang == "zh" else UNITS.get(written or "", written or "")


STAGE_UNKNOWN = Text("学段未定", "stage not known")


def choice(standard: Standard, field: str, name: str | None) -> Text:
    """Return the words for a choice of a column of words, such as 小学 for the stage primary."""
    found = standard.fields[field].choices.get(name or "")
    return Text(found.zh, found.en) if found is not None else Text(name or "", name or "")
