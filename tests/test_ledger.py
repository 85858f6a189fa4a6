"""The ledger: what it holds is what the run says, and what people wrote in it outlives every update."""

import datetime as dt
import json
import shutil
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from typer.testing import CliRunner

from junheng.cli import app
from junheng.documents.costs import read_costs
from junheng.documents.ledger import write_ledger, write_ledgers
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.problems import Unusable
from junheng.report.to_json import county_json
from junheng.run import judge
from junheng.standard.load import shipped_fields
from tests.workbooks import nine_year, school_row, table, write_csv, write_xlsx

BELOW, OPEN, MET, HISTORY, GAPS = "未达标台账", "待核实", "已达标台账", "历史", "缺口统计表"
LEDGERS = (BELOW, OPEN, MET)
BAD = ("close", "unmet")
NUMBER_OF = {"teaching_area", "sports_area", "equipment_value"}  # not counted in whole things
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    '=HYPERLINK("http://x.invalid","x")',
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "a\x00\x07b",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "'=1",
    '","=1',
    "*?~",
)


def run_of(path, year=2023, standard="quality-balance"):
    return judge([path], standard, year=year, by="county")


def submission(run, path, lang="zh", **more):
    county = run.counties[0]
    return Submission(run, county, record_of_run(run, county, [(path, path.name)]), lang, **more)


def write(tmp_path, rows, name="ledger.xlsx", *, year=2023, day="2024-01-02", lang="zh", costs=None, writer=write_xlsx):
    """Write the ledger of some schools, or go on from the one that is there; return its path."""
    suffix = writer.__name__.removeprefix("write_")
    source = writer(tmp_path / f"{year}.{suffix}", table(*[{**row, "year": year} for row in rows]))
    path = tmp_path / name
    given = submission(run_of(source, year), source, lang, costs=costs)
    write_ledgers([given], path, earlier=path if path.exists() else None, day=dt.date.fromisoformat(day))
    return path


def rows_of(path, *sheets, header=3):
    """Return the rows of sheets as dicts by heading."""
    book = load_workbook(path)
    found = []
    for name in sheets:
        head, *body = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=header)]
        found += [dict(zip(head, values, strict=True)) for values in body]
    return found


def by_item(path, *sheets):
    """Return the rows of sheets by school, stage and id of the item."""
    return {(r["学校"], r["学段"], r["项目编号（勿改）"]): r for r in rows_of(path, *(sheets or LEDGERS))}


def fill(path, item, **words):
    """Write into the row of an item of the first sheet, as a person does."""
    book = load_workbook(path)
    sheet = book[BELOW]
    head = [cell.value for cell in sheet[3]]
    for row in sheet.iter_rows(min_row=4):
        if row[head.index("项目编号（勿改）")].value == item:
            for heading, value in words.items():
                row[head.index(heading)].value = value
    book.save(path)


def events(path):
    return [(r["学年"], r["项目"], r["变动"]) for r in rows_of(path, HISTORY)]


def cells(path, without=("运行记录",)):
    return {s.title: [[c.value for c in r] for r in s] for s in load_workbook(path) if s.title not in without}


def command(*words):
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "2000", "JUNHENG_LANG": None}).invoke(app, list(map(str, words)))


def shown_gap(indicator, gap):
    """A gap as it is written: things are whole, amounts rounded up to two decimals."""
    exact = Fraction(str(round(gap, 9)))
    return ceil(exact * 100) / 100 if indicator in NUMBER_OF else ceil(exact)


# ---------------------------------------------------------------------------------------- the example county, three years


@pytest.fixture(scope="module")
def shili(root, tmp_path_factory):
    """The ledgers of the example county after each of three years, and the JSON of each run; owners written in 2021."""
    folder = tmp_path_factory.mktemp("shili")
    made = {}
    path = folder / "ledger.xlsx"
    for year in (2021, 2022, 2023):
        source = root / "examples" / "shili" / f"{year}.xlsx"
        run = run_of(source, year)
        given = submission(run, source)
        write_ledgers([given], path, earlier=path if path.exists() else None, day=dt.date(year + 1, 3, 1))
        kept = folder / f"{year}.xlsx"
        shutil.copy(path, kept)
        made[year] = kept, json.loads("".join(county_json(run, "zh")))["counties"][0]
        if year == 2021:
            book = load_workbook(path)
            sheet = book[BELOW]
            head = [cell.value for cell in sheet[3]]
            for number, row in enumerate(sheet.iter_rows(min_row=4)):
                row[head.index("责任人")].value = f"示例责任人{number}"
                row[head.index("完成时限")].value = dt.date(2022, 12, 31)
            book.save(path)
            shutil.copy(path, kept)
    return made


