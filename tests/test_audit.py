"""Data checks find every planted error, at its cell, and invent none on clean tables."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.audit.load import load_checks
from junheng.audit.run import audit
from junheng.audit.spread import robust_z
from junheng.cli import app
from junheng.problems import Severity, Unusable
from junheng.standard.load import ids, shipped_fields
from junheng.standard.load import root as standards_root
from junheng.workbook.cells import letter

FIELDS = shipped_fields()
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "shili"

# a school in which nothing is wrong, with 600 pupils and one more for each school before it in the table
CLEAN = {
    "classes": 15,  # 600 ÷ 15 = 40 pupils, 740 ÷ 15 = 49.3
    "largest_class": 50,
    "boarders": 100,
    "migrant_children": 50,
    "teachers": 40,  # 15 to 18.5 pupils each, 2.67 for each class
    "staff": 45,
    "qualified_teachers": 40,
    "overqualified_teachers": 30,
    "college_teachers": 38,
    "titled_teachers": 20,
    "senior_titled_teachers": 3,
    "backbone_teachers": 8,
    "pe_art_teachers": 6,
    "teaching_area": 4000,
    "indoor_sports_area": 300,
    "library_area": 200,
    "building_area": 9000,  # 4000 + 1000 + 500 = 5500 of it named
    "dormitory_area": 1000,  # 10 for each boarder
    "canteen_area": 500,
    "land_area": 20000,
    "sports_ground_area": 6000,
    "green_area": 3000,
    "sports_area": 6300,  # 6000 + 300
    "labs": 3,
    "physics_labs": 1,
    "chemistry_labs": 1,
    "biology_labs": 1,
    "computers": 90,
    "all_computers": 120,
    "books": 20000,
    "new_books": 500,
    "equipment_value": 1_500_000,  # 2500 to 2027 for each pupil
    "multimedia_classrooms": 16,
    "classrooms": 15,
    "classroom_area": 900,  # 60 each
    "running_cost": 800,
}
IDENTITY = ("county", "year", "code", "name", "type", "stage")
COLUMNS = [*IDENTITY, "students", *CLEAN]
TEACHERS = ("qualified", "overqualified", "college", "titled", "senior_titled", "backbone", "pe_art")
NO_TEACHERS = {"teachers": 0, **dict.fromkeys((f"{kind}_teachers" for kind in TEACHERS), 0)}
EMPTY = {"students": 0, "classes": 0, "largest_class": 0, "boarders": 0, "migrant_children": 0, **NO_TEACHERS}
FEW_TEACHERS = dict(zip((f"{kind}_teachers" for kind in TEACHERS), (14, 10, 12, 7, 2, 4, 4), strict=True))
FAR, FAR_T = "far_from_others", "teachers_far_from_others"

# what is changed, and which rules find it at the cell of which field
PLANTED = [
    (
        {"overqualified_teachers": 41, "qualified_teachers": None},
        {"overqualified_within_teachers": "overqualified_teachers"},
    ),
    (
        {"overqualified_teachers": 45},  # more than 40 teachers, and than 40 qualified ones
        {
            "overqualified_within_teachers": "overqualified_teachers",
            "overqualified_within_qualified": "overqualified_teachers",
        },
    ),
    ({"qualified_teachers": 41}, {"qualified_within_teachers": "qualified_teachers"}),
    ({"qualified_teachers": 60}, {"qualified_within_teachers": "qualified_teachers"}),
    ({"qualified_teachers": 25}, {"overqualified_within_qualified": "overqualified_teachers"}),
    ({"qualified_teachers": 0}, {"overqualified_within_qualified": "overqualified_teachers"}),
    ({"college_teachers": 41}, {"college_within_teachers": "college_teachers"}),
    ({"college_teachers": 400}, {"college_within_teachers": "college_teachers"}),
    ({"titled_teachers": 41}, {"titled_within_teachers": "titled_teachers"}),
    ({"titled_teachers": 200}, {"titled_within_teachers": "titled_teachers"}),
    ({"senior_titled_teachers": 21}, {"senior_titled_within_titled": "senior_titled_teachers"}),
    ({"senior_titled_teachers": 30}, {"senior_titled_within_titled": "senior_titled_teachers"}),
    ({"backbone_teachers": 41}, {"backbone_within_teachers": "backbone_teachers"}),
    ({"backbone_teachers": 80}, {"backbone_within_teachers": "backbone_teachers"}),
    ({"pe_art_teachers": 41}, {"pe_art_within_teachers": "pe_art_teachers"}),
    ({"pe_art_teachers": 60}, {"pe_art_within_teachers": "pe_art_teachers"}),
    ({"staff": 39}, {"teachers_within_staff": "teachers"}),
    ({"staff": 0}, {"teachers_within_staff": "teachers"}),
    ({"boarders": 900}, {"boarders_within_students": "boarders"}),  # 1000 ÷ 900 = 1.1 ㎡ of dormitory is above 0.5
    ({"boarders": 1000}, {"boarders_within_students": "boarders"}),
    ({"migrant_children": 800}, {"migrants_within_students": "migrant_children"}),
    ({"migrant_children": 999}, {"migrants_within_students": "migrant_children"}),
    ({"indoor_sports_area": 4100, "sports_area": 10100}, {"gym_within_teaching_area": "indoor_sports_area"}),
    ({"indoor_sports_area": 5000, "sports_area": 11000}, {"gym_within_teaching_area": "indoor_sports_area"}),
    ({"library_area": 4100}, {"library_within_teaching_area": "library_area"}),
    ({"library_area": 5000}, {"library_within_teaching_area": "library_area"}),
    ({"building_area": 3000, "canteen_area": None}, {"teaching_within_building": "teaching_area"}),
    (
        {"building_area": 3900},  # less than 4000, and than 5500
        {"teaching_within_building": "teaching_area", "rooms_within_building": "building_area"},
    ),
    ({"dormitory_area": 9500, "canteen_area": None, "boarders": 400}, {"dormitory_within_building": "dormitory_area"}),
    (
        {"dormitory_area": 9500, "boarders": 400},  # 4000 + 9500 + 500 = 14,000
        {"dormitory_within_building": "dormitory_area", "rooms_within_building": "building_area"},
    ),
    ({"canteen_area": 4100}, {"rooms_within_building": "building_area"}),  # 9100
    ({"canteen_area": 4002}, {"rooms_within_building": "building_area"}),  # 9002, 1 is tolerated
    ({"canteen_area": 4001}, {}),  # 9001
    (
        {"sports_ground_area": 21000, "sports_area": 21300, "green_area": None},
        {"sports_ground_within_land": "sports_ground_area"},
    ),
    (
        {"sports_ground_area": 21000, "sports_area": 21300},
        {"sports_ground_within_land": "sports_ground_area", "grounds_within_land": "land_area"},
    ),
    ({"green_area": 14100}, {"grounds_within_land": "land_area"}),  # 20,100
    ({"green_area": 14002}, {"grounds_within_land": "land_area"}),  # 20,002
    ({"sports_area": 6400}, {"sports_area_sum": "sports_area"}),
    ({"sports_area": 6000}, {"sports_area_sum": "sports_area"}),
    ({"labs": 2}, {"labs_sum": "labs"}),
    ({"labs": 0}, {"labs_sum": "labs"}),
    ({"all_computers": 89}, {"computers_within_all": "computers"}),
    ({"all_computers": 0}, {"computers_within_all": "computers"}),
    ({"new_books": 20001}, {"new_books_within_books": "new_books"}),
    ({"new_books": 30000}, {"new_books_within_books": "new_books"}),
    ({"classes": 6, "largest_class": 140}, {"class_size_possible": "students"}),  # 600 ÷ 6 = 100 and more
    (
        {"classes": 800},  # below 1, and 40 ÷ 800 = 0.05 teachers
        {"class_size_possible": "students", "classes_per_teacher": "teachers"},
    ),
    ({"classes": 9, "largest_class": 100}, {"class_size_large": "students"}),  # 66.7 and more
    ({"classes": 8, "largest_class": 100}, {"class_size_large": "students"}),  # 75 and more
    (
        {"classes": 300, "teachers": 100, "staff": 110},  # 2 to 2.5 pupils; 0.33 teachers
        {"class_size_small": "students"},
    ),
    ({"classes": 400, "teachers": 130, "staff": 140}, {"class_size_small": "students"}),
    ({"largest_class": 30}, {"largest_class_below_mean": "students"}),
    ({"largest_class": 1}, {"largest_class_below_mean": "students"}),
    ({"largest_class": 900}, {"largest_class_within_students": "largest_class"}),
    ({"largest_class": 2000}, {"largest_class_within_students": "largest_class"}),
    ({**EMPTY, "staff": 0, "classes": 1}, {"classes_and_students": "classes"}),
    ({**EMPTY, "staff": 0, "classes": 15}, {"classes_and_students": "classes"}),
    ({**EMPTY, "staff": 5}, {"shell_school": "staff"}),
    ({**EMPTY, "staff": 8, "teachers": 8}, {"shell_school": "staff", "shell_teachers": "teachers"}),
    ({**EMPTY, "staff": None, "teachers": 3}, {"shell_teachers": "teachers"}),
    (NO_TEACHERS, {"students_without_teachers": "students"}),
    ({**NO_TEACHERS, "staff": 0}, {"students_without_teachers": "students"}),
    ({"dormitory_area": 0}, {"boarders_without_dormitory": "boarders"}),
    ({"dormitory_area": 0, "boarders": 1}, {"boarders_without_dormitory": "boarders"}),
    (
        {"students": 900, "classes": 20, "teachers": 14, **FEW_TEACHERS},  # 64.3 pupils each; a 3.9th of the others
        {"students_per_teacher": "students"},
    ),
    (
        {"teachers": 800, "staff": 810},  # 0.8 to 0.9 pupils each, 53 for each class, 20 times the others
        {"students_per_teacher": "students", "classes_per_teacher": "teachers", FAR_T: ("teachers", "staff")},
    ),
    ({"classes": 12, "largest_class": 65, "teachers": 130, "staff": 140}, {"classes_per_teacher": "teachers"}),  # 10.8
    ({"classes": 140}, {"classes_per_teacher": "teachers"}),  # 0.286
    ({"equipment_value": 150}, {"equipment_per_student": "equipment_value", FAR: "equipment_value"}),
    ({"equipment_value": 1.5e10}, {"equipment_per_student": "equipment_value", FAR: "equipment_value"}),
    ({"equipment_value": 0}, {"equipment_none": "students"}),
    ({"equipment_value": 0, "computers": 0, "all_computers": 0}, {"equipment_none": "students"}),
    ({"running_cost": 0.08}, {"running_cost_unit": "running_cost"}),
    ({"running_cost": 8_000_000}, {"running_cost_unit": "running_cost"}),
    (
        {"teaching_area": 200, "indoor_sports_area": 100, "sports_area": 6100, "library_area": 100},  # 0.3
        {"teaching_area_per_student": "teaching_area", FAR: "teaching_area"},
    ),
    (
        {"teaching_area": 100_000, "building_area": 120_000},  # 130 to 170; buildings 160 to 200
        {"teaching_area_per_student": "teaching_area", FAR: "teaching_area"},
    ),
    (
        {"sports_ground_area": 100, "sports_area": 400},  # 0.17 and less
        {"sports_ground_per_student": "sports_ground_area", FAR: "sports_ground_area"},
    ),
    (
        {"sports_ground_area": 250_000, "sports_area": 250_300, "land_area": 300_000},  # 330 to 420
        {"sports_ground_per_student": "sports_ground_area", FAR: "sports_ground_area"},
    ),
    ({"building_area": 250_000}, {"building_area_per_student": "building_area"}),
    (
        {"building_area": 500},  # 0.8 and less, and less than everything in it
        {
            "building_area_per_student": "building_area",
            "teaching_within_building": "teaching_area",
            "dormitory_within_building": "dormitory_area",
            "rooms_within_building": "building_area",
        },
    ),
    ({"land_area": 2_000_000}, {"land_area_per_student": "land_area"}),
    (
        {"land_area": 30},  # 30 亩 are 20,000 ㎡
        {
            "land_area_per_student": "land_area",
            "sports_ground_within_land": "sports_ground_area",
            "grounds_within_land": "land_area",
        },
    ),
    ({"dormitory_area": 5100, "building_area": 12000}, {"dormitory_per_boarder": "dormitory_area"}),  # 51
    ({"dormitory_area": 40}, {"dormitory_per_boarder": "dormitory_area"}),  # 0.4
    ({"books": 500, "new_books": 100}, {"books_per_student": "books", FAR: "books"}),
    ({"books": 230_000}, {"books_per_student": "books", FAR: "books"}),  # 310 to 383
    ({"computers": 2300, "all_computers": 2300}, {"students_per_computer": "computers", FAR: "computers"}),  # 3.1
    ({"computers": 3000, "all_computers": 3000}, {"students_per_computer": "computers", FAR: "computers"}),
    ({"classroom_area": 100}, {"classroom_size": "classroom_area"}),
    ({"classroom_area": 9000}, {"classroom_size": "classroom_area"}),
    ({"classroom_area": 0}, {"rooms_and_area": "classrooms", "classroom_size": "classroom_area"}),
    ({"classrooms": 0}, {"rooms_and_area": "classroom_area"}),
    ({"code": None}, {"code_given": "code"}),
    ({"code": None, "backbone_teachers": 0}, {"code_given": "code"}),
    ({"classes": None}, {"figures_given": "classes"}),
    ({"teachers": None}, {"figures_given": "teachers"}),
    ({"computers": 90.5}, {"whole_numbers": "computers"}),
    ({"staff": 45.5}, {"whole_numbers": "staff"}),
    ({"students": 601}, {"same_figures": "students"}),  # the row of the first school
    ({"students": 602}, {"same_figures": "students"}),  # that of the second
    ({"computers": 900, "all_computers": 900}, {FAR: "computers"}),  # 10 times, and still below 3 for each pupil
    ({"teaching_area": 30000, "building_area": 40000}, {FAR: "teaching_area"}),  # 7.5 times
    ({"staff": 300}, {FAR_T: "staff"}),  # 6.7 times
    ({"staff": 400}, {FAR_T: "staff"}),
]
# what was otherwise in the year before, and what is found at the cell of the later year
CHANGED = [
    ({"students": 400, "classes": 10}, {"people_jump": "students"}),  # 40 in a class as before, 5 more classes
    ({"teachers": 70}, {"people_jump": "teachers"}),  # −43 %
    ({"teaching_area": 1300}, {"area_growth": "teaching_area"}),  # +208 %
    ({"land_area": 5000}, {"area_growth": "land_area"}),  # +300 %
    ({"sports_ground_area": 2000}, {}),  # +200 %, no more
    ({"sports_ground_area": 9000}, {"area_loss": "sports_ground_area"}),  # −33 %
    ({"building_area": 20000}, {"area_loss": "building_area"}),  # −55 %
    ({"books": 9000}, {"equipment_jump": "books"}),  # +122 %
    ({"computers": 150}, {"equipment_jump": "computers"}),  # −40 %, 60 fewer
    ({"classes": 25}, {"class_size_jump": "students"}),  # +67 %, and 10 classes fewer are no more than 10
    ({"classes": 8}, {"class_size_jump": "students"}),  # −47 %
    ({"name": "更名前第一小学"}, {"name_changed": "name"}),
    ({"name": "更名前第二小学"}, {"name_changed": "name"}),
    ({"code": "3199000001"}, {"code_changed": "code"}),
    ({"code": "3199000002"}, {"code_changed": "code"}),
]


def school(number, **changes):
    """Return the row of a clean school, changed."""
    own = {
        "county": "示例县",
        "year": 2023,
        "code": str(3137000000 + number),
        "name": f"第{number}号小学",
        "type": "小学",
        "stage": "小学",
        "students": 600 + number,
    }
    return {**own, **CLEAN, **changes}


def write(path, schools, columns=COLUMNS, extra=()):
    """Write schools as a table, its first row the headings."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([FIELDS[name].zh for name in columns])
        rows.writerows([["" if row.get(name) is None else row[name] for name in columns] for row in schools])
        rows.writerows(extra)
    return path


