"""The script a user would write instead: `python tests/benchmarks/by_pandas.py FILE ENGINE`.

It computes only the coefficients of variation of the seven indicators of 2017, for every county and stage, and prints
them as CSV. No cell is checked, no school is judged, and no problem is told.
"""

import sys

import pandas as pd

STUDENTS, CODE, KIND, STAGE = "在校生数", "学校标识码", "办学类型", "学段"
WEIGHT = {"小学": 1.0, "初中": 1.1, "高中": 1.32}
SHARED = ["教学及辅助用房面积", "室内体育用房面积", "运动场地面积", "教学仪器设备值", "网络多媒体教室数"]


def coefficients(table: pd.DataFrame) -> pd.DataFrame:
    """Return the coefficients, one row for each county and stage, one column for each indicator."""
    table = table[table["年度"] == 2023].astype(dict.fromkeys(SHARED, float))
    shared_by = table[table.duplicated(CODE, keep=False)]
    of_school = shared_by.groupby(CODE)[SHARED].transform("first")
    weighted = shared_by[STUDENTS] * shared_by[STAGE].map(WEIGHT)
    whole = weighted.groupby(shared_by[CODE]).transform("sum", min_count=1)
    whole = whole.mask(weighted.isna().groupby(shared_by[CODE]).transform("any"))
    table.loc[shared_by.index, SHARED] = of_school.mul(weighted / whole, axis=0)
    small = (table[KIND] == "教学点") & (table[STUDENTS] < 50)
    kept = table[STAGE].isin(["小学", "初中"]) & ~table[KIND].isin(["特殊教育学校", "职业学校"]) & ~small
    table = table[kept & ~(table[STUDENTS] == 0)]
    resources = {
        "overqualified_teachers": table["高于规定学历教师数"] * 100,
        "backbone_teachers": table["县级以上骨干教师数"] * 100,
        "pe_art_teachers": table["体育、艺术专任教师数"] * 100,
        "teaching_area": table["教学及辅助用房面积"] - table["室内体育用房面积"],
        "sports_area": table["运动场地面积"] + table["室内体育用房面积"],
        "equipment_value": table["教学仪器设备值"],
        "multimedia_classrooms": table["网络多媒体教室数"] * 100,
    }
    places = [table["县(市、区)"], table[STAGE]]
    found = {}
    for name, resource in resources.items():
        value = resource / table[STUDENTS]
        weight = table[STUDENTS].where(value.notna())
        total = weight.groupby(places).transform("sum")
        mean = (weight * value).groupby(places).transform("sum") / total
        variance = (weight * (value - mean) ** 2).groupby(places).sum() / weight.groupby(places).sum()
        found[name] = variance**0.5 / mean.groupby(places).first()
    return pd.DataFrame(found)


def main() -> None:
    """Read one workbook and print its coefficients."""
    file, engine = sys.argv[1:]
    coefficients(pd.read_excel(file, engine=engine, dtype={CODE: str})).to_csv(sys.stdout)


if __name__ == "__main__":
    main()