def of_json(county):
    """The findings of a run by code, stage and indicator."""
    return {
        (school["code"], school["stage"], entry["id"]): entry
        for school in county["schools"]
        if school["left_out"] is None
        for entry in school["indicators"]
    }


def of_ledger(path, *sheets):
    """The rows of schools' indicators by code, stage and indicator; no items of other parts."""
    found = {}
    for row in rows_of(path, *sheets):
        key = json.loads(row["键（勿改）"])
        if key[1] and "/" not in key[5]:
            found[key[1], key[4], key[5]] = row
    return found


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_every_finding_of_the_run_is_on_the_sheet_it_belongs_to(shili, year):
    """未达标, 已达标 and 待核实 hold exactly the findings that the JSON of the run calls so; figures and gaps are its."""
    path, county = shili[year]
    found = of_json(county)
    below = {k: r for k, r in of_ledger(path, BELOW).items() if r["状态"] != "已销号"}
    assert {k for k, e in found.items() if e["outcome"] in BAD} == set(below)
    assert {k for k, e in found.items() if e["outcome"] == "met"} == set(of_ledger(path, MET))
    assert {k for k, e in found.items() if e["outcome"] == "missing"} == set(of_ledger(path, OPEN))
    assert below
    for key, row in below.items():
        entry = found[key]
        assert row["实际值"] == pytest.approx(entry["value"], rel=1e-15)
        assert shown_gap(key[2], entry["gap"]) == row["缺口"]
        assert shown_gap(key[2], entry["gap_to_floor"]) == (row["到余项要求缺口"] or 0)


def test_coefficients_and_items_of_the_county_are_lines_of_the_county(shili):
    """Every coefficient with a limit and every item of the other parts stands on the sheet of its outcome."""
    path, county = shili[2023]
    sheet_of = {True: MET, False: BELOW, None: OPEN}
    rows = {
        (r["项目编号（勿改）"], r["学段"]): r
        for name in LEDGERS
        for r in rows_of(path, name)
        if r["学校"] == "（县级）" and r["状态"] != "已销号"
    }
    stages = {"primary": "小学", "junior": "初中"}
    places = {
        (r["项目编号（勿改）"], r["学段"]): n
        for n in LEDGERS
        for r in rows_of(path, n)
        if r["学校"] == "（县级）" and r["状态"] != "已销号"
    }
    for v in county["variations"]:
        at = f"cv/{v['indicator']}", stages[v["stage"]]
        assert sheet_of[v["passed"]] == places[at]
        assert v["cv"] == pytest.approx(rows[at]["实际值"], rel=1e-12)
    of_outcome = {"met": MET, "unmet": BELOW, "close": BELOW, "missing": OPEN}
    for item in county["items"]:
        if item["outcome"] != "exempt":
            assert of_outcome[item["outcome"]] == places[f"{item['part']}/{item['id']}", None]


def expected_events(outcomes):
    """What the history must say of one item, worked out from its outcomes over the years (None: not judged)."""
    events, state, listed, struck = [], None, False, False
    for year, outcome in outcomes:
        if outcome in BAD:
            if state != "below":
                events.append((year, "重新出现" if struck else "仍未达标" if listed else "新增"))
            state, listed = "below", True
        elif outcome == "met":
            if state in ("below", "open") and listed:
                events.append((year, "销号"))
                state, struck = "closed", True
            elif state == "open":
                events.append((year, "核实达标"))
                state = "met"
            else:
                state = state or "met"
        elif outcome == "missing" and state != "open":
            events.append((year, "待核实"))
            state = "open"
    return events


def test_three_years_strike_off_reopen_and_keep(shili):
    """Over 2021, 2022 and 2023 the history of each finding is what its outcomes in the three runs make it."""
    path = shili[2023][0]
    years = {year: of_json(county) for year, (_, county) in shili.items()}
    everyone = set().union(*years.values())
    expected = {}
    for key in everyone:
        outcomes = [(year, found[key]["outcome"] if key in found else None) for year, found in years.items()]
        if None not in [outcome for _, outcome in outcomes]:
            expected[key] = expected_events(outcomes)
    told = {key: [] for key in expected}
    for row in rows_of(path, HISTORY):
        key = json.loads(row["键（勿改）"])
        if (key[1], key[4], key[5]) in told:
            told[key[1], key[4], key[5]].append((row["学年"], row["变动"]))
    assert expected == told
    kinds = {event for entries in expected.values() for _, event in entries}
    assert {"新增", "销号"} <= kinds