def found(result):
    """Return file, rule and cell of every finding."""
    return {(f.place.file, f.check, f.place.cell) for f in result.findings}


def cell(name, row, columns=COLUMNS):
    """Return the cell of a field in the row of a school, the first school being 1."""
    return f"{letter(columns.index(name))}{row + 1}"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A county of two years with every planted error, its audit, and what must be found."""
    folder = tmp_path_factory.mktemp("county")
    now, before, expected = [], [], set()
    for number in range(1, 11):
        now.append(school(number))
        before.append(school(number, year=2022))
    for changes, rules in PLANTED:
        number = len(now) + 1
        now.append(school(number, **changes))
        before.append({**now[-1], "year": 2022})
        expected |= _expected(rules, number)
    for earlier, rules in CHANGED:
        number = len(now) + 1
        now.append(school(number))
        before.append(school(number, year=2022, **earlier))
        expected |= _expected(rules, number)
    for _ in range(2):
        now.append(school(len(now) + 1))
        expected.add(("2023.csv", "school_new", cell("name", len(now))))
    for gone in (901, 902):
        before.append(school(gone, year=2022))
        expected.add(("2022.csv", "school_gone", cell("name", len(before))))
    tables = write(folder / "2023.csv", now), write(folder / "2022.csv", before)
    return audit(tables[:1], year=2023, against=tables[1:]), expected


def _expected(rules, number):
    return {
        ("2023.csv", rule, cell(name, number))
        for rule, names in rules.items()
        for name in (names if isinstance(names, tuple) else (names,))
    }


def test_every_planted_error_is_found_at_its_cell_and_nothing_else(planted):
    """Of more than a hundred planted errors each is found by its rules at its cell, and no clean figure is accused."""
    result, expected = planted
    assert len(PLANTED) + len(CHANGED) > 100
    assert expected == found(result)


def test_every_rule_is_planted_twice(planted):
    """Every shipped rule is shown to find at least two errors; rows of totals have a test of their own."""
    _, expected = planted
    for rule in load_checks().rules:
        assert rule.id == "totals_add_up" or sum(rule.id == check for _, check, _ in expected) >= 2, rule.id


def test_nothing_is_invented_on_the_clean_county():
    """The example county has no finding, alone or against the year before."""
    assert [] == list(audit([EXAMPLE / "2023.xlsx"], year=2023, against=[EXAMPLE / "2022.xlsx"]).findings)
    assert [] == list(audit([EXAMPLE / "2022.xlsx"], year=2022, against=[EXAMPLE / "2021.xlsx"]).findings)
    result = CliRunner().invoke(
        app, ["audit", str(EXAMPLE / "2023.xlsx"), "--year", "2023", "--against", str(EXAMPLE / "2022.xlsx")]
    )
    assert result.exit_code == 0
    assert "没有发现错误或可疑的数" in result.stdout


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("合计", {"students": 6056}),  # 600 × 10 + (1 + … + 10) = 6055
        ("小学合计", {"teachers": 399}),  # 10 × 40
        ("总计", {"students": 6055, "teachers": 400, "equipment_value": 1_500}),  # 10 × 1,500,000
    ],
)
def test_a_row_of_totals_that_does_not_add_up_is_found(tmp_path, row, wrong):
    """A wrong total is found at its cell; right ones, and blank ones, are not."""
    totals = {"name": row, "students": 6055, "classes": 150, "books": 200_000, **wrong}
    extra = [[totals.get(name, "") for name in COLUMNS]]
    table = write(tmp_path / "2023.csv", [school(number) for number in range(1, 11)], extra=extra)
    bad = [name for name in wrong if wrong[name] not in (6055, 400)]
    (finding,) = audit([table], year=2023).findings
    assert ("totals_add_up", [cell(name, 11) for name in bad]) == (finding.check, [c.cell for c in finding.cells])


def test_a_wrong_total_in_the_example_is_found(tmp_path):
    """In a workbook with shared figures and 万元, the totals are right as they stand and wrong when one is changed."""
    book = load_workbook(EXAMPLE / "2023.xlsx")
    sheet = book.worksheets[0]
    row = next(r for r in range(1, sheet.max_row + 1) if "合计" in [c.value for c in sheet[r]])
    columns = [c.column for c in sheet[row] if isinstance(c.value, int | float)]
    sheet.cell(row, columns[0]).value += 1
    sheet.cell(row, columns[7]).value += 1
    book.save(tmp_path / "2023.xlsx")
    cells = [f"{letter(column - 1)}{row}" for column in (columns[0], columns[7])]
    (finding,) = audit([tmp_path / "2023.xlsx"], year=2023).findings
    assert ("totals_add_up", cells) == (finding.check, [c.cell for c in finding.cells])


def test_a_slip_of_unit_says_what_the_figure_would_be(planted):
    """Equipment in 万元 under a heading in 元 is told from the factor of 10,000."""
    messages = [f.message.zh for f in planted[0].findings if f.check == "equipment_per_student"]
    assert len(messages) == 2
    assert "乘以 10000 得" in messages[0]
    assert "除以 10000 得" in messages[1]
    assert all("疑单位写错" in message for message in messages)


def test_shared_figures_are_compared_with_the_whole_school(tmp_path):
    """The sections of a through-school share 1,500,000 yuan: its 900 pupils count together, once."""
    both = {"code": "3137000777", "name": "一贯制学校", "type": "九年一贯制学校"}
    rows = [
        school(1, **both, students=600),
        school(1, **both, students=300, stage="初中", **dict.fromkeys(("equipment_value", "books", "teaching_area"))),
    ]
    assert set() == found(audit([write(tmp_path / "2023.csv", rows)], year=2023))
    rows[0]["equipment_value"] = 150
    result = audit([write(tmp_path / "2023.csv", rows)], year=2023)
    assert [("equipment_per_student", None)] == [(f.check, f.subject.stage) for f in result.findings]
    assert "150 ÷ 900" in result.findings[0].message.zh


def test_a_table_without_codes_is_told_once(tmp_path):
    """Where there is no column of codes at all that is one finding at the headings, not one for each school."""
    columns = [name for name in COLUMNS if name != "code"]
    table = write(tmp_path / "2023.csv", [school(1), school(2)], columns)
    result = audit([table], year=2023)
    assert {("2023.csv", "code_given", "A1")} == found(result)
    assert "表中没有“学校标识码”一列" == result.findings[0].message.zh


def test_the_year_of_the_table_is_taken_where_none_is_asked_for(tmp_path):
    """Without --year the table's own year is used, and a table of several years is asked about."""
    one = write(tmp_path / "2023.csv", [school(1)])
    assert 2023 == audit([one]).now.year
    both = write(tmp_path / "both.csv", [school(1), school(1, year=2022, teachers=80, staff=90)])
    with pytest.raises(Unusable):
        audit([both])
    result = audit([both], year=2023, against=[both])  # the year before, of the same file
    assert {"people_jump"} == {check for _, check, _ in found(result)}
    assert 2022 == result.before.year


