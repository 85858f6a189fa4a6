"""Headings in traditional characters, and in the terms of Taiwan, become the words of the fields."""

from collections.abc import Mapping

from junheng.standard.grammar import FieldForm
from junheng.workbook.headings import Words, key

# the characters of headings, each with its simplified form
_PAIRS = (
    "學学縣县區区鄉乡鎮镇稱称數数級级師师專专職职員员體体藝艺術术運运動动場场館馆圖图書书冊册機机計计儀仪設设備备總总額额類类別别團团辦办標标識识碼码"
    "編编單单屬属聯联規规歷历於于間间網网絡络輔辅內内積积電电腦脑終终產产資资綠绿築筑廁厕廳厅實实驗验臺台語语樂乐環环長长籃篮塊块報报種种貼贴務务"
    "齡龄畢毕業业統统評评舉举質质農农條条達达歲岁費费經经發发護护樓楼頂顶遊游戲戏兒儿衛卫進进隨随遷迁個个參参與与準准關关據据層层組组課课講讲讀读閱阅"
    "覽览滿满齊齐為为無无現现幾几優优幹干後后佔占舊旧餘余壯壮係系處处屆届轄辖鐘钟當当從从適适訊讯號号國国華华衆众雙双萬万億亿畝亩男男女女義义"
)
CHARACTERS: Mapping[int, str] = {ord(_PAIRS[at]): _PAIRS[at + 1] for at in range(0, len(_PAIRS), 2)}
TERMS: Mapping[str, tuple[str, ...]] = {  # headings that mean a field, in simplified characters
    "county": ("县市名称", "县市别", "所属县市"),
    "town": ("乡镇市区", "乡镇市区名称", "乡镇市区别", "乡镇区"),
    "name": ("校别", "学校校名"),
    "owner": ("公私立", "公私立别", "设立别"),
    "area": ("城乡别",),
    "students": ("全校学生数", "全校学生人数", "学生总人数"),
    "classes": ("全校班级数",),
    "teachers": ("专任教师合计",),
    "staff": ("教职员数", "教职员工数", "教职员工总数", "教职员工"),
    "computers": ("教学用电脑数", "教学用电脑", "教学电脑数", "教学用电脑台数"),
    "all_computers": ("电脑总数", "电脑数", "电脑台数"),
    "books": ("图书馆藏书册数", "藏书册数", "藏书数", "图书馆藏书"),
    "land_area": ("校地面积", "校地总面积"),
    "building_area": ("校舍面积", "校舍楼地板面积", "校舍总楼地板面积", "楼地板面积"),
}


def simplified(text: str) -> str:
    """Return a heading with its traditional characters in simplified form.

    >>> simplified("學校名稱"), simplified("學年度")
    ('学校名称', '学年度')
    """
    return text.translate(CHARACTERS)


class WiderWords(Words):
    """The headings of all fields, known in traditional characters and in the terms of Taiwan too."""

    def __init__(self, fields: Mapping[str, FieldForm]) -> None:
        super().__init__(fields)
        for name, terms in TERMS.items():
            if name in fields:
                for term in terms:
                    self.by_key.setdefault(key(term), name)

    def find(self, heading: str) -> tuple[str, str | None] | None:
        """Return the field of a heading and the unit it names, or None."""
        found = super().find(heading)
        if found is None and (simple := simplified(heading)) != heading:
            return super().find(simple)
        return found

    def nearest(self, heading: str) -> str | None:
        """Return the field whose heading is nearly this one, or None."""
        return super().nearest(simplified(heading))
