"""Make the Word templates of the self-assessment, of the school plans and of their supplement; with --check, say whether they are fresh.

They are what a county copies and changes when its own format differs.
"""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Made
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import BaseStyle
from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).resolve().parents[1] / "src" / "junheng" / "documents" / "templates"
FIXED = (2024, 1, 1, 0, 0, 0)
BODY, SMALL = 12, 9
FONTS = {"zh": ("仿宋", "黑体", "Times New Roman"), "en": ("Times New Roman", "Times New Roman", "Times New Roman")}


def font(style: BaseStyle, name: str, latin: str, size: float, *, bold: bool = False) -> None:
    """Set the font of a style for Chinese and Latin text."""
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


class Writer:
    """Writes one template in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.made: Made = Document()
        song, hei, latin = FONTS[lang]
        font(self.made.styles["Normal"], song, latin, BODY)
        font(self.made.styles["Title"], hei, latin, 20, bold=True)
        for level, size in ((1, 15), (2, 13)):
            font(self.made.styles[f"Heading {level}"], hei, latin, size, bold=True)
        section = self.made.sections[0]
        section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        section.top_margin = section.bottom_margin = Cm(2.4)
        self._page_number(section.footer.paragraphs[0])

    def _page_number(self, paragraph: Paragraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = paragraph.add_run()
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = text
            run._element.append(mark)  # noqa: SLF001 - a page number has no other way

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    def title(self, text: str) -> None:
        """Add the title."""
        self.made.add_paragraph(text, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str, level: int = 1) -> Paragraph:
        """Add a heading."""
        return self.made.add_heading(text, level)

    def text(self, text: str, *, indent: bool = True) -> Paragraph:
        """Add a paragraph."""
        paragraph = self.made.add_paragraph(text)
        paragraph.paragraph_format.line_spacing = 1.4
        paragraph.paragraph_format.space_after = Pt(4)
        if indent and not text.startswith("{%"):
            paragraph.paragraph_format.first_line_indent = Pt(BODY * 2) if self.lang == "zh" else None
        return paragraph

    def table(self, over: str, columns: list[tuple[str, str, float]]) -> None:
        """Add a table with a row for each entry of a list: heading, text, and width in cm of each column."""
        table = self.made.add_table(rows=4, cols=len(columns))
        table.style, table.alignment = self.made.styles["Table Grid"], WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        rows = table.rows
        rows[1].cells[0].text = f"{{%tr for 行 in {over} %}}"
        rows[3].cells[0].text = "{%tr endfor %}"
        for at, (heading, content, width) in enumerate(columns):
            table.columns[at].width = Cm(width)
            rows[0].cells[at].text, rows[2].cells[at].text = heading, content
            for row in rows:
                row.cells[at].width = Cm(width)
                for paragraph in row.cells[at].paragraphs:
                    paragraph.paragraph_format.space_after = Pt(0)
                    for run in paragraph.runs:
                        run.font.size = Pt(SMALL)
                        run.font.bold = row is rows[0] or None
        for cell in rows[0].cells:
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", "DDEBF7")):
                shade.set(qn(f"w:{name}"), value)
            cell._element.get_or_add_tcPr().append(shade)  # noqa: SLF001 - shading has no other way
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - repeated headings have no other way
        for row in rows:
            whole = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - rows kept whole have no other way
        self.made.add_paragraph().paragraph_format.space_after = Pt(2)

    def record(self) -> None:
        """Add the closing section: the record of the run."""
        self.heading(self.say("附：运行记录", "Annex: record of the run"))
        self.table(
            "运行记录",
            [(self.say("项目", "Item"), "{{ 行.名称 }}", 4.2), (self.say("内容", "Content"), "{{ 行.内容 }}", 11.6)],
        )

    def content(self) -> bytes:
        """Return the file, the same for the same template."""
        properties = self.made.core_properties
        properties.author = properties.last_modified_by = "junheng"
        properties.title = properties.comments = properties.keywords = ""
        made = BytesIO()
        self.made.save(made)
        fixed = BytesIO()
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name == "docProps/thumbnail.jpeg":
                    continue
                if name in ("_rels/.rels", "[Content_Types].xml"):
                    content = _without_thumbnail(content)
                target.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
        return fixed.getvalue()


def _without_thumbnail(content: bytes) -> bytes:
    import re

    content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
    return re.sub(rb'<Default Extension="jpeg"[^>]*/>', b"", content)


def self_report(lang: str) -> bytes:
    """Return the template of the self-assessment, in the skeleton of the official feedback."""
    w = Writer(lang)
    say = w.say
    w.title(say("{{ 县名 }}{{ 标准简称 }}自评报告", "{{ 县名 }}: self-assessment of {{ 标准简称 }}"))
    w.text(
        say(
            "依据《{{ 标准 }}》{% if 文号 %}（{{ 文号 }}）{% endif %}，以{{ 学年 }}学年数据对{{ 县名 }}进行自评，结论为{{ 结论 }}{{ 结论限定 }}。",
            "Under {{ 标准 }}{% if 文号 %} ({{ 文号 }}){% endif %}, {{ 县名 }} assessed itself with the figures of the school year "
            "{{ 学年 }}. Verdict: {{ 结论 }}{{ 结论限定 }}.",
        )
    )
    w.text(
        say(
            "学校表中有学校（学部）{{ 学校情况.表中 }}个，纳入评估{{ 学校情况.总数 }}个，不纳入{{ 学校情况.不纳入 }}个。",
            "The table has {{ 学校情况.表中 }} school sections, {{ 学校情况.总数 }} of them assessed, {{ 学校情况.不纳入 }} left out.",
        )
    )
    w.heading(say("一、主要指标达标情况与检查结论", "1. Indicators and verdict"))
    w.heading(say("（一）义务教育学校达标情况", "1.1 Schools"), 2)
    w.text("{%p if not 学校情况.判定 %}", indent=False)
    w.text(
        say(
            "本办法不逐校判定；学校是否达标由本省义务教育学校办学基本标准判定。",
            "This method judges no single school; the province's own standard for schools decides that.",
        )
    )
    w.text("{%p if 学校情况.省定标准 %}", indent=False)
    w.text(
        say(
            "本省义务教育学校办学基本标准没有收录，学校达标情况{{ 学校情况.省定标准 }}。",
            "The province's standard is not on record; whether the schools meet it: {{ 学校情况.省定标准 }}.",
        )
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p endif %}", indent=False)
    w.text("{%p if 学校情况.判定 %}", indent=False)
    w.text("{%p if 学校情况.所用标准 %}", indent=False)
    w.text(
        say(
            "学校按省定义务教育学校办学基本标准（{{ 学校情况.所用标准 }}）逐校判定，结论为{{ 学校情况.省定标准 }}。",
            "The schools are judged by the standard of the province ({{ 学校情况.所用标准 }}): {{ 学校情况.省定标准 }}.",
        )
    )
    w.text("{%p endif %}", indent=False)
    w.text(
        say(
            "纳入评估的{{ 学校情况.总数 }}个学校（学部）中，达标{{ 学校情况.达标 }}个，未达标{{ 学校情况.未达标 }}个，无法判定{{ 学校情况.无法判定 }}个。",
            "Of {{ 学校情况.总数 }} sections assessed {{ 学校情况.达标 }} meet the standard, {{ 学校情况.未达标 }} do not, "
            "{{ 学校情况.无法判定 }} cannot be decided.",
        )
    )
    w.table(
        "学校情况.分学段",
        [
            (say("学段", "Stage"), "{{ 行.学段 }}", 3.2),
            (say("学校（学部）", "Sections"), "{{ 行.总数 }}", 3.2),
            (say("达标", "Met"), "{{ 行.达标 }}", 3.2),
            (say("未达标", "Not met"), "{{ 行.未达标 }}", 3.2),
            (say("无法判定", "Cannot be decided"), "{{ 行.无法判定 }}", 3.2),
        ],
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p for 校 in 未达标学校 %}", indent=False)
    w.text(
        say(
            "{{ 校.学校 }}（{{ 校.学段 }}）{% if 校.判定标准 %}按{{ 校.判定标准 }}{% endif %}{{ 校.结论 }}："
            "{% for 项 in 校.不足 %}{{ 项.名称 }} {{ 项.现值 }}（标准 {{ 项.标准 }}"
            "{% if 项.缺口 %}，缺 {{ 项.缺口 }}{% endif %}）{{ 项.结论 }}{% if not loop.last %}；{% endif %}{% endfor %}"
            "{% if 校.不足 and 校.未判定 %}；{% endif %}{% if 校.未判定 %}无法判定的指标：{{ 校.未判定|join('、') }}{% endif %}"
            "{% if 校.说明 %}{% if 校.不足 or 校.未判定 %}；{% endif %}{{ 校.说明 }}{% endif %}。",
            "{{ 校.学校 }} ({{ 校.学段 }}) {% if 校.判定标准 %}{{ 校.判定标准 }}: {% endif %}{{ 校.结论 }}: "
            "{% for 项 in 校.不足 %}{{ 项.名称 }} {{ 项.现值 }} (bar {{ 项.标准 }}"
            "{% if 项.缺口 %}, lacks {{ 项.缺口 }}{% endif %}) {{ 项.结论 }}{% if not loop.last %}; {% endif %}{% endfor %}"
            "{% if 校.不足 and 校.未判定 %}; {% endif %}{% if 校.未判定 %}cannot be decided: {{ 校.未判定|join(', ') }}{% endif %}"
            "{% if 校.说明 %}{% if 校.不足 or 校.未判定 %}; {% endif %}{{ 校.说明 }}{% endif %}.",
        )
    )
    w.text("{%p endfor %}", indent=False)
    w.heading(say("（二）义务教育校际间均衡状况", "1.2 Differences between schools"), 2)
    w.text("{%p for 段 in 系数范围 %}", indent=False)
    w.text(
        say(
            "{{ 段.学段 }}{{ 段.项数 }}项指标校际差异系数在{{ 段.最小 }}—{{ 段.最大 }}之间"
            "{% if 段.限值 != '—' %}（限值 {{ 段.限值 }}），{{ 段.符合 }}项符合要求"
            "{% if 段.超过 %}，超过限值的有：{{ 段.超过 }}{% endif %}"
            "{% if 段.无法判定 %}，{{ 段.无法判定 }}项无法判定{% endif %}{% endif %}。",
            "{{ 段.学段 }}: the coefficients of {{ 段.项数 }} indicators lie between {{ 段.最小 }} and {{ 段.最大 }}"
            "{% if 段.限值 != '—' %} (limit {{ 段.限值 }}); {{ 段.符合 }} are within it"
            "{% if 段.超过 %}, above it: {{ 段.超过 }}{% endif %}"
            "{% if 段.无法判定 %}, {{ 段.无法判定 }} cannot be decided{% endif %}{% endif %}.",
        )
    )
    w.text("{%p endfor %}", indent=False)
    w.text("{%p for 段 in 综合系数 %}", indent=False)
    w.text(
        say(
            "{{ 段.学段 }}综合差异系数为{{ 段.系数 }}（限值 {{ 段.限值 }}），{{ 段.结论 }}。",
            "{{ 段.学段 }}: the composite coefficient is {{ 段.系数 }} (limit {{ 段.限值 }}), {{ 段.结论 }}.",
        )
    )
    w.text("{%p endfor %}", indent=False)
    w.table(
        "系数",
        [
            (say("学段", "Stage"), "{{ 行.学段 }}", 1.6),
            (say("指标", "Indicator"), "{{ 行.指标 }}", 4.4),
            (say("校数", "Schools"), "{{ 行.校数 }}", 1.6),
            (say("均值", "Mean"), "{{ 行.均值 }}", 2.4),
            (say("差异系数", "CV"), "{{ 行.系数 }}", 2.2),
            (say("限值", "Limit"), "{{ 行.限值 }}", 1.8),
            (say("结论", "Outcome"), "{{ 行.结论 }}", 2.6),
        ],
    )
    w.text("{%p for 张 in 图 %}", indent=False)
    w.text("{{ 张.图 }}", indent=False).alignment = WD_ALIGN_PARAGRAPH.CENTER
    w.text(
        say("图{{ loop.index }} {{ 张.名称 }}", "Figure {{ loop.index }}: {{ 张.名称 }}"), indent=False
    ).alignment = WD_ALIGN_PARAGRAPH.CENTER
    w.text("{%p endfor %}", indent=False)
    w.text("{%p for 部 in 部分 %}", indent=False)
    w.heading(say("（{{ '三四五六七八九'[loop.index0] }}）{{ 部.名称 }}", "1.{{ loop.index + 2 }} {{ 部.名称 }}"), 2)
    w.text(
        say(
            "{{ 部.名称 }}{{ 部.结论 }}，{{ 部.项数 }}项中{{ 部.满足 }}项满足{% if 部.得分 %}，得{{ 部.得分 }}{% endif %}。",
            "{{ 部.名称 }}: {{ 部.结论 }}; {{ 部.满足 }} of {{ 部.项数 }} items are met{% if 部.得分 %}, {{ 部.得分 }}{% endif %}.",
        )
    )
    w.table(
        "部.项目",
        [
            (say("序号", "No."), "{{ 行.序号 }}", 1.2),
            (say("项目", "Item"), "{{ 行.名称 }}", 4.6),
            (say("情况", "Figures"), "{{ 行.情况 }}", 5.2),
            (say("结论", "Outcome"), "{{ 行.结论 }}", 2.2),
            (say("佐证", "Evidence"), "{{ 行.佐证 }}", 3.4),
        ],
    )
    w.text("{%p endfor %}", indent=False)
    w.text(
        say(
            "{%p if 未评估部分 %}",
            "{%p if 未评估部分 %}",
        ),
        indent=False,
    )
    w.text(
        say(
            "未评估的部分：{{ 未评估部分|join('、') }}。上述结论不包括这些部分。",
            "Not assessed: {{ 未评估部分|join(', ') }}. The verdict above does not cover these.",
        )
    )
    w.text("{%p endif %}", indent=False)
    w.heading(say("二、主要做法和成效", "2. Measures and effects"))
    w.text(say("（由县填写）", "(to be written by the county)"))
    w.heading(say("三、存在的主要问题", "3. Problems"))
    w.text("{%p if not 问题 %}", indent=False)
    w.text(say("已评估的部分未发现不达标的项目。", "Nothing below the standard was found in the parts assessed."))
    w.text("{%p endif %}", indent=False)
    w.text("{%p for 句 in 问题 %}", indent=False)
    w.text("{{ loop.index }}. {{ 句 }}")
    w.text("{%p endfor %}", indent=False)
    w.heading(say("四、缺口和下一步工作", "4. Gaps and further work"))
    w.text("{%p if not 缺口齐全 %}", indent=False)
    w.text(
        say(
            "有学校缺数据，或学校不按本办法逐校判定，下列缺口不完整。",
            "Some schools lack figures, or are not judged by this method: the gaps below are not complete.",
        )
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p if 缺口齐全 and not 缺口 %}", indent=False)
    w.text(say("各项指标没有缺口。", "No indicator lacks anything."))
    w.text("{%p endif %}", indent=False)
    w.text("{%p if 缺口 %}", indent=False)
    w.table(
        "缺口",
        [
            (say("指标", "Indicator"), "{{ 行.指标 }}", 5.0),
            (say("学段", "Stage"), "{{ 行.学段 }}", 1.8),
            (say("未达标学校（学部）", "Sections below"), "{{ 行.学校数 }}", 2.6),
            (say("缺口合计", "Lacking in all"), "{{ 行.合计 }}", 3.2),
            (say("判定标准", "Judged by"), "{{ 行.判定标准 }}", 3.2),
        ],
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p if 不纳入 %}", indent=False)
    w.heading(say("附：不纳入评估的学校（学部）", "Annex: sections left out"))
    w.table(
        "不纳入",
        [
            (say("学校", "School"), "{{ 行.学校 }}", 6.4),
            (say("学段", "Stage"), "{{ 行.学段 }}", 2.4),
            (say("在校生", "Students"), "{{ 行.在校生 }}", 2.4),
            (say("原因", "Reason"), "{{ 行.原因 }}", 4.8),
        ],
    )
    w.text("{%p endif %}", indent=False)
    w.record()
    return w.content()


def school_plan(lang: str) -> bytes:
    """Return the template of the school plans: one page for each school."""
    w = Writer(lang)
    say = w.say
    w.text("{%p for 校 in 学校 %}", indent=False)
    heading = w.heading(say("{{ 校.学校 }} 一校一策", "{{ 校.学校 }}: plan"))
    heading.paragraph_format.page_break_before = True
    w.text(
        say(
            "{{ 县名 }} · {{ 学年 }}学年 · {{ 标准 }}{% if 文号 %}（{{ 文号 }}）{% endif %}",
            "{{ 县名 }} · school year {{ 学年 }} · {{ 标准 }}{% if 文号 %} ({{ 文号 }}){% endif %}",
        ),
        indent=False,
    )
    w.text("{%p for 部 in 校.学部 %}", indent=False)
    w.text(
        say(
            "{{ 部.学段 }}：在校生 {{ 部.在校生 }} 人，{% if 部.判定标准 %}按{{ 部.判定标准 }}{% endif %}{{ 部.结论 }}",
            "{{ 部.学段 }}: {{ 部.在校生 }} students, {% if 部.判定标准 %}{{ 部.判定标准 }}: {% endif %}{{ 部.结论 }}",
        ),
        indent=False,
    )
    w.text("{%p for 判 in 部.判定 %}", indent=False)
    w.text("{%p if 判.标准 %}", indent=False)
    w.text(say("判定标准：{{ 判.标准 }}，{{ 判.结论 }}", "Judged by {{ 判.标准 }}: {{ 判.结论 }}"), indent=False)
    w.text("{%p endif %}", indent=False)
    w.table(
        "判.指标",
        [
            (say("指标", "Indicator"), "{{ 行.名称 }}", 5.4),
            (say("现值", "Value"), "{{ 行.现值 }}", 2.6),
            (say("标准", "Bar"), "{{ 行.标准 }}", 2.6),
            (say("缺口", "Gap"), "{{ 行.缺口 }}", 2.8),
            (say("结论", "Outcome"), "{{ 行.结论 }}", 3.2),
        ],
    )
    w.text("{%p endfor %}", indent=False)
    w.text("{%p if 部.措施 %}", indent=False)
    w.table(
        "部.措施",
        [
            (say("需要解决的问题", "What has to be done"), "{{ 行 }}", 8.2),
            (say("责任人", "Owner"), "", 2.6),
            (say("完成时限", "Due"), "", 2.8),
            (say("完成情况", "Status"), "", 3.0),
        ],
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p endfor %}", indent=False)
    w.text("{%p if not 校.需要整改 %}", indent=False)
    w.text(say("各学部均达标，保持现有水平。", "Every section meets the standard; keep it so."), indent=False)
    w.text("{%p endif %}", indent=False)
    w.text("{%p endfor %}", indent=False)
    end = w.heading(say("附：运行记录", "Annex: record of the run"))
    end.paragraph_format.page_break_before = True
    w.table("运行记录", [(say("项目", "Item"), "{{ 行.名称 }}", 4.2), (say("内容", "Content"), "{{ 行.内容 }}", 11.6)])
    return w.content()


def plan_supplement(lang: str) -> bytes:
    """Return the template of the supplement to the school plans: the totals of a county, then a page for each school."""
    w = Writer(lang)
    say = w.say
    w.text("{%p for 县 in 各县 %}", indent=False)
    heading = w.heading(
        say("{{ 县.县名 }}整改方案（一校一策补充）", "{{ 县.县名 }}: plan, supplement to the school plans")
    )
    heading.paragraph_format.page_break_before = True
    under = say(
        "{{ 县.学年 }}学年 · {{ 县.标准 }}{% if 县.文号 %}（{{ 县.文号 }}）{% endif %}",
        "School year {{ 县.学年 }} · {{ 县.标准 }}{% if 县.文号 %} ({{ 县.文号 }}){% endif %}",
    )
    w.text(under, indent=False)
    w.text("{%p for 句 in 县.结论 %}", indent=False)
    w.text("{{ 句 }}", indent=False)
    w.text("{%p endfor %}", indent=False)

    def listed(over: str, title: str, columns: list[tuple[str, str, float]]) -> None:
        w.text(f"{{%p if {over} %}}", indent=False)
        w.heading(title, 2)
        w.table(over, columns)
        w.text("{%p endif %}", indent=False)

    listed(
        "县.缺数据",
        say("先补齐这些数据", "Complete these figures first"),
        [
            (say("学校", "School"), "{{ 行.学校 }}", 7.0),
            (say("学段", "Stage"), "{{ 行.学段 }}", 2.4),
            (say("缺", "Lacks"), "{{ 行.缺 }}", 6.4),
        ],
    )
    listed(
        "县.原因",
        say("为什么没有方案", "Why there is no plan"),
        [
            (say("不能满足", "Cannot be met"), "{{ 行.什么 }}", 6.0),
            (say("原因", "Why"), "{{ 行.原因 }}", 9.8),
        ],
    )
    listed(
        "县.合计",
        say("合计", "In all"),
        [
            (say("增加", "Added"), "{{ 行.增加 }}", 6.4),
            (say("数量", "Amount"), "{{ 行.数量 }}", 2.6),
            (say("单位", "Unit"), "{{ 行.单位 }}", 1.8),
            (say("校数", "Schools"), "{{ 行.校数 }}", 1.8),
            (say("费用(万元)", "Cost, 10,000 yuan"), "{{ 行.费用 }}", 3.2),
        ],
    )
    listed(
        "县.分年度",
        say("分年度", "By year"),
        [
            (say("年度", "Year"), "{{ 行.年度 }}", 1.8),
            (say("费用(万元)", "Cost, 10,000 yuan"), "{{ 行.费用 }}", 3.0),
            (say("预算(万元)", "Budget"), "{{ 行.预算 }}", 3.0),
            (say("年末结论", "Verdict at its end"), "{{ 行.结论 }}", 8.0),
        ],
    )
    listed(
        "县.前后",
        say("方案前后", "Before and after"),
        [
            (say("评估部分", "Part"), "{{ 行.部分 }}", 4.2),
            (say("现在", "Now"), "{{ 行.现在 }}", 2.9),
            ("", "{{ 行.现在情况 }}", 2.9),
            (say("方案之后", "After the plan"), "{{ 行.之后 }}", 2.9),
            ("", "{{ 行.之后情况 }}", 2.9),
        ],
    )
    listed(
        "县.系数",
        say("校际差异系数", "Coefficients of variation"),
        [
            (say("学段", "Stage"), "{{ 行.学段 }}", 2.4),
            (say("指标", "Indicator"), "{{ 行.指标 }}", 5.0),
            (say("现在", "Now"), "{{ 行.现在 }}", 2.8),
            (say("方案之后", "After"), "{{ 行.之后 }}", 2.8),
            (say("限值", "Limit"), "{{ 行.限值 }}", 2.8),
        ],
    )
    w.text("{%p for 校 in 县.学校 %}", indent=False)
    heading = w.heading(say("{{ 校.学校 }} 一校一策补充", "{{ 校.学校 }}: supplement to the plan"))
    heading.paragraph_format.page_break_before = True
    w.text("{{ 县.县名 }} · " + under, indent=False)
    w.text("{%p for 部 in 校.学部 %}", indent=False)
    w.text(
        say(
            "{{ 部.学段 }}：在校生 {{ 部.在校生 }} 人，现在 {{ 部.现在 }}，方案之后 {{ 部.之后 }}",
            "{{ 部.学段 }}: {{ 部.在校生 }} students; now {{ 部.现在 }}, after the plan {{ 部.之后 }}",
        ),
        indent=False,
    )
    w.text("{%p endfor %}", indent=False)
    w.heading(
        say(
            "做什么{% if 校.费用 %}（费用 {{ 校.费用 }} 万元）{% endif %}",
            "What is done{% if 校.费用 %} ({{ 校.费用 }} × 10,000 yuan){% endif %}",
        ),
        2,
    )
    w.table(
        "校.措施",
        [
            (say("学段", "Stage"), "{{ 行.学段 }}", 1.5),
            (say("措施", "Measure"), "{{ 行.措施 }}", 4.4),
            (say("数量", "Amount"), "{{ 行.数量 }}", 2.0),
            (say("费用(万元)", "Cost"), "{{ 行.费用 }}", 1.8),
            (say("年度", "Year"), "{{ 行.年度 }}", 1.3),
            (say("责任人", "Owner"), "", 1.8),
            (say("完成时限", "Due"), "", 1.7),
            (say("完成情况", "Status"), "", 1.7),
        ],
    )
    w.text("{%p if 校.指标 %}", indent=False)
    w.heading(say("指标的变化", "Indicators"), 2)
    w.table(
        "校.指标",
        [
            (say("学段", "Stage"), "{{ 行.学段 }}", 1.5),
            (say("指标", "Indicator"), "{{ 行.名称 }}", 4.7),
            (say("标准", "Bar"), "{{ 行.标准 }}", 2.2),
            (say("现在", "Now"), "{{ 行.现在 }}", 2.4),
            (say("方案之后", "After"), "{{ 行.之后 }}", 2.4),
            (say("之后的结论", "Outcome then"), "{{ 行.结论 }}", 3.0),
        ],
    )
    w.text("{%p endif %}", indent=False)
    w.text("{%p endfor %}", indent=False)
    w.text("{%p endfor %}", indent=False)
    w.text("{%p for 次 in 运行 %}", indent=False)
    end = w.heading(say("附：运行记录", "Annex: record of the run"))
    end.paragraph_format.page_break_before = True
    w.text("{{ 次.标准 }}", indent=False)
    w.table("次.内容", [(say("项目", "Item"), "{{ 行.名称 }}", 4.2), (say("内容", "Content"), "{{ 行.内容 }}", 11.6)])
    w.text("{%p endfor %}", indent=False)
    return w.content()


MADE = {"self-report": self_report, "school-plan": school_plan, "plan-supplement": plan_supplement}


def main() -> int:
    """Write the templates, or compare them."""
    stale = []
    for name, make in MADE.items():
        for lang in ("zh", "en"):
            path = FOLDER / f"{name}.{lang}.docx"
            content = make(lang)
            if "--check" not in sys.argv[1:]:
                path.write_bytes(content)
            elif not path.is_file() or _parts(path.read_bytes()) != _parts(content):
                stale.append(path.name)
    for name in stale:
        print(f"stale: {name}; run python scripts/make_report_templates.py")
    return 1 if stale else 0


def _parts(content: bytes) -> dict[str, bytes]:
    """Return what a file says, without what a release of the library it is made with sets."""
    with zipfile.ZipFile(BytesIO(content)) as made:
        return {name: made.read(name) for name in ("word/document.xml", "word/footer1.xml") if name in made.namelist()}


if __name__ == "__main__":
    sys.exit(main())