def test_a_rule_is_explained():
    """`junheng explain` knows the rules by id and by name."""
    told = CliRunner().invoke(app, ["explain", "equipment_per_student"]).stdout
    assert "生均教学仪器设备值" in told
    assert "万元" in told


def test_the_list_of_rules_in_the_documents_is_fresh(root):
    """docs/audit.md lists the rules as they are."""
    done = subprocess.run(
        [sys.executable, root / "scripts" / "make_audit_docs.py", "--check"], capture_output=True, check=False
    )
    assert 0 == done.returncode, done.stderr


# ----------------------------------------------------------------------------------------------------- own checks


def own(tmp_path, text):
    """Write a checks file."""
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_county_changes_a_rule_by_its_id(tmp_path):
    """A file of one's own changes single keys, switches a rule off, and adds rules; all others stay."""
    rows = [school(1), school(2, staff=39, largest_class=30)]
    table = write(tmp_path / "2023.csv", rows)
    checks = own(
        tmp_path,
        "checks:\n"
        "  - {id: teachers_within_staff, tolerance: {absolute: 1}}\n"
        "  - {id: largest_class_below_mean, applied: false}\n"
        "  - id: same_rooms\n    kind: equal\n    of: classrooms\n    to: classes\n    severity: note\n"
        "    name: {zh: 教室与班级相同, en: As many rooms as classes}\n    hint: {zh: 核对, en: check}\n",
    )
    assert {"teachers_within_staff", "largest_class_below_mean"} == {c for _, c, _ in found(audit([table], year=2023))}
    assert set() == found(audit([table], year=2023, checks=checks))
    rows[1]["classrooms"] = 14
    result = audit([write(tmp_path / "2023.csv", rows)], year=2023, checks=checks)
    assert {("2023.csv", "same_rooms", cell("classrooms", 2))} == found(result)
    assert not result.faulty
    assert len(load_checks(checks).rules) == len(load_checks().rules)  # one off, one more