def test_three_years_keep_owners_and_dates(shili):
    """Whatever was written in 2021 stands on the same item in 2022 and 2023, struck off or not."""
    first = {k: (r["责任人"], r["完成时限"]) for k, r in of_ledger(shili[2021][0], BELOW).items()}
    assert all(owner and due for owner, due in first.values())
    for year in (2022, 2023):
        now = of_ledger(shili[year][0], MET, OPEN, BELOW)  # a struck-off row has the last word
        assert first == {k: (now[k]["责任人"], now[k]["完成时限"]) for k in first}
        closed = {k for k in first if of_json(shili[year][1])[k]["outcome"] == "met"}
        assert closed == {k for k in first if now[k]["状态"] == "已销号"}


def test_one_school_by_hand(shili):
    """示例县第一小学: equipment below 2000 yuan in 2021 and 2022, above it in 2023, is struck off in 2023 and not before."""
    key = ("3137000001", "primary", "equipment_value")
    values = [of_json(county)[key]["value"] for _, county in shili.values()]
    assert [False, False, True] == [value >= 2000 for value in values]
    rows = [of_ledger(path, BELOW)[key] for path, _ in shili.values()]
    assert [None, None, 2023] == [row["销号学年"] for row in rows]
    assert [2021, 2021, 2021] == [row["首次列入"] for row in rows]


def test_a_second_update_changes_nothing(shili, root, tmp_path):
    """Updated with the same data once more, on another day, every cell but those of the record is the same."""
    path = tmp_path / "ledger.xlsx"
    shutil.copy(shili[2023][0], path)
    before = cells(path)
    source = root / "examples" / "shili" / "2023.xlsx"
    write_ledgers([submission(run_of(source), source)], path, earlier=path, day=dt.date(2024, 3, 1))
    assert before == cells(path)


# ------------------------------------------------------------------------------------------------------- transitions


def lacking(teachers=8, **changes):
    """The good school, one with too few backbone teachers: at least 10 for 1000 pupils."""
    return school_row(backbone_teachers=teachers, **changes)


OTHER = school_row(code="3137000009", name="第九小学")
ITEM = "backbone_teachers"
AT = ("第一小学", "小学", ITEM)


def test_new_closed_and_again(tmp_path):
    """8 of 10, then 10 of 10, then 9 of 10: listed, struck off, listed again; the owner stays, the history grows."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021, day="2022-01-02")
    row = by_item(path, BELOW)[AT]
    assert (8 / 1000 * 100, 2, 1, "未启动", 2021) == tuple(
        row[n] for n in ("实际值", "缺口", "到余项要求缺口", "状态", "首次列入")
    )
    fill(path, ITEM, 责任人="示例甲", 完成时限="2022年6月30日", 状态="整改中", 备注="招聘")
    write(tmp_path, [lacking(10), OTHER], year=2022, day="2023-01-02")
    row = by_item(path, BELOW)[AT]
    said = ("责任人", "状态", "备注", "首次列入", "销号学年", "最近变动", "缺口")
    assert ("示例甲", "已销号", "招聘", 2021, 2022, "销号（2022）", None) == tuple(row[n] for n in said)
    assert dt.datetime(2022, 6, 30) == row["完成时限"]  # noqa: DTZ001 - a cell knows no time zone
    struck = load_workbook(path)[BELOW]["E4"]
    assert struck.font.strike
    assert AT in by_item(path, MET)
    write(tmp_path, [lacking(9), OTHER], year=2023, day="2024-01-02")
    row = by_item(path, BELOW)[AT]
    assert ("示例甲", "重新出现", "招聘", 2021, 2022, "重新出现（2023）", 1) == tuple(row[n] for n in said)
    assert "超期" == row["超期"]
    assert [(2021, "骨干教师", "新增"), (2022, "骨干教师", "销号"), (2023, "骨干教师", "重新出现")] == [
        e for e in events(path) if e[1] == "骨干教师"
    ]
    note = rows_of(path, HISTORY)[-1]["说明"]
    assert "2022-06-30" in note
    assert "示例甲" in note


def test_on_the_bar_is_struck_off_and_one_below_is_not(tmp_path):
    """10 backbone teachers for 1000 pupils meet the bar of 1; 9 do not."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021)
    write(tmp_path, [lacking(9), OTHER], year=2022)
    assert "未启动" == by_item(path, BELOW)[AT]["状态"]
    write(tmp_path, [lacking(10), OTHER], year=2023)
    assert "已销号" == by_item(path, BELOW)[AT]["状态"]


