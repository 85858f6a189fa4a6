"""The words of a county over the years, in both languages."""

from collections.abc import Mapping

from junheng.advice.trend import Turn
from junheng.report.model import Mood
from junheng.text import Text

TURNS: Mapping[Turn, tuple[Text, Mood]] = {
    Turn.NEWLY_FAILING: (Text("新出现未达标", "newly failing"), Mood.BAD),
    Turn.NOW_UNDECIDED: (Text("现无法判定", "now undecided"), Mood.UNKNOWN),
    Turn.NEWLY_MET: (Text("新达标", "newly met"), Mood.GOOD),
    Turn.VANISHED: (Text("表中不再有", "no longer in the table"), Mood.UNKNOWN),
    Turn.APPEARED: (Text("表中新有", "new in the table"), Mood.QUIET),
    Turn.NO_LONGER_JUDGED: (Text("不再纳入评估", "no longer assessed"), Mood.QUIET),
    Turn.NOW_JUDGED: (Text("新纳入评估", "now assessed"), Mood.QUIET),
}
UNTOLD: Mapping[str, Text] = {
    "missing_now": Text("本年缺数据", "a figure is missing this year"),
    "missing_before": Text("往年缺数据", "a figure of an earlier year is missing"),
    "no_year": Text("中间有年度没有表", "a year between has no table"),
    "regrouped": Text("学校合并或拆分，不逐项比较", "merged or split: not compared by indicator"),
    "defined_otherwise": Text(
        "各年标准的定义不同，或往年不评估", "defined otherwise, or not assessed, in an earlier year"
    ),
}
ON_RECORD = Text("变动已登记", "on record")
OWN = Text(
    "预警规则及其数值是自定的，不是规定，不影响达标结论。",
    "The rules of warnings and their numbers are our own: they are no law and decide no verdict.",
)
CHART = Text(
    "图：每年一格，从0起；│后是限值的高度；·该年没有数或不全，不补画；! 略高于限值。",
    "Chart: a block for each year, from 0; behind │ the height of the limit; · no figure or some missing, not drawn in; ! just above.",
)
NOT_A_VERDICT = Text(
    "直线外推只是把已有各年的变化照样延长，不是预测，更不是结论；超出可能范围的写到端点。",
    "The straight line only continues what the years at hand did: no forecast, and no verdict; what cannot be is cut at its end.",
)