def test_a_blank_can_be_reported_where_a_rule_asks_for_it(tmp_path):
    """`missing: report` says that a rule could not be checked, `skip` says nothing."""
    table = write(tmp_path / "2023.csv", [school(1, staff=None), school(2)])
    assert set() == found(audit([table], year=2023))
    checks = own(tmp_path, "checks:\n  - {id: teachers_within_staff, missing: report}\n")
    result = audit([table], year=2023, checks=checks)
    assert {("2023.csv", "teachers_within_staff", cell("staff", 1))} == found(result)
    assert Severity.NOTE is result.findings[0].severity


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("checks:\n  - {id: teachers_within_staff, tolerence: 1}\n", "S201", 2),
        ("checks:\n  - {id: teachers_within_staff, of: teacher}\n", "S303", 2),
        ("checks:\n  - {id: teachers_within_staff, of: county}\n", "S203", 2),
        ("checks:\n  - {id: teachers_within_staff, applies: {type: school}}\n", "S203", 2),
        ("checks:\n  - {id: class_size_large, at_most: many}\n", "S203", 2),
        ("checks:\n  - {id: class_size_possible, at_least: 200}\n", "S203", 2),
        ("checks:\n  - {id: new, kind: at_least}\n", "S203", 2),
        ("checks:\n  - {name: x}\n", "S202", 2),
        ("checks:\n  - {id: a}\n  - {id: a}\n", "S203", 3),
        ("rules: []\n", "S202", 1),
    ],
)
def test_a_fault_of_a_checks_file_is_reported_with_its_line(tmp_path, text, code, line):
    """An unknown key, field, word or kind, a bound out of order and an id that stands twice are named with their line."""
    with pytest.raises(Unusable) as stopped:
        load_checks(own(tmp_path, text))
    assert (code, line) in [(p.kind.code, p.place.line) for p in stopped.value.problems]
    assert all(problem.message("zh") and problem.message("en") for problem in stopped.value.problems)