def test_what_cannot_be_decided_is_never_struck_off(tmp_path):
    """A figure that is missing puts the item among those to be settled, with owner and status as they were."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021)
    fill(path, ITEM, 责任人="示例甲", 状态="整改中")
    write(tmp_path, [lacking(None), OTHER], year=2022)
    assert AT not in by_item(path, BELOW, MET)
    row = by_item(path, OPEN)[AT]
    assert ("示例甲", "整改中", "待核实（2022）", None) == (row["责任人"], row["状态"], row["最近变动"], row["缺口"])
    write(tmp_path, [lacking(8), OTHER], year=2023)
    row = by_item(path, BELOW)[AT]
    assert ("示例甲", "整改中", "仍未达标（2023）") == (row["责任人"], row["状态"], row["最近变动"])


def test_a_school_that_is_gone_is_said_so(tmp_path):
    """The items of a school that is no longer in the table stay, as gone; when it comes back they go on."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021)
    fill(path, ITEM, 责任人="示例甲")
    write(tmp_path, [OTHER], year=2022)
    row = by_item(path, OPEN)[AT]
    assert ("示例甲", "学校已不在表中（2022）", 0.8) == (row["责任人"], row["最近变动"], row["实际值"])
    gone = [r["项目"] for r in rows_of(path, HISTORY) if r["变动"] == "学校已不在表中"]
    assert 7 <= len(gone)  # the met ones are told by the history
    before = cells(path)
    write(tmp_path, [OTHER], year=2022)
    assert before == cells(path)
    write(tmp_path, [lacking(10), OTHER], year=2023)
    assert ("示例甲", "已销号") == tuple(by_item(path, BELOW)[AT][n] for n in ("责任人", "状态"))


def test_a_school_that_is_not_judged_any_more_stays(tmp_path):
    """A teaching point that falls below 50 pupils is left out: its item is to be settled, not struck off."""
    small = {"type": "教学点", "students": 60, "backbone_teachers": 0, "classes": 3}
    path = write(tmp_path, [school_row(**small), OTHER], year=2021)
    assert AT in by_item(path, BELOW)
    write(tmp_path, [school_row(**{**small, "students": 49}), OTHER], year=2022)
    row = by_item(path, OPEN)[AT]
    assert "不足50人的教学点" in row["结论"]


def test_overdue_by_the_day_given(tmp_path):
    """An item is overdue the day after its due date, not on it, and never once it is struck off."""
    path = write(tmp_path, [lacking(8), OTHER])
    fill(path, ITEM, 完成时限=dt.date(2024, 6, 30))
    write(tmp_path, [lacking(8), OTHER], day="2024-06-30")
    assert by_item(path, BELOW)[AT]["超期"] is None
    write(tmp_path, [lacking(8), OTHER], day="2024-07-01")
    assert "超期" == by_item(path, BELOW)[AT]["超期"]
    write(tmp_path, [lacking(10), OTHER], day="2024-07-01")
    assert by_item(path, BELOW)[AT]["超期"] is None


def test_a_school_that_gets_a_code_keeps_its_items(tmp_path):
    """Without a code a school is known by its name; with one it is the same school."""
    path = write(tmp_path, [lacking(8, code=None), OTHER], year=2021)
    fill(path, ITEM, 责任人="示例甲")
    write(tmp_path, [lacking(8), OTHER], year=2022)
    assert "示例甲" == by_item(path, BELOW)[AT]["责任人"]
    assert [] == [e for e in events(path) if e[0] == 2022]


# ---------------------------------------------------------------------------------------------- what people do with it


def test_columns_moved_rows_sorted_columns_and_rows_added(tmp_path):
    """Edited as people do, nothing that they wrote is lost: their columns, rows, remarks on cells and sheets too."""
    path = write(tmp_path, [lacking(8, overqualified_teachers=30), OTHER], year=2021)
    book = load_workbook(path)
    sheet = book[BELOW]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    head = rows[0]
    order = sorted(range(len(head)), key=lambda at: head[at])  # moved
    body = sorted(rows[1:], key=lambda row: str(row[head.index("项目")]), reverse=True)
    sheet.delete_rows(1, sheet.max_row)
    sheet.append([head[at] for at in order] + ["分管领导", None])
    for row in body:
        sheet.append([row[at] for at in order] + ["示例县长", "无标题"])
    sheet.append([None] * len(order) + ["另加一行"])
    owner = [head[at] for at in order].index("责任人") + 1
    sheet.cell(2, owner).value = "示例乙"
    sheet.cell(2, owner).comment = Comment("已谈话", "x")
    book.create_sheet("会议纪要")["A1"] = "自己的表"
    book.save(path)
    first = {r["项目编号（勿改）"]: r for r in rows_of(path, BELOW, header=1) if r["项目编号（勿改）"]}
    write(tmp_path, [lacking(8, overqualified_teachers=30), OTHER], year=2022)
    after = {r["项目编号（勿改）"]: r for r in rows_of(path, BELOW) if r["项目编号（勿改）"]}
    assert first.keys() == after.keys()
    for item, row in after.items():
        assert (first[item]["责任人"], "示例县长") == (row["责任人"], row["分管领导"])
        assert "无标题" in row.values()
    assert "另加一行" in [r["分管领导"] for r in rows_of(path, BELOW)]
    assert ["已谈话"] == [c.comment.text for row in load_workbook(path)[BELOW] for c in row if c.comment]
    assert "自己的表" == load_workbook(path)["会议纪要"]["A1"].value
    before = cells(path)
    write(tmp_path, [lacking(8, overqualified_teachers=30), OTHER], year=2022)
    assert before == cells(path)