def test_thresholds_say_what_they_rest_on():
    """A bound that is no arithmetic names its basis, and a checks file is no standard."""
    bounded = {"range", "ratio_range", "change", "identical_rows", "outlier"}
    assert all((rule.basis is not None) == (rule.kind in bounded) for rule in load_checks().rules)
    assert (standards_root() / "checks.yaml").is_file()
    assert not [id_ for id_ in ids() if "checks" in id_]
    done = CliRunner().invoke(app, ["standards", "check", str(standards_root() / "checks.yaml")])
    assert 0 == done.exit_code, done.output


def test_robust_z_is_safe_where_figures_are_alike():
    """Where more than half are alike the mean distance stands for MAD; where all are, nothing is far."""
    assert robust_z([2.0] * 9) == (2.0, [0.0] * 9)
    centre, z = robust_z([2.0] * 9 + [12.0])  # the mean distance is 1, and 10 ÷ 1.2533 = 7.98
    assert (2.0, 7.98) == (centre, round(z[-1], 2))


# ------------------------------------------------------------------------------------------- schools over the years


@pytest.fixture
def years(tmp_path):
    """Two years: 1 and 2 as they were, 3 renamed, 4 and 5 merged into 4, 6 closed, 7 opened."""
    before = [school(number, year=2022) for number in range(1, 7)]
    now = [school(1), school(2), school(3, name="实验小学", code="3137000099"), school(7)]
    merged = {name: 2 * figure for name, figure in CLEAN.items() if name not in ("largest_class", "running_cost")}
    now.append(school(4, **merged, students=1209))  # 604 + 605
    return write(tmp_path / "2023.csv", now), write(tmp_path / "2022.csv", before)


RENAMES = """\
renamed:
  - {year: 2023, from: 第3号小学, to: {code: "3137000099", name: 实验小学}, evidence: 县教字〔2023〕1号}
merged:
  - {year: 2023, from: ["3137000005"], to: "3137000004", evidence: 县教字〔2023〕2号}
closed:
  - {year: 2023, school: 第6号小学}
opened:
  - {year: 2023, school: 第7号小学}
"""


def test_schools_that_vanish_or_appear_are_listed(years):
    """Without a file of changes every vanished and every new school is listed, and a doubled school stands out."""
    result = audit(years[:1], year=2023, against=years[1:])
    names = {(f.check, f.subject.name) for f in result.findings if f.check.startswith("school_")}
    gone, new = {"第3号小学", "第5号小学", "第6号小学"}, {"实验小学", "第7号小学"}
    assert {("school_gone", name) for name in gone} | {("school_new", name) for name in new} == names
    assert {"第4号小学"} == {f.subject.name for f in result.findings if f.check == "people_jump"}


def test_changes_on_record_explain_what_changed(years, tmp_path):
    """With its file of changes nothing is left over, and the merged school is compared with the sum of both."""
    result = audit(years[:1], year=2023, against=years[1:], identity=_renames(tmp_path, RENAMES))
    assert set() == found(result)
    assert ["renamed", "merged", "closed", "opened"] == [change.kind for change in result.changes]
    assert not result.faulty


def test_a_merged_school_is_compared_with_the_sum(years, tmp_path):
    """A merged school with 120 teachers where its predecessors had 40 each is found, and they are named."""
    rows = list(csv.reader(years[0].read_text("utf-8-sig").splitlines()))
    rows[-1][COLUMNS.index("teachers")] = rows[-1][COLUMNS.index("staff")] = "120"
    with years[0].open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    result = audit(years[:1], year=2023, against=years[1:], identity=_renames(tmp_path, RENAMES))
    assert {("people_jump", cell("teachers", 5)), ("people_jump", cell("staff", 5))} == {
        (check, at) for _, check, at in found(result)
    }
    message = next(f.message.zh for f in result.findings if f.seen[0].field == "teachers")
    assert "由 80（2022）增至 120，增加 50%" in message
    assert "合并前各校之和：第4号小学、第5号小学" in message


HALF = {name: figure // 2 for name, figure in CLEAN.items() if name not in ("largest_class", "running_cost")}
SPLIT = "split:\n  - {year: 2023, from: 第1号小学, to: [第1号小学, 北校小学], evidence: 县教字〔2023〕3号}\n"


def _split(tmp_path, north=None, text=SPLIT):
    """Audit a school of 600 pupils and 40 teachers that became two of 300 and 20; `north` changes the second."""
    before = [school(1, year=2022, students=600)]
    now = [school(1, students=300, **HALF), school(9, **(HALF | {"name": "北校小学", "students": 300} | (north or {})))]
    tables = write(tmp_path / "2023.csv", now), write(tmp_path / "2022.csv", before)
    return audit(tables[:1], year=2023, against=tables[1:], identity=_renames(tmp_path, text))


def test_a_split_school_is_compared_with_the_sum_of_its_parts(tmp_path):
    """Two schools made of one have together what it had; what one of them has beyond that is found at both."""
    assert not {check for _, check, _ in found(_split(tmp_path))} & {"people_jump", "school_new", "school_gone"}
    assert [("split", ("第1号小学",), ("第1号小学", "北校小学"))] == [
        (c.kind, c.before, c.now) for c in _split(tmp_path).changes
    ]
    result = _split(tmp_path, {"teachers": 40, "staff": 45})  # 60 of 40: +50 %; staff 22 + 45 = 67 of 45: +49 %
    jumps = [f for f in result.findings if f.check == "people_jump"]
    assert ["teachers", "staff"] == [f.seen[0].field for f in jumps]
    assert {cell("teachers", 1), cell("teachers", 2)} == {place.cell for place in jumps[0].cells}
    assert "由 40（2022）增至 60，增加 50%" in jumps[0].message.zh
    assert "拆分后各校之和：第1号小学、北校小学" in jumps[0].message.zh


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SPLIT.replace("from: 第1号小学", "from: 第8号小学"), "找不到"),
        (SPLIT.replace("北校小学", "南校小学"), "变动后的学校不在表中"),
        (SPLIT + "closed:\n  - {year: 2023, school: 第1号小学}\n", "同一年度写了两次去向"),
    ],
)
def test_a_split_that_the_tables_contradict_is_an_error(tmp_path, text, said):
    """A split of a school that is not there, or into one that is not, is reported, and no partial sum is compared."""
    result = _split(tmp_path, text=text)
    assert said in " ".join(p.message("zh") for p in result.problems if p.kind.code == "W410")
    if "南校" in text:
        assert "people_jump" not in {f.check for f in result.findings}


def test_a_split_and_then_a_merger_are_applied_in_order(tmp_path):
    """One part is merged with another school a year later: all three are compared together."""
    before = [school(1, year=2021, students=600), school(2, year=2021, students=600)]
    text = (
        "merged:\n  - {year: 2023, from: [北校小学, 第2号小学], to: 第2号小学}\n"
        "split:\n  - {year: 2022, from: 第1号小学, to: [第1号小学, 北校小学]}\n"
    )
    more = {name: figure + HALF[name] for name, figure in CLEAN.items() if name in HALF}
    now = [school(1, students=300, **HALF), school(2, students=900, **more)]
    tables = write(tmp_path / "2023.csv", now), write(tmp_path / "2021.csv", before)
    result = audit(tables[:1], year=2023, against=tables[1:], identity=_renames(tmp_path, text))
    assert ["split", "merged"] == [change.kind for change in result.changes]
    assert not [p for p in result.problems if p.kind.code == "W410"]
    assert not {check for _, check, _ in found(result)} & {"people_jump", "school_new", "school_gone"}