def test_without_the_hidden_columns(tmp_path):
    """Rows that lost their hidden columns are known by what they show: county, school, stage and item."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021)
    fill(path, ITEM, 责任人="示例甲")
    book = load_workbook(path)
    for name in LEDGERS:
        book[name].delete_cols([c.value for c in book[name][3]].index("键（勿改）") + 1, 4)
    book.save(path)
    write(tmp_path, [lacking(10), OTHER], year=2022)
    assert ("示例甲", "已销号") == tuple(by_item(path, BELOW)[AT][n] for n in ("责任人", "状态"))


def test_a_formula_of_theirs_is_kept_as_what_it_came_to(tmp_path):
    """A formula in a column that people added would point elsewhere after the update: its text or result is kept as text."""
    path = write(tmp_path, [lacking(8), OTHER])
    book = load_workbook(path)
    sheet = book[BELOW]
    sheet.cell(3, 30).value, sheet.cell(4, 30).value = "折算", "=1+1"
    book.save(path)
    write(tmp_path, [lacking(8), OTHER])
    assert not [
        c.coordinate for name in LEDGERS for row in load_workbook(path)[name] for c in row if c.data_type == "f"
    ]


def test_the_report_goes_on_from_the_ledger_that_is_there(tmp_path):
    """`write_ledger` over an existing ledger keeps what people wrote."""
    path = write(tmp_path, [lacking(8), OTHER])
    fill(path, ITEM, 责任人="示例甲")
    source = tmp_path / "2023.xlsx"
    write_ledger(submission(run_of(source), source), path)
    assert "示例甲" == by_item(path, BELOW)[AT]["责任人"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "不是工作簿".encode()])
def test_nothing_but_a_ledger_is_written_over(tmp_path, content):
    """A file that is no ledger stays as it is."""
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)
    with pytest.raises(Unusable) as error:
        write(tmp_path, [lacking(8), OTHER], path.name)
    assert ["C142"] == [p.kind.code for p in error.value.problems]
    assert content == path.read_bytes()


def test_a_refused_update_leaves_the_ledger_as_it_is(tmp_path):
    """Two owners of one item are reported with both cells, and the file is not touched."""
    path = write(tmp_path, [lacking(8), OTHER])
    book = load_workbook(path)
    sheet = book[BELOW]
    head = [cell.value for cell in sheet[3]]
    sheet.append([cell.value for cell in sheet[4]])
    last = sheet.max_row
    sheet.cell(4, head.index("责任人") + 1).value, sheet.cell(last, head.index("责任人") + 1).value = "示例甲", "示例乙"
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(Unusable) as error:
        write(tmp_path, [lacking(8), OTHER])
    assert [("C144", f"A{last}")] == [(p.kind.code, p.place.cell) for p in error.value.problems]
    assert before == path.read_bytes()


def test_hostile_text_stays_text(tmp_path):
    """Names, owners and remarks that look like formulas or markup are text after writing, updating, and in the formulas."""
    rows = [
        lacking(8, code=f"31370001{at:02}", name=f"{text}校{at}" if at % 2 else f"{text}", town=text)
        for at, text in enumerate(HOSTILE)
    ]
    path = write(tmp_path, rows, year=2021, writer=write_csv)
    book = load_workbook(path)
    sheet = book[BELOW]
    head = [cell.value for cell in sheet[3]]
    for at, row in enumerate(sheet.iter_rows(min_row=4)):
        for heading in ("责任人", "备注", "状态"):
            cell = row[head.index(heading)]
            cell.value, cell.data_type = HOSTILE[at % len(HOSTILE)].replace("\x00", "").replace("\x07", ""), "s"
        last = sheet.cell(row[0].row, len(head) + 1)
        last.value, last.data_type = "=1+1", "s"
    title = sheet.cell(3, len(head) + 1)
    title.value, title.data_type = "=cmd", "s"
    book.save(path)
    written = {
        json.loads(r["键（勿改）"])[1]: (r["责任人"], r["备注"], r["状态"])
        for r in rows_of(path, BELOW)
        if r["项目编号（勿改）"] == ITEM
    }
    write(tmp_path, rows, year=2022, writer=write_csv)
    book = load_workbook(path)
    formulas = {
        (s.title, c.value.split("(")[0]) for s in book for row in s.iter_rows() for c in row if c.data_type == "f"
    }
    assert {(GAPS, "=SUMIFS"), (GAPS, "=IF"), (GAPS, "=SUM")} == formulas
    after = {
        json.loads(r["键（勿改）"])[1]: (r["责任人"], r["备注"], r["状态"])
        for r in rows_of(path, BELOW)
        if r["项目编号（勿改）"] == ITEM
    }
    assert len(HOSTILE) == len(after)
    assert written == after
    assert "=cmd" in [c.value for c in book[BELOW][3]]


# ------------------------------------------------------------------------------------------------- money and order


def test_costs_are_exact_and_blank_without_a_file(tmp_path):
    """0.6 ㎡ lacking for each of 1000 pupils at 1234.5 yuan is 74.07 万元; without a file there is none."""
    rows = [school_row(teaching_area=4300), OTHER]  # (4300 − 400) ÷ 1000 = 3.9 of 4.5
    path = write(tmp_path, rows)
    at = ("第一小学", "小学", "teaching_area")
    assert (600, None) == (by_item(path, BELOW)[at]["缺口"], by_item(path, BELOW)[at]["概算(万元)"])
    costs = tmp_path / "costs.yaml"
    costs.write_text("prices: {teaching_area: {yuan: 1234.5, per: ㎡, source: 编造}}\n", "utf-8")
    write(tmp_path, rows, costs=costs)
    assert 74.07 == by_item(path, BELOW)[at]["概算(万元)"]
    assert "编造" in [c.value for row in load_workbook(path)[GAPS] for c in row]


def test_every_fault_of_a_costs_file_is_told_with_its_line(tmp_path):
    """Faults of content are all reported at once, and so are faults of form, each with its line."""
    file = tmp_path / "costs.yaml"
    file.write_text(
        "prices:\n"
        "  nosuch: {yuan: 1, per: ㎡, source: 编造}\n"
        "  name: {yuan: 1, per: 个, source: 编造}\n"
        "  books: {yuan: 1, per: ㎡, source: 编造}\n"
        "order: [hardware, nothing,\n"
        "  hardware]\n",
        "utf-8",
    )
    with pytest.raises(Unusable) as error:
        read_costs(file, shipped_fields(), frozenset())
    assert [("S303", 2), ("S203", 3), ("S203", 4), ("S203", 5), ("S203", 6)] == [
        (p.kind.code, p.place.line) for p in error.value.problems
    ]
    file.write_text('prices:\n  books: {yuan: "1", per: 册, source: 编造}\n  computers: {yuan: -1, per: 台}\n', "utf-8")
    with pytest.raises(Unusable) as error:
        read_costs(file, shipped_fields())
    assert {(2, "S203"), (3, "S202"), (3, "S203")} == {(p.place.line, p.kind.code) for p in error.value.problems}


def _order(path):
    return [
        json.loads(r["键（勿改）"])[1] + r["项目编号（勿改）"]
        for r in rows_of(path, BELOW)
        if r["次序"] and "cv" not in r["项目编号（勿改）"]
    ]


def test_the_order_of_work(tmp_path):
    """Easy first, hardware before software; a price tells what is easy, and a county may turn the order round."""
    one = lacking(9, teaching_area=4400)  # 0.5 of 4.5 ㎡ lacking: 11 %; 1 of 10 teachers: 10 %
    two = lacking(5, code="3137000002", name="第二小学", sports_ground_area=7000)  # 0.1 of 7.5: 1.3 %; 5 of 10
    area, ground = "3137000001teaching_area", "3137000002sports_area"
    teacher, teachers = "3137000001backbone_teachers", "3137000002backbone_teachers"
    path = write(tmp_path, [one, two, OTHER])
    assert [ground, area, teacher, teachers] == _order(path)
    costs = tmp_path / "costs.yaml"
    prices = (
        "prices: {teaching_area: {yuan: 1, per: ㎡, source: 编造}, sports_area: {yuan: 900, per: ㎡, source: 编造}}\n"
    )
    costs.write_text(prices, "utf-8")  # 500 yuan, and 90,000
    write(tmp_path, [one, two, OTHER], costs=costs)
    assert [area, ground, teacher, teachers] == _order(path)
    costs.write_text(prices + "order: [software, sports_area, hardware]\n", "utf-8")
    write(tmp_path, [one, two, OTHER], costs=costs)
    assert [teacher, teachers, ground, area] == _order(path)


def test_what_a_school_shares_is_counted_once(tmp_path):
    """26 classes need 3 music rooms; with 2 in both sections together both lines lack 1, and the sums count it once."""
    rows = [{**row, "classes": 13} for row in nine_year()]
    source = write_xlsx(
        tmp_path / "2023.xlsx",
        [
            [*head, "音乐教室间数", "美术教室间数"] if at == 0 else [*head, 1, 2]
            for at, head in enumerate(table(*[{**row, "year": 2023} for row in rows]))
        ],
    )
    path = tmp_path / "ledger.xlsx"
    write_ledgers([submission(run_of(source), source)], path, day=dt.date(2024, 1, 2))
    music = [r for r in rows_of(path, BELOW) if r["项目编号（勿改）"].endswith("music_rooms")]
    assert [1, 1] == [r["缺口"] for r in music]
    assert ["间"] == [r["计入合计（勿改）"] for r in music if r["计入合计（勿改）"]]


# ----------------------------------------------------------------------------------------------------- how it looks


def test_it_can_be_worked_with_and_printed(shili):
    """Drop-downs of statuses, dates, frozen panes, filters, and pages across with their headings repeated."""
    book = load_workbook(shili[2023][0])
    names = [BELOW, OPEN, MET, GAPS, "大班额超规模清单", "佐证材料目录", HISTORY, "运行记录"]
    assert names == book.sheetnames
    sheet = book[BELOW]
    head = [cell.value for cell in sheet[3]]
    kinds = {v.type: str(v.sqref) for v in sheet.data_validations.dataValidation}
    status, due = (sheet.cell(4, head.index(name) + 1).coordinate for name in ("状态", "完成时限"))
    assert (status, due) == (kinds["list"].split(":")[0], kinds["date"].split(":")[0])
    assert "yyyy-mm-dd" == sheet[due].number_format
    for name in LEDGERS:
        assert book[name].auto_filter.ref.startswith("A3:")
        assert "H4" == book[name].freeze_panes
        assert ("landscape", "$1:$3") == (book[name].page_setup.orientation, book[name].print_title_rows)
        assert [True] * 4 == [book[name].column_dimensions[c].hidden for c in ("Y", "Z", "AA", "AB")]


def test_evidence_and_what_is_missing(shili):
    """Every item of every part stands in the list of evidence, with what the county named or 未提供."""
    path, county = shili[2023]
    rows = rows_of(path, "佐证材料目录")
    named = [list(dict.fromkeys((item["evidence"] or "").split("；"))) for item in county["items"]]  # each once
    assert named == [(r["佐证材料"] or "").split("；") for r in rows]
    assert [bool(item["evidence"]) for item in county["items"]] == [r["提供情况"] == "已提供" for r in rows]


def test_classes_and_schools_that_are_too_large(tmp_path):
    """51 pupils in a primary class are 6 too many, 2001 in a school 1; 45 and 2000 are not on the list."""
    large = school_row(students=2001, classes=45, year=2023)
    good = school_row(code="3137000009", name="第九小学", students=2000, classes=45, year=2023)
    rows = [[*row, more] for row, more in zip(table(large, good), ["最大班额", 51, 45], strict=True)]
    source = write_xlsx(tmp_path / "2023.xlsx", rows)
    path = tmp_path / "ledger.xlsx"
    write_ledgers([submission(run_of(source), source)], path, day=dt.date(2024, 1, 2))
    found = {(r["学校"], r["项目"], r["实际值"], r["超出"]) for r in rows_of(path, "大班额超规模清单")}
    assert {("第一小学", "学校规模", 2001, 1), ("第一小学", "最大班额", 51, 6)} == found


def test_where_no_class_size_is_given_there_is_no_count_of_rules(tmp_path):
    """A group of evidences none of which is given shows a dash and no bar, not 0 of 0."""
    sheets = {"学校": table(school_row(year=2023)), "县级": [["项目", "填报"], ["无过重课业负担", "是"]]}
    source = write_xlsx(tmp_path / "2023.xlsx", sheets)
    path = tmp_path / "ledger.xlsx"
    write_ledgers([submission(run_of(source), source)], path, day=dt.date(2024, 1, 2))
    (row,) = [r for r in rows_of(path, "待核实") if r["项目"] == "班额" and r["学校"] == "第一小学"]
    assert ("—", None) == (row["实际值"], row["标准值"])


def test_english(tmp_path):
    """In English every sheet, heading and word is English, and an update in the other language goes on from it."""
    path = write(tmp_path, [lacking(8), OTHER], year=2021, lang="en")
    book = load_workbook(path)
    assert [
        "Not met",
        "To be settled",
        "Met",
        "Gaps",
        "Large classes and schools",
        "Evidence",
        "History",
        "Run record",
    ] == book.sheetnames
    sheet = book["Not met"]
    head = [cell.value for cell in sheet[3]]
    sheet.cell(4, head.index("Owner") + 1).value = "Example A"
    book.save(path)
    write(tmp_path, [lacking(10), OTHER], year=2022)
    assert ("Example A", "已销号") == tuple(by_item(path, BELOW)[AT][n] for n in ("责任人", "状态"))
    assert [BELOW, OPEN, MET] == load_workbook(path).sheetnames[:3]
    assert not {"Not met", "Met"} & set(load_workbook(path).sheetnames)


# ------------------------------------------------------------------------------------------------------ the command


def test_the_command_writes_and_updates(root, tmp_path):
    """`junheng ledger` writes, `junheng ledger update` goes on; an existing file is not written anew."""
    path = tmp_path / "台账.xlsx"
    source = root / "examples" / "shili" / "2022.xlsx"
    done = command("ledger", source, "--year", 2022, "-o", path, "--today", "2023-01-02")
    assert 0 == done.exit_code, done.stderr
    before = path.read_bytes()
    assert 2 == command("ledger", source, "--year", 2022, "-o", path).exit_code
    assert before == path.read_bytes()
    other = tmp_path / "new.xlsx"
    done = command("ledger", "update", path, root / "examples" / "shili" / "2023.xlsx", "--year", 2023, "-o", other)
    assert 0 == done.exit_code, done.stderr
    assert before == path.read_bytes()
    assert {2022, 2023} == {r["学年"] for r in rows_of(other, HISTORY)}


def test_libreoffice_reckons_the_same_and_its_copy_goes_on(shili, root, tmp_path, convert):
    """LibreOffice opens the workbook, its formulas give the figures beside them; what it saves can be updated."""
    copy = tmp_path / "in" / "ledger.xlsx"
    copy.parent.mkdir()
    shutil.copy(shili[2023][0], copy)
    convert("xlsx", tmp_path, copy)
    sheet = load_workbook(tmp_path / "ledger.xlsx", data_only=True)[GAPS]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    checks = [row[8] for row in lines if row[8] in ("一致", "不一致")]
    assert checks
    assert {"一致"} == set(checks)
    sums = [(row, lines[at + 1]) for at, row in enumerate(lines) if row[0] == "合计（公式）"]
    assert 2 == len(sums)
    below = [r for r in rows_of(copy, BELOW) if r["计入合计（勿改）"]]
    for ours, ledger in sums:
        wanted = [sum(r["缺口"] for r in below if r["计入合计（勿改）"] == unit) for unit in ("人", "间", "㎡")]
        assert wanted == pytest.approx([v or 0 for v in ours[3:6]])
        assert [v or 0 for v in ours[3:6]] == pytest.approx([v or 0 for v in ledger[3:6]])
    saved = tmp_path / "ledger.xlsx"
    source = root / "examples" / "shili" / "2023.xlsx"
    write_ledgers([submission(run_of(source), source)], saved, earlier=saved, day=dt.date(2024, 3, 1))
    before, after = cells(copy), cells(saved)
    assert before[HISTORY] == after[HISTORY]
    assert before[BELOW] == after[BELOW]


def test_records_name_their_run(shili):
    """The record of the run stands in the workbook, and the history names the same run."""
    path = shili[2023][0]
    record = {row[0].value: row[1].value for row in load_workbook(path)["运行记录"].iter_rows()}
    assert record["标准"].startswith("national/2017-quality-balance")
    assert {record["运行"]} == {r["运行"] for r in rows_of(path, HISTORY) if r["学年"] == 2023}
    assert "2023.xlsx" in Path(record["输入文件"].split("  ")[0]).name


def test_report_says_what_the_ledger_says(tmp_path):
    """A due date that is no date, and another standard than that of the ledger: `report` prints both as `ledger` does."""
    path = write_xlsx(
        tmp_path / "学校.xlsx", {"学校": table(school_row(), school_row(name="乙", code="2", backbone_teachers=1))}
    )
    arguments = ["report", str(path), "--year", "2023", "--only", "台账", "-o", str(tmp_path / "out")]
    first = CliRunner().invoke(app, arguments)
    assert 0 == first.exit_code
    assert "C147" not in first.stderr
    file = tmp_path / "out" / "台账.xlsx"
    book = load_workbook(file)
    sheet = book["未达标台账"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "完成时限" for cell in row))
    column = next(cell.column for cell in head if cell.value == "完成时限")
    sheet.cell(head[0].row + 1, column).value = "年底前"
    book.save(file)
    second = CliRunner().invoke(app, [*arguments, "-s", "basic-balance"])
    assert 0 == second.exit_code
    assert {"C147", "C149"} <= {word for word in second.stderr.split() if word in ("C147", "C149")}
    assert "年底前" in second.stderr