def test_changes_of_several_years_are_applied_in_order(tmp_path):
    """Over two years a school is renamed, then merged with another: 2023 is compared with the sum of 2021."""
    before = [school(number, year=2021) for number in (1, 2)]
    text = (
        "merged:\n  - {year: 2023, from: [新名小学, 第2号小学], to: {name: 中心小学}}\n"
        "renamed:\n  - {year: 2022, from: 第1号小学, to: 新名小学}\n"
    )
    double = {name: 2 * figure for name, figure in CLEAN.items() if name not in ("largest_class", "running_cost")}
    now = [school(8, name="中心小学", **double, students=1203)]  # 601 + 602
    tables = write(tmp_path / "2023.csv", now), write(tmp_path / "2021.csv", before)
    result = audit(tables[:1], year=2023, against=tables[1:], identity=_renames(tmp_path, text))
    assert set() == found(result)
    assert [] == [p for p in result.problems if p.kind.code == "W410"]
    assert ["renamed", "merged"] == [change.kind for change in result.changes]


def test_codes_come_before_names(tmp_path):
    """Two schools that swap their names are told by their codes; a code that lost its zero is the same code."""
    before = [school(1, year=2022, code="0137000001"), school(2, year=2022, teachers=80, staff=90)]
    now = [school(1, code="137000001", name="第2号小学"), school(2, name="第1号小学", teachers=80, staff=90)]
    result = audit([write(tmp_path / "2023.csv", now)], year=2023, against=[write(tmp_path / "2022.csv", before)])
    assert {"name_changed"} == {check for _, check, _ in found(result)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("closed:\n  - {year: 2023, school: 第9号小学}\n", "找不到"),
        ("closed:\n  - {year: 2023, school: 第1号小学}\n", "仍在表中"),
        ("opened:\n  - {year: 2023, school: 第2号小学}\n", "变动以前已在表中"),
        ("renamed:\n  - {year: 2023, from: 第5号小学, to: 第55号小学}\n", "变动后的学校不在表中"),
        ("merged:\n  - {year: 2023, from: [第5号小学, 第6号小学], to: 第56号小学}\n", "变动后的学校不在表中"),
        (
            "closed:\n  - {year: 2023, school: 第6号小学}\n  - {year: 2023, school: 第6号小学}\n",
            "同一年度写了两次去向",
        ),
    ],
)
def test_a_change_that_the_tables_contradict_is_an_error(years, tmp_path, text, said):
    """A change of a school that is not there, still there, there before or twice over is reported at its line."""
    result = audit(years[:1], year=2023, against=years[1:], identity=_renames(tmp_path, text))
    problems = [p for p in result.problems if p.kind.code == "W410"]
    assert said in " ".join(problem.message("zh") for problem in problems)
    assert all(problem.place.line and problem.place.line >= 2 for problem in problems)
    assert result.faulty


def test_changes_of_other_years_are_left_alone(years, tmp_path):
    """A change before the earlier year, or after the later one, has happened already or not yet."""
    text = "closed:\n  - {year: 2022, school: 第0号小学}\n  - {year: 2024, school: 第1号小学}\n"
    result = audit(years[:1], year=2023, against=years[1:], identity=_renames(tmp_path, text))
    assert not [p for p in result.problems if p.kind.code == "W410"]


def _renames(tmp_path, text):
    file = tmp_path / "renames.yaml"
    file.write_text(text, encoding="utf-8")
    return file


# ---------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def faulty(tmp_path):
    """A table of two schools: more teachers than staff, a class of 70, and a cell that is no number."""
    rows = [school(1, staff=39), school(2, classes=9, largest_class=100, backbone_teachers="8人")]
    return write(tmp_path / "2023.csv", rows)


def run(*options):
    """Run the command."""
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, ["audit", *map(str, options)])


def test_the_exit_code_says_whether_there_is_an_error(tmp_path, faulty):
    """1 with an error, 0 with warnings only or where asked, 2 where nothing could be read."""
    assert run(faulty).exit_code == 1
    assert run(faulty, "--exit-zero").exit_code == 0
    assert run(write(tmp_path / "warning.csv", [school(1, classes=9, largest_class=100)])).exit_code == 0
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run(faulty, "--checks", tmp_path / "none.yaml").exit_code == 2
    assert run(faulty, "--against", faulty).exit_code == 2


def test_the_text_is_by_school_with_cells_and_what_to_do(faulty):
    """Each school has a table of its own, with what reading found in its rows."""
    text = run(faulty).stdout
    first, second = (
        text.index("第1号小学（3137000001）：1 处错误"),
        text.index("第2号小学（3137000002）：1 处错误，1 处提醒"),
    )
    assert first < text.index(f"{cell('teachers', 1)} {cell('staff', 1)}") < second < text.index("“8人”")
    assert "“专任教师数” 40 大于“教职工数” 39" in text
    assert "带 * 的界线来自经验，不是法规" in text


def test_json_csv_and_markdown_hold_the_same_findings(faulty):
    """Every format holds both findings and the fault of reading, in either language."""
    for lang in ("zh", "en"):
        document = json.loads(run(faulty, "--format", "json", "--lang", lang).stdout)
        assert "junheng.audit/1" == document["schema"]
        assert ["teachers_within_staff", "class_size_large"] == [f["rule"] for f in document["findings"]]
        assert {"error": 2, "warning": 1, "note": 0} == document["counts"]
        figures = document["findings"][0]["figures"]
        assert [40.0, 39.0] == [figure["value"] for figure in figures]
        assert ["W211"] == [p["code"] for p in document["problems"]] or len(document["problems"]) == 1
        lines = list(csv.reader(run(faulty, "--format", "csv", "--lang", lang).stdout.splitlines()))
        assert 4 == len(lines)
        assert len({len(line) for line in lines}) == 1
        markdown = run(faulty, "--format", "markdown", "--lang", lang).stdout
        assert all(f["message"].split()[-1] in markdown for f in document["findings"])


def test_the_workbook_lists_every_finding(tmp_path, faulty):
    """--output writes one sheet that can be filtered, text of cells never a formula."""
    rows = [school(1, staff=39, name="=1+1小学")]
    out = tmp_path / "核查.xlsx"
    assert run(write(tmp_path / "2023.csv", rows), "--output", out).exit_code == 1
    sheet = load_workbook(out)["核查清单"]
    assert "=1+1小学" == sheet["B3"].value
    assert "s" == sheet["B3"].data_type
    assert f"{cell('teachers', 1)} {cell('staff', 1)}" == sheet["G3"].value
    assert run(faulty, "--output", tmp_path / "核查.json").exit_code == 1
    assert json.loads((tmp_path / "核查.json").read_text("utf-8"))["findings"]


def test_files_named_in_the_project_are_used(tmp_path, years):
    """junheng.yaml may name the checks and the changes of schools."""
    _renames(tmp_path, RENAMES)
    own(tmp_path, "checks:\n  - {id: code_given, applied: false}\n")
    (tmp_path / "junheng.yaml").write_text("checks: own.yaml\nidentity: renames.yaml\n", encoding="utf-8")
    result = run(tmp_path, "--year", "2023", "--against", years[1], "--format", "json")
    assert 0 == result.exit_code
    document = json.loads(result.stdout)
    assert [4, 2022] == [len(document["changes"]), document["against"]]
    assert len(load_checks().rules) - 1 == document["rules"]


def test_what_is_the_same_at_many_schools_is_said_once(tmp_path):
    """Twenty schools alike are told one by one, from twenty-one on together; lists for programs name every cell."""
    for copies, together in ((20, False), (21, True)):
        rows = [
            school(1),
            *(school(1, code=str(3137000001 + at), name=f"第{at + 1}号小学") for at in range(1, copies + 1)),
        ]
        file = write(tmp_path / "2023.csv", rows)
        text = run(file).stdout
        assert together is ("多所学校同样的问题" in text)
        assert together is (text.count("两所学校的数据完全相同") == 1)
        assert str(copies) in text
        findings = json.loads(run(file, "--format", "json").stdout)["findings"]
        assert copies == len([f for f in findings if f["rule"] == "same_figures"])


# ------------------------------------------------------------------------------------------------------- waivers


def _waivers(tmp_path, rule="teachers_within_staff", **changes):
    entry = {
        "school": "第1号小学",
        "rule": rule,
        "reason": "借调未转编",
        "evidence": "县编办函7号",
        "expiry": "2024-08-31",
    }
    said = ", ".join(f"{key}: {value}" for key, value in (entry | changes).items())
    (tmp_path / "waivers.yaml").write_text(f"waivers:\n  - {{{said}}}\n", encoding="utf-8")
    return tmp_path / "waivers.yaml"


def test_a_waived_finding_is_shown_as_such_in_every_output(tmp_path, faulty):
    """Text, Markdown, CSV, JSON and workbook keep the finding, and say why and until when it is accepted."""
    file = _waivers(tmp_path)
    plainly = json.loads(run(faulty, "--format", "json").stdout)["findings"]
    document = json.loads(run(faulty, "--waivers", file, "--format", "json").stdout)
    waived = [finding.pop("waived", None) for finding in document["findings"]]
    assert plainly == document["findings"]
    assert [("借调未转编", "县编办函7号", "2024-08-31"), None] == [
        w and (w["reason"], w["evidence"], w["expiry"]) for w in waived
    ]
    for form in ("text", "markdown"):
        text = "".join(run(faulty, "--waivers", file, "--format", form).stdout.replace("\\", "").split())
        assert "已豁免至2024-08-31" in text
        assert "计入豁免" in text
    rows = list(csv.DictReader(run(faulty, "--waivers", file, "--format", "csv").stdout.splitlines()))
    assert ["借调未转编", "", ""] == [row["豁免原因"] for row in rows]
    run(faulty, "--waivers", file, "--output", tmp_path / "out.xlsx")
    cells = [c.value for row in load_workbook(tmp_path / "out.xlsx")["核查清单"].iter_rows() for c in row]
    assert any("已豁免至 2024-08-31：借调未转编（县编办函7号）" in str(value) for value in cells)


def test_a_waived_error_counts_until_it_is_asked_not_to(tmp_path):
    """The exit code is that without waivers, but for --apply-waivers; warnings of others stay as they are."""
    table = write(tmp_path / "2023.csv", [school(1, staff=39), school(2)])
    file = _waivers(tmp_path)
    assert 1 == run(table, "--waivers", file).exit_code
    assert 0 == run(table, "--waivers", file, "--apply-waivers").exit_code
    assert 1 == run(table, "--waivers", _waivers(tmp_path, school="第2号小学"), "--apply-waivers").exit_code


@pytest.mark.parametrize(
    ("changes", "code", "exit_code"),
    [
        ({"expiry": "2023-08-31"}, "A121", 2),
        ({"expiry": "2023-09-01"}, None, 1),
        ({"rule": "no_such_rule"}, "A123", 2),
        ({"rule": "teaching_area"}, None, 1),  # an indicator: for judging
        ({"rule": "boarders_within_students"}, "A125", 1),
        ({"school": "第9号小学"}, "A127", 1),
    ],
)
def test_faulty_waivers_stop_an_audit(tmp_path, faulty, changes, code, exit_code):
    """An expired waiver and an unknown rule are errors; one that is not needed, or of another table, a note."""
    result = run(faulty, "--waivers", _waivers(tmp_path, **changes), "--format", "json")
    assert exit_code == result.exit_code
    codes = [p["code"] for p in json.loads(result.stdout)["problems"] if p["code"].startswith("A12")]
    assert ([code] if code else []) == codes
