"""Every problem there is, one constant each. Codes are stable; a retired code is not used again.

S1xx YAML text · S2xx grammar · S3xx lint · W1xx file and sheet · W2xx cell · W3xx row · W4xx between rows · A1xx judging ·
C1xx the command itself.
"""

from junheng.problems import Kind, Severity
from junheng.text import Text

WARNING, NOTE = Severity.WARNING, Severity.NOTE

# ------------------------------------------------------------------------------------------------ S: standards files

YAML_SYNTAX = Kind(
    "S101",
    Text("不是正确的 YAML：{reason}", "this is not valid YAML: {reason}"),
    Text("检查该行的缩进、引号和冒号", "check indentation, quotes and colons of this line"),
)
YAML_DUPLICATE_KEY = Kind(
    "S102",
    Text("键 {key} 重复出现（先前在第 {line} 行）", "the key {key} stands twice (first in line {line})"),
    Text("删去其中一个", "remove one of the two"),
)
STANDARD_UNREADABLE = Kind(
    "S103",
    Text("YAML 文件无法读取：{reason}", "the YAML file cannot be read: {reason}"),
    Text("检查路径，并以 UTF-8 编码保存", "check the path, and save the file as UTF-8"),
)
STANDARD_UNKNOWN = Kind(
    "S104",
    Text("没有名为 {name} 的标准；已有：{known}", "there is no standard named {name}; known: {known}"),
    Text(
        "用 junheng standards list 查看全部标准，或给出 YAML 文件的路径",
        "see `junheng standards list`, or give the path of a YAML file",
    ),
)
STANDARD_NOT_IN_FORCE = Kind(
    "S105",
    Text("{family} 在 {year} 年没有有效的标准文件", "no file of {family} is in force in {year}"),
    Text("改用其他年度，或用 --standard 指明具体的文件", "use another year, or name one file with --standard"),
)
EXTENDS_UNKNOWN = Kind(
    "S106",
    Text(
        "extends 所指的 {name} 不存在，或又回到本文件",
        "extends names {name}, which does not exist or leads back to this file",
    ),
    Text("写已有标准的编号或 YAML 文件的路径", "write the id of a known standard or the path of a YAML file"),
)
KEY_UNKNOWN = Kind(
    "S201",
    Text("不认识的键 {key}{near}", "unknown key {key}{near}"),
    Text("对照 standards/README.md 改正键名", "correct the key by standards/README.md"),
)
KEY_MISSING = Kind(
    "S202",
    Text("缺少必需的键 {key}", "the required key {key} is missing"),
    Text("补上这个键", "add the key"),
)
VALUE_WRONG = Kind(
    "S203",
    Text("{key} 的值 {found} 不合要求：应为{expected}", "the value {found} of {key} does not fit: expected {expected}"),
    Text("改成所要求的形式", "write it in the expected form"),
)
RATIO_UNQUOTED = Kind(
    "S204",
    Text(
        "{key} 的值 {found} 像是比例，没有加引号或不在可写比例的地方",
        "the value {found} of {key} looks like a ratio without quotation marks, or where none can stand",
    ),
    Text(
        '标准值写成加引号的 "{found}"，其他地方换算成数',
        'write a bar as "{found}", in quotation marks, and a number elsewhere',
    ),
)
CITE_WITHOUT_SOURCE = Kind(
    "S301",
    Text("引用 {cite} 的来源不在 sources 中", "the source of the citation {cite} is not among the sources"),
    Text("在 sources 中写明该来源，或改正引用", "add the source, or correct the citation"),
)
NUMBER_NOT_QUOTED = Kind(
    "S302",
    Text("数值 {number} 在引文“{quote}”中找不到", "the number {number} does not occur in the quote “{quote}”"),
    Text("核对原文，改正数值或引文", "compare with the text, and correct the number or the quote"),
)
FIELD_UNKNOWN = Kind(
    "S303",
    Text(
        "字段 {field} 不在 fields.yaml 中，也不在本文件的 fields 中{near}",
        "the field {field} is neither in fields.yaml nor under fields of this file{near}",
    ),
    Text("改正字段名，或在 fields 中加上它", "correct the name, or add it under fields"),
)
UNIT_CONTRADICTS = Kind(
    "S304",
    Text(
        "单位 {unit} 与字段 {field} 的单位 {expected} 不一致",
        "the unit {unit} contradicts the unit {expected} of the field {field}",
    ),
    Text("改成与字段一致的单位", "use the unit of the field"),
)
CASES_LEAVE_GAP = Kind(
    "S305",
    Text("{stage} 没有标准值", "there is no bar for {stage}"),
    Text("补上该情形的标准值，没有收录的写 unknown", "add the bar of that circumstance, or write unknown"),
)
CASES_OVERLAP = Kind(
    "S306",
    Text("{circumstance} 有 {count} 个标准值", "there are {count} bars for {circumstance}"),
    Text("改正 when，使每种情形只有一个标准值", "correct when, so that each circumstance has one bar"),
)
MEET_OUT_OF_RANGE = Kind(
    "S307",
    Text("{key} 为 {found}，而指标只有 {count} 项", "{key} is {found}, and there are {count} indicators"),
    Text("改成不大于指标项数的数", "use a number not above the count of indicators"),
)
IN_FORCE_OVERLAP = Kind(
    "S308",
    Text("与同类标准 {other} 的有效期重叠", "in force at the same time as {other} of the same family"),
    Text("写明先行文件的截止日期 in_force.to", "give the older file an end, in_force.to"),
)
WEAKER = Kind(
    "S309",
    Text(
        "{what}：{circumstance} 为 {found}，比上级标准 {parent} 的 {above} 宽松",
        "{what}: {found} for {circumstance} is weaker than {above} of the standard above, {parent}",
    ),
    Text("地方标准一般不低于上级标准；核对后改正，或在 note 中说明依据", "correct it, or give the reason in note"),
    WARNING,
)
CHECKED_LONG_AGO = Kind(
    "S310",
    Text("上次与原文核对是 {date}，已超过两年", "last compared with its sources on {date}, more than two years ago"),
    Text("再核对一次，更新 checked.on", "compare again and update checked.on"),
    WARNING,
)
CASES_MISSING = Kind(
    "S311",
    Text("没有任何测试用例", "there is no test case"),
    Text(
        "在 tests/cases 下按标准编号建目录，写出标准值两侧的用例",
        "write cases on both sides of each bar under tests/cases, in a folder with the standard's id",
    ),
    WARNING,
)
SCHEMA_STALE = Kind(
    "S312",
    Text("{name} 与现在的语法不一致", "{name} is not what the grammar generates now"),
    Text("运行 junheng standards schema{of} > standards/{name}", "run junheng standards schema{of} > standards/{name}"),
)
STAGES_SWAPPED = Kind(
    "S313",
    Text(
        "引文“{quote}”先说小学后说初中，依次是 {first}、{second}；本条却写小学 {primary}、初中 {junior}",
        "the quote “{quote}” names primary before junior, {first} then {second}; here primary is {primary} and junior {junior}",
    ),
    Text("核对原文，小学、初中是否写反", "compare with the text: are the stages swapped?"),
)
SETTING_UNKNOWN = Kind(
    "S314",
    Text(
        "设定 {setting} 或其选项 {choice} 不存在；可选：{known}",
        "there is no setting {setting} with the choice {choice}; known: {known}",
    ),
    Text(
        "改正设定名或选项，可用 junheng standards show 查看",
        "correct the setting or its choice; see `junheng standards show`",
    ),
)
ID_TWICE = Kind(
    "S315",
    Text("编号 {id} 用了两次", "the id {id} is used twice"),
    Text("每项用不同的编号", "give each its own id"),
)
CITE_MISSING = Kind(
    "S316",
    Text("{what} 没有 {key}：无出处不写数", "{what} has no {key}: no citation, no number"),
    Text("写明出处（cite）并照录原文（quote）", "add the citation (cite) and the wording (quote)"),
)
CASE_DIFFERS = Kind(
    "S318",
    Text(
        "用例“{name}”不符：应为 {expected}，实为 {found}",
        "the case “{name}” does not hold: expected {expected}, found {found}",
    ),
    Text("核对用例和标准，改正其中之一", "compare the case with the standard and correct one of them"),
)
SETTING_UNUSED = Kind(
    "S317",
    Text("设定 {setting} 没有被任何条目采用", "the setting {setting} is used by nothing"),
    Text("删去它，或用 concerns 写明它属于哪一部分", "remove it, or say with concerns which part it belongs to"),
    WARNING,
)

RANGE_NOT_WHOLE = Kind(
    "S319",
    Text(
        "{field} 是整数，范围 {found} 的端点不是", "{field} is a whole number, and an end of the range {found} is not"
    ),
    Text("改成整数端点", "use whole numbers as ends"),
)
POINTS_DIFFER = Kind(
    "S320",
    Text(
        "各项分值合计 {total}，与总分 {expected} 不符", "the points of all items add up to {total}, not to {expected}"
    ),
    Text("核对各项分值与总分；没有收录的写 unknown", "compare with the text; write unknown for points not on record"),
)
FLOORS_DIFFER = Kind(
    "S321",
    Text("各等次的余项要求不同：{shares}", "the grades ask different shares of the others: {shares}"),
    Text("各等次写同一个 others_reach", "use one others_reach for all grades"),
)
NOTHING_MISSING = Kind(
    "S322",
    Text("{standard} 的数都有收录，没有要补全的", "every number of {standard} is on record; there is none to fill in"),
    Text("直接用 --standard 判定", "judge by it with --standard"),
)

# --------------------------------------------------------------------------------------------- W1: files and sheets

FILE_NOT_FOUND = Kind(
    "W101",
    Text("文件不存在", "the file does not exist"),
    Text("检查文件名和所在文件夹", "check the name and the folder"),
)
FILE_IS_FOLDER = Kind(
    "W102",
    Text("这是文件夹，此处需要一个学校表文件", "this is a folder; a workbook is expected here"),
    Text("给出其中的文件，或改用 junheng county", "name a file in it, or use `junheng county`"),
)
FILE_TYPE_UNKNOWN = Kind(
    "W103",
    Text(
        "不支持的文件类型 {suffix}；可用 .xlsx .xls .xlsb .ods .csv",
        "the file type {suffix} is not supported; use .xlsx .xls .xlsb .ods .csv",
    ),
    Text("用 Excel 或 WPS 另存为 .xlsx", "save it as .xlsx in Excel or WPS"),
)
FILE_EMPTY = Kind(
    "W104",
    Text("文件是空的，没有任何内容", "the file is empty"),
    Text("换成有数据的文件", "use the file with the data"),
)
FILE_ENCRYPTED = Kind(
    "W105",
    Text("文件有打开密码，无法读取", "the file is protected by a password and cannot be read"),
    Text("在 Excel 或 WPS 中取消密码后另存", "remove the password in Excel or WPS and save"),
)
FILE_DAMAGED = Kind(
    "W106",
    Text("不是可读取的工作簿：{found}", "this is not a workbook that can be read: {found}"),
    Text("用 Excel 或 WPS 打开确认，再另存为 .xlsx", "open it in Excel or WPS, and save it as .xlsx"),
)
HEADER_NOT_FOUND = Kind(
    "W107",
    Text(
        "没有找到学校表的表头：需要“学校名称”和至少两个已知列；最接近的一行缺少：{lacking}",
        "no header row of a school table was found: “学校名称” and at least two known headings are needed; the nearest row lacks: {lacking}",
    ),
    Text("补上列标题，或用 --columns 指明各列", "add the headings, or map them with --columns"),
)
ENCODING_UNKNOWN = Kind(
    "W108",
    Text(
        "文字编码既不是 UTF-8 也不是 GB18030（第 {position} 字节处无法解读）",
        "the text is neither UTF-8 nor GB18030 (byte {position} cannot be read)",
    ),
    Text("用 Excel 或 WPS 另存为 .xlsx", "save it as .xlsx in Excel or WPS"),
)
YEAR_NOT_THERE = Kind(
    "W109",
    Text("没有 {year} 年度的学校；表中有：{found}", "there are no schools of the year {year}; found: {found}"),
    Text("改正 --year，或给出该年度的表", "correct --year, or give the table of that year"),
)
YEARS_SEVERAL = Kind(
    "W110",
    Text("表中有几个年度：{found}", "the table holds several years: {found}"),
    Text("用 --year 指明其中一个", "name one of them with --year"),
)
HEADING_TWICE = Kind(
    "W111",
    Text(
        "“{heading}”和 {other} 处的“{heading_other}”都可作“{field}”，无法确定用哪一列",
        "“{heading}” and “{heading_other}” in {other} could both be “{field}”; it cannot be told which to use",
    ),
    Text("改其中一个列标题，或用 --columns 指明", "rename one of them, or choose with --columns"),
)
COLUMN_REQUIRED = Kind(
    "W112",
    Text("表中没有“{field}”一列，学校无法归类", "there is no column “{field}”; the schools cannot be classified"),
    Text("加上这一列，或用 --columns 给出固定值", "add the column, or give a fixed value with --columns"),
)
COLUMN_ABSENT = Kind(
    "W113",
    Text(
        "表中没有“{field}”一列，{indicators} 无法判定", "there is no column “{field}”; {indicators} cannot be decided"
    ),
    Text("加上这一列，或用 --columns 指明它叫什么", "add the column, or say with --columns what it is called"),
)
GYM_COLUMN_ABSENT = Kind(
    "W114",
    Text(
        "表中没有“{field}”一列：教学及辅助用房面积按已不含它计，体育运动场馆面积也未计入它",
        "there is no column “{field}”: the teaching area is taken as already without it, and the sports area as without it too",
    ),
    Text(
        "如教学及辅助用房面积含有室内体育用房，请加上这一列",
        "if the teaching area includes indoor sports rooms, add the column",
    ),
    WARNING,
)
FILE_OF_OTHER_YEAR = Kind(
    "W115",
    Text("文件名所示年度是 {found}，不是 {year}，未计入", "its name says the year {found}, not {year}; left aside"),
    Text("确需计入时，在表中加“年度”列", "to count it, add a column 年度 to the table"),
    NOTE,
)
SHEET_LEFT_ASIDE = Kind(
    "W116",
    Text("工作表没有学校表的表头，未读取", "the sheet has no header of a school table and was not read"),
    Text("如其中有学校，请补上“学校名称”等列标题", "if it holds schools, add the headings, 学校名称 first"),
    WARNING,
)
COUNTY_SHEET_UNREAD = Kind(
    "W117",
    Text(
        "工作表“县级”未参与评估：标准 {standard} 没有由县级填报的项目",
        "the sheet 县级 is not assessed: standard {standard} asks nothing of the county",
    ),
    Text("换用有县级项目的标准，或忽略该表", "judge by a standard that asks the county, or leave the sheet aside"),
    WARNING,
)
HEADING_NEAR_MISS = Kind(
    "W118",
    Text(
        "列标题“{heading}”未被识别，该列未读取；是否为“{near}”",
        "the heading “{heading}” is not known and its column was not read; is it “{near}”?",
    ),
    Text("如是，请改成“{near}”，或用 --columns 指明", "if so, rename it to “{near}”, or map it with --columns"),
    WARNING,
)
MAPPED_HEADING_ABSENT = Kind(
    "W119",
    Text(
        "--columns 为“{field}”指定的列标题“{heading}”在表中找不到{near}",
        "the heading “{heading}” that --columns names for “{field}” is not in the table{near}",
    ),
    Text("改正列标题文件中的写法", "correct the columns file"),
)
MAPPING_FITS_NONE = Kind(
    "W130",
    Text(
        "列标题文件有 {forms} 种表式，这张表都不符合；最接近的是第 {number} 种（第 {line} 行起），表中没有它写的“{lacking}”",
        "the columns file has {forms} forms of table, and this one is none of them; form {number} (from line {line}) comes nearest, but the table lacks its “{lacking}”",
    ),
    Text(
        "用 junheng columns 对这张表提出一种表式，接在列标题文件之后，中间隔一行 ---",
        "let junheng columns propose a form for this table and add it to the columns file, behind a line ---",
    ),
)
MAPPING_FITS_SEVERAL = Kind(
    "W131",
    Text(
        "列标题文件中第 {first} 行起和第 {second} 行起的两种表式都符合这张表，而读法不同：{fields}",
        "the forms from line {first} and from line {second} of the columns file both fit this table and read it differently: {fields}",
    ),
    Text("在其中一种表式里写上只有它才有的列标题", "name in one of the forms a heading that only its tables have"),
)
MAPPING_INVALID = Kind(
    "W120",
    Text("列标题文件有误：{key} {reason}", "the columns file is wrong: {key} {reason}"),
    Text("按 README 中“列标题文件”一节改正", "correct it by the README, section on columns files"),
)
UNIT_UNKNOWN = Kind(
    "W121",
    Text(
        "“{field}”的单位“{unit}”无法换算成{expected}，该列未读取",
        "the unit “{unit}” of “{field}” cannot be converted to {expected}; the column was not read",
    ),
    Text("改写单位，或用 --columns 给出 times", "rewrite the unit, or give times with --columns"),
)
HEADING_DOUBTFUL = Kind(
    "W127",
    Text(
        "“{heading}”可能是“{field}”，但路径中的其他标题可能改变它的含义，没有采用",
        "“{heading}” may be “{field}”, but the other headings of its path may make it another figure; it is not used",
    ),
    Text("确是该数的，用 --columns 写明这一列", "if it is that figure, name the column with --columns"),
    WARNING,
)
HEADINGS_OTHER = Kind(
    "W128",
    Text(
        "列标题与 {other} 不同，没有据以提出对应",
        "the headings are not those of {other}; nothing is proposed for them",
    ),
    Text(
        "用 --sheet 指明这张工作表，或单独对这个文件再运行 junheng columns",
        "name this sheet with --sheet, or run junheng columns for this file alone",
    ),
    WARNING,
)
WORD_COLUMN_ABSENT = Kind(
    "W124",
    Text(
        "表中没有“{field}”一列，全部学校按应纳入评估处理",
        "there is no column “{field}”; every school is taken as assessed",
    ),
    Text("如有不应纳入的学校，请加上这一列", "add the column if some schools are not to be assessed"),
    WARNING,
)
UNIT_IN_TITLE = Kind(
    "W125",
    Text(
        "表头上方写有“{found}”，而“{field}”的标题没有写单位，该列未采用",
        "“{found}” stands above the table and the heading of “{field}” names no unit; the column is not used",
    ),
    Text(
        "在列标题中写明单位，如“教学仪器设备值（万元）”",
        "write the unit into the heading, such as 教学仪器设备值（万元）",
    ),
)
SCHOOLS_LEFT_ASIDE = Kind(
    "W126",
    Text(
        "工作表没有学校表的表头而未读取，其中的 {found} 等 {count} 所学校不在已读取的学校中",
        "the sheet has no header of a school table and was not read; {count} schools in it are not among those read, such as {found}",
    ),
    Text(
        "补上“学校名称”“办学类型”“在校生数”等列标题；不是学校表的，用 --sheet 指明要读的工作表",
        "add the headings 学校名称, 办学类型, 在校生数; where it is no table of schools, name the sheets to read with --sheet",
    ),
)
NO_WORKBOOKS = Kind(
    "W122",
    Text("没有找到学校表（.xlsx .xls .xlsb .ods .csv）", "no workbook was found (.xlsx .xls .xlsb .ods .csv)"),
    Text("把学校表放进这个文件夹，或给出它的路径", "put the workbook into this folder, or give its path"),
)
NO_SCHOOLS = Kind(
    "W123",
    Text("表头之下没有学校", "there are no schools below the header"),
    Text("填入学校后再运行", "fill in the schools and run again"),
)
NOT_LISTED = Kind(
    "W129",
    Text("{kind} 另有 {count} 处，只列出前 {listed} 处", "{kind}: {count} more; the first {listed} are listed"),
    Text("改正所列各处后再运行一次", "mend what is listed, and run once more"),
    NOTE,
)

# -------------------------------------------------------------------------------------------------------- W2: cells

NOT_A_NUMBER = Kind(
    "W201",
    Text("“{field}”应为数，实为“{found}”", "“{field}” should be a number, found “{found}”"),
    Text("只填数字；没有数据就留空", "enter digits only; leave it blank where there is no figure"),
)
NUMBER_NEGATIVE = Kind(
    "W202",
    Text("“{field}”是负数 {found}", "“{field}” is negative, {found}"),
    Text("改成不小于 0 的数", "enter a number not below 0"),
)
NUMBER_NOT_WHOLE = Kind(
    "W203",
    Text("“{field}”应为整数，实为 {found}", "“{field}” should be a whole number, found {found}"),
    Text("改成整数", "enter a whole number"),
)
FORMULA_NOT_CALCULATED = Kind(
    "W204",
    Text("单元格是公式 {formula}，但没有保存计算结果", "the cell holds the formula {formula} but no saved result"),
    Text("用 Excel 或 WPS 打开，保存一次再运行", "open the workbook in Excel or WPS, save it, and run again"),
)
FIGURE_BLANK = Kind(
    "W205",
    Text(
        "{school} 的“{field}”没有数据，{indicators} 无法判定",
        "“{field}” of {school} is blank; {indicators} cannot be decided",
    ),
    Text("填上数据；确实没有的填 0", "enter the figure; 0 where there really is none"),
)
TYPE_UNKNOWN = Kind(
    "W206",
    Text("“{field}”填的是“{found}”，应为 {expected} 之一", "“{field}” is “{found}”, expected one of {expected}"),
    Text("改成所列写法之一", "use one of these words"),
)
YEAR_UNREADABLE = Kind(
    "W210",
    Text("“{field}”填的是“{found}”，读不出年度", "no year can be read from “{found}” in “{field}”"),
    Text("写成 2023 或 2023-2024", "write 2023 or 2023-2024"),
)
YEAR_BLANK = Kind(
    "W211",
    Text(
        "这一行没有填“{field}”，按本表唯一的 {year} 年度计",
        "“{field}” is blank in this row; taken as {year}, the only year of the sheet",
    ),
    Text("补上年度", "enter the year"),
    WARNING,
)
YEAR_DOUBTFUL = Kind(
    "W214",
    Text(
        "这一行没有填“{field}”，而表中有几个年度，无法归入任何一年",
        "“{field}” is blank in this row and the sheet holds several years; it belongs to none",
    ),
    Text("补上年度", "enter the year"),
)
NUMBER_IMPLAUSIBLE = Kind(
    "W215",
    Text("“{field}”是 {found}，大得不可能", "“{field}” is {found}, too large to be true"),
    Text("核对数字和单位", "check the figure and its unit"),
)
CELL_ERROR = Kind(
    "W212",
    Text("“{field}”是错误值 {found}", "“{field}” is the error value {found}"),
    Text("改正该单元格的公式", "mend the formula of the cell"),
)
CELL_DATE = Kind(
    "W213",
    Text("“{field}”是日期 {found}，不是数", "“{field}” is the date {found}, not a number"),
    Text("把单元格格式改为“数值”并重新填写", "set the cell to a number format and enter the figure again"),
)

# --------------------------------------------------------------------------------------------------------- W3: rows

NAME_BLANK = Kind(
    "W301",
    Text("这一行有数据而没有学校名称", "this row has figures and no school name"),
    Text("补上学校名称；如是合计行，请在名称处写“合计”", "add the name; if it is a total, write 合计 there"),
)
STAGE_CONTRADICTS = Kind(
    "W302",
    Text("{school} 是{type}，学段却是{stage}", "{school} is a {type}, and its stage is {stage}"),
    Text("改正办学类型或学段", "correct the type or the stage"),
)
STAGE_BLANK = Kind(
    "W303",
    Text("{school} 是{type}，没有写明这一行是哪个学段", "{school} is a {type}, and its row does not say which stage"),
    Text("每个学段一行，写明学段：{expected}", "one row for each stage, with its stage: {expected}"),
)
NOTHING_WITH_PUPILS = Kind(
    "W310",
    Text(
        "{school} 有 {students} 名学生，“{field}”却是 0，没有采用",
        "{school} has {students} students and 0 for “{field}”; the figure is not used",
    ),
    Text("改正这个数，没有数据就留空", "correct the figure; leave it blank where there is none"),
)
PART_EXCEEDS_WHOLE = Kind(
    "W304",
    Text(
        "{school} 的“{part}”({found})大于“{whole}”({found_whole})",
        "“{part}” of {school} ({found}) exceeds “{whole}” ({found_whole})",
    ),
    Text("核对这两个数", "check the two figures"),
)
COUNTY_BLANK = Kind(
    "W305",
    Text(
        "这一行没有填“{field}”，按本表唯一的“{only}”计",
        "“{field}” is blank in this row; taken as {only}, the only one of the sheet",
    ),
    Text("补上所属的县(市、区)", "add the county"),
    WARNING,
)
COUNTY_DOUBTFUL = Kind(
    "W307",
    Text(
        "这一行没有填“{field}”，而表中有几个县，无法归入任何一个",
        "“{field}” is blank in this row and the sheet holds several; it belongs to none",
    ),
    Text("补上所属的县(市、区)", "add the county"),
)
ROWS_NOT_SCHOOLS = Kind(
    "W306",
    Text("略去不是学校的行：{rows}", "rows that are no schools were passed over: {rows}"),
    Text("如其中有学校，请补上学校名称和数据", "if one of them is a school, complete its name and figures"),
    NOTE,
)

SCHOOLS_OMITTED = Kind(
    "W311",
    Text(
        "第 {rows} 行是省略号：有学校略去未列，不能据以判定全县达标",
        "row {rows} is an ellipsis: schools were left out, and the county cannot pass by this table",
    ),
    Text("补上略去的学校；没有略去的，删去这一行", "add the schools; delete the row where none was left out"),
    WARNING,
)
FIGURE_OF_ALL_STAGES = Kind(
    "W312",
    Text(
        "{school} 有几个学段，这一行的“{field}”没有分学段，没有采用",
        "{school} has several stages, and “{field}” in this row is not given for each; it is not used",
    ),
    Text("分学段各列一栏，或每个学段一行", "give it in a column for each stage, or in a row for each stage"),
)
PLACE_NOT_SCHOOL = Kind(
    "W313",
    Text(
        "“{found}”是地方的名称，像是合计行，没有作为学校采用",
        "“{found}” is the name of a place, perhaps a total; it is not taken for a school",
    ),
    Text("是学校的写学校全称，是合计的写“合计”", "write the school's full name, or 合计 where it is a total"),
)
HIDDEN = Kind(
    "W314",
    Text("{what}是隐藏的，照常计入", "hidden, and counted like the others: {what}"),
    Text("不应计入的请删去", "delete what should not be counted"),
    NOTE,
)
OWN_DOCUMENT = Kind(
    "W315",
    Text(
        "是 junheng 写出的报送材料，不作为学校表读取",
        "a document that junheng wrote; it is not read as a table of schools",
    ),
    Text("报送材料放在学校表以外的文件夹", "keep what is handed in apart from the tables of schools"),
    NOTE,
)
YEAR_STRAY = Kind(
    "W316",
    Text(
        "同一张表中 {count} 行是 {year} 年、只有 {few} 行是 {found} 年，这几行未计入，可能写错",
        "{count} rows of the sheet are of {year} and only {few} of {found}; these were left aside, perhaps by a slip",
    ),
    Text("核对这几行的年度", "check the year of these rows"),
    WARNING,
)
YEAR_LOST = Kind(
    "W317",
    Text(
        "{few} 行是 {found} 年（{school} 等），表中没有它们 {year} 年的行，而同一张表有 {count} 行是 {year} 年：年度可能写错，不下达标结论",
        "{few} rows are of {found} ({school} …) and the table has none of {year} for them, while {count} rows of the sheet are of {year}: "
        "the year may be a slip, so nothing passes",
    ),
    Text(
        "改正这几行的年度，或把它们移到那一年的表里",
        "correct the year of these rows, or move them to the table of that year",
    ),
)
ROW_TOO_LONG = Kind(
    "W308",
    Text(
        "这一行的格子比表头多，多出的是“{found}”：数字中的逗号或多余的分隔符使后面的数据错位",
        "this row has more cells than the header, “{found}” beyond it: a comma in a number or an extra separator has shifted its figures",
    ),
    Text("给带逗号的数加引号，或去掉逗号", "put numbers with commas in quotation marks, or remove the commas"),
)
WORD_BLANK = Kind(
    "W309",
    Text("{school} 没有填“{field}”，按应纳入评估处理", "“{field}” of {school} is blank; it is taken as assessed"),
    Text("补上这一项", "fill it in"),
    WARNING,
)
# ------------------------------------------------------------------------------------------------ W4: between rows

SCHOOL_TWICE_SAME = Kind(
    "W401",
    Text(
        "{school} 与 {other} 处完全相同，只计一次",
        "{school} stands again in {other}, alike in every figure; counted once",
    ),
    Text("删去重复的一行", "remove one of the rows"),
    WARNING,
)
SCHOOL_TWICE = Kind(
    "W402",
    Text(
        "{school} 与 {other} 处重复，数据却不同：{fields}；这些数据都不采用",
        "{school} stands again in {other} with other figures: {fields}; none of these is used",
    ),
    Text("确认哪一行正确，删去另一行", "find out which row is right and remove the other"),
)
SHARED_DIFFERS = Kind(
    "W403",
    Text(
        "{school} 各学段的全校“{field}”不同：{found} 与 {other} 处的 {found_other}",
        "the whole-school “{field}” of {school} differs between its rows: {found} and {found_other} in {other}",
    ),
    Text(
        "各行填同一个全校数；如已拆分，在“资源口径”列写“本学部”",
        "enter the same figure on each row; if they are already divided, write 本学部 under 资源口径",
    ),
)
CODE_SHARED = Kind(
    "W404",
    Text(
        "学校标识码 {code} 被 {school} 和 {other} 处的 {school_other} 共用",
        "the code {code} is used by {school} and by {school_other} in {other}",
    ),
    Text("改正其中一个学校标识码", "correct one of the two codes"),
)
SECTION_ABSENT = Kind(
    "W405",
    Text(
        "{school} 是{type}，表中没有它的{absent}一行，共用的{fields}无法拆分",
        "{school} is a {type} and has no row for {absent}; what it shares cannot be divided: {fields}",
    ),
    Text("补上该学段一行；没有学生就填在校生数 0", "add that row, with 0 students where there are none"),
)
SECTION_VANISHED = Kind(
    "W409",
    Text("{school} 是{type}，表中没有它的{absent}一行", "{school} is a {type} and has no row for {absent}"),
    Text("补上该学段一行；没有学生就填在校生数 0", "add that row, with 0 students where there are none"),
)
CODE_SHORT = Kind(
    "W406",
    Text(
        "学校标识码 {found} 只有 {digits} 位，其他学校是 {expected} 位，可能丢了开头的 0",
        "the code {found} has {digits} digits where others have {expected}; leading zeros may be lost",
    ),
    Text("把该列设为文本格式，重新填写", "set the column to text and enter the code again"),
    WARNING,
)
TYPES_DIFFER = Kind(
    "W407",
    Text(
        "{school} 的办学类型前后不一：{found}，{other} 处是{found_other}；共用的数据不采用",
        "{school} is a {found} here and a {found_other} in {other}; what it shares is not used",
    ),
    Text("各行写同一个办学类型，如九年一贯制学校", "write the same type on each row, such as 九年一贯制学校"),
)

NAME_TWICE = Kind(
    "W408",
    Text(
        "{school} 与 {other} 处同县同名同学段，学校标识码却不同（{code}、{code_other}），可能是同一所学校",
        "{school} stands again in {other} with another code ({code}, {code_other}), alike in county, name and stage; they may be one school",
    ),
    Text("确认后改正学校标识码，或写出两校不同的全称", "correct the code, or write the full names of both"),
)

CHANGE_DOUBTFUL = Kind(
    "W410",
    Text("学校变动文件中的“{school}”：{reason}", "“{school}” in the file of changes: {reason}"),
    Text(
        "对照两个年度的学校表改正变动文件，学校用标识码写最稳妥",
        "correct the file of changes by the tables of the two years; codes name schools most safely",
    ),
)

# what `collect` finds between the workbooks of many schools, its roster, its merge file and the statistics forms

COLLECTION_INCOMPLETE = Kind(
    "W421",
    Text(
        "合并表中有 {count} 所学校的数据没有并入，如 {found}",
        "{count} schools are not in the collected table, such as {found}",
    ),
    Text(
        "补报后重新运行 junheng collect；不下达标结论",
        "run `junheng collect` again when they have reported; nothing passes before",
    ),
)
NOT_REPORTED = Kind(
    "W422",
    Text("{school} 没有报送", "{school} has not reported"),
    Text("催报后重新运行", "ask it to report and run again"),
)
NOT_IN_ROSTER = Kind(
    "W423",
    Text("{school}（{code}）不在名册中{reason}", "{school} ({code}) is not in the roster{reason}"),
    Text("核对校名和学校标识码，或补进名册", "check its name and code, or add it to the roster"),
)
ROSTER_NAME_DIFFERS = Kind(
    "W424",
    Text(
        "标识码 {code} 的学校在名册中是 {expected}，这里写作 {school}，按标识码认作同一所",
        "the school with the code {code} is {expected} in the roster and {school} here; taken as one by its code",
    ),
    Text("两处写同一个全称", "write the same full name in both"),
    WARNING,
)
ROSTER_DOUBTFUL = Kind(
    "W425",
    Text(
        "名册中标识码 {code} 被 {school} 和 {other} 处的 {school_other} 共用",
        "the code {code} is used in the roster by {school} and by {school_other} in {other}",
    ),
    Text("改正名册", "correct the roster"),
)
MERGE_INVALID = Kind(
    "W426",
    Text("合并文件有误：{key} {reason}", "the merge file is wrong: {key} {reason}"),
    Text("写成“主校: [并入的学校, …]”，用学校标识码或名称", "write `parent: [child, …]`, by code or name"),
)
MERGE_NOT_DONE = Kind(
    "W427",
    Text("{child} 没有并入 {parent}：{reason}", "{child} was not merged into {parent}: {reason}"),
    Text("改正合并文件，或补报该校的数据", "correct the merge file, or supply the figures of that school"),
)
NOT_COUNTED = Kind(
    "W428",
    Text(
        "{school} 不计校数，也没有写明并入哪所学校",
        "{school} is not counted as a school, and nothing says which one it belongs to",
    ),
    Text(
        "数据并入主校那一行；用 collect 收集的，在合并文件中写明：主校: [{school}]",
        "add its figures to the row of its parent school; for `collect`, say so in the merge file: parent: [{school}]",
    ),
)
MERGED_PARTLY = Kind(
    "W429",
    Text(
        "{child} 并入 {parent} 时，这些数据不能相加：{fields}",
        "these figures of {child} and {parent} cannot be added: {fields}",
    ),
    Text(
        "缺数据的补上；不能相加的由主校填报合并后的数",
        "supply what is missing; what is no sum is reported by the parent for both",
    ),
)
FORM_DIFFERS = Kind(
    "W431",
    Text(
        "这张表与 {form} 的版式不符：{reason}；没有采用其中的数",
        "the sheet is not laid out as {form}: {reason}; none of its figures is used",
    ),
    Text(
        "改用该年度的表，或用 --forms 给出这张表的版式", "use the form of that year, or describe this one with --forms"
    ),
)
FORM_NOT_COMPARED = Kind(
    "W432",
    Text(
        "{form} 的版式从未与官方导出的表核对（{standing}），所读的数请核对",
        "the layout of {form} was never compared with an official export ({standing}); verify what was read",
    ),
    Text(
        "核对后在版式文件中写明 compared 的日期", "when it is verified, write the date under `compared` of the layout"
    ),
    WARNING,
)
FORM_PARTLY_KNOWN = Kind(
    "W433",
    Text(
        "{form} 中这些数的行标签或列标签没有收录，没有读取；待补的标签和所在行：{fields}",
        "labels of these figures of {form} are not on record; they were not read. To be filled in, at these lines: {fields}",
    ),
    Text(
        "照 docs/collect.md“补一份版式”写一个文件，对照官方表填上标签，用 --forms 或 junheng.yaml 的 forms 给出",
        "write a file as docs/collect.md shows, with the labels of the official form; name it with --forms or in junheng.yaml",
    ),
    WARNING,
)
FORM_NOT_ON_RECORD = Kind(
    "W434",
    Text("没有收录 {form} 的版式，没有读取", "there is no layout of {form} on record; it was not read"),
    Text("需要其中的数时，用 --forms 给出版式", "give a layout with --forms where its figures are needed"),
    NOTE,
)
FORM_SCHOOL_UNKNOWN = Kind(
    "W435",
    Text("看不出 {form} 是哪所学校的：{reason}", "it cannot be told which school {form} is of: {reason}"),
    Text(
        "在表上写明“学校名称：…”或“学校标识码：…”，或以名册中的校名给文件命名",
        "write 学校名称 or 学校标识码 on the form, or name the file as the roster names the school",
    ),
)
LAYOUT_INVALID = Kind(
    "W436",
    Text("统计表版式有误：{key} {reason}", "the layout of a statistics form is wrong: {key} {reason}"),
    Text("按 docs/collect.md 中“统计表”一节改正", "correct it by docs/collect.md, section on statistics forms"),
)
SECTION_BLANK = Kind(
    "W437",
    Text("{school}{stage}报送了，却一个数也没有填", "{school}{stage} was sent without a single figure"),
    Text(
        "补填后重新报送；没有学生就填在校生数 0",
        "have it filled in and sent again, with 0 students where there are none",
    ),
)

# ----------------------------------------------------------------------------------------------- W5: the sheet 县级

COUNTY_ITEM_UNKNOWN = Kind(
    "W501",
    Text(
        "县级表的项目“{found}”未被识别，该行未读取；相近的有“{near}”",
        "the item “{found}” of the county sheet is not known, its line was not read; near it is “{near}”",
    ),
    Text(
        "用 junheng template 生成的县级表中的名称，或项目的代码",
        "use the names of the sheet that junheng template makes, or the item's id",
    ),
)
COUNTY_ITEM_OF_SEVERAL = Kind(
    "W502",
    Text(
        "“{item}”由几项数据计算，不能直接填结论",
        "“{item}” is computed from several figures, its outcome cannot be entered",
    ),
    Text("分行填报：{fields}", "enter on lines of their own: {fields}"),
)
SHARE_OR_PERCENT = Kind(
    "W503",
    Text(
        "“{field}”按百分数填报，{found} 可能是 {found}% 也可能是小数，未采用",
        "“{field}” is a percentage; {found} may be {found} % or a fraction, and was not taken",
    ),
    Text("写成带百分号的文字，如 95%", "write it with the sign, such as 95%"),
)
COUNTY_UNKNOWN = Kind(
    "W504",
    Text(
        "不能确定这一行属于哪个县：“{found}”不是学校表中的县（{known}）",
        "it cannot be told which county this line is of: “{found}” is none of the schools' ({known})",
    ),
    Text("增加“县(市、区)”列，填学校表中的县名", "add a column 县(市、区) with the name as in the table of schools"),
)
COUNTY_ANSWER_TWICE = Kind(
    "W505",
    Text(
        "与 {other} 填报的是同一项，而内容不同，两处均未采用",
        "answers the same as {other} otherwise; neither was taken",
    ),
    Text("只保留一处", "keep one of the two"),
)
COUNTY_CONFLICT = Kind(
    "W506",
    Text(
        "“{field}”县级填报 {answered}，各校合计 {added}，该项无法判定",
        "“{field}”: the county says {answered}, its schools add up to {added}; the item cannot be decided",
    ),
    Text("核对县级表与学校表，改正其一；或清空县级表的这一格", "correct the one or the other, or clear this cell"),
)
COUNTY_SCORE_ABOVE = Kind(
    "W507",
    Text("“{item}”得分 {score} 高于该项分值 {points}，未采用", "“{item}” has {score} points of {points}; not taken"),
    Text("改成不高于分值的数", "enter no more than there are"),
)
COUNTY_ITEM_BY_SCHOOLS = Kind(
    "W508",
    Text(
        "“{item}”由学校表的数据判定，县级表中填的没有采用",
        "“{item}” is judged by the table of schools; what the county sheet says was not taken",
    ),
    Text("在学校表中填报各校的数据，删去这一行", "give the figures in the table of schools, and delete this line"),
    WARNING,
)
COUNTY_MUST_APPLY = Kind(
    "W509",
    Text(
        "“{item}”不能填“不适用”：标准没有这样规定，或填报的数据、学校表表明适用",
        "“{item}” cannot be said not to apply: the standard has no such rule, or the figures and schools show that it does",
    ),
    Text("填报该项的数据", "answer it with its figures"),
)
COUNTY_SHARE_ABOVE = Kind(
    "W510",
    Text(
        "“{part}”占“{whole}”的{share}%，部分多于总数，该项无法判定",
        "“{part}” is {share} % of “{whole}”: the part is more than the whole, and the item cannot be decided",
    ),
    Text("核对两个数，改正其一", "check both figures and correct one of them"),
)

# -------------------------------------------------------------------------------------------------------- A: judging

ONE_SCHOOL = Kind(
    "A101",
    Text(
        "{county}{stage}只有一所学校（学部）：{decision}",
        "{county} has one school section only at the {stage} stage: {decision}",
    ),
    Text("向省级督导部门确认如何认定", "ask the province how this is to be recognised"),
    WARNING,
)
NO_RESOURCE = Kind(
    "A102",
    Text(
        "{county}{stage}的“{indicator}”合计为 0，差异系数无法计算",
        "“{indicator}” of {county}, {stage}, adds up to 0; the coefficient cannot be computed",
    ),
    Text("核对该列是否漏填", "check whether the column was left unfilled"),
)
NO_SECTIONS = Kind(
    "A103",
    Text("{county}没有纳入评估的学校", "{county} has no school that is assessed"),
    Text("检查办学类型、学段和在校生数", "check types, stages and students"),
)
NO_SCHOOL_RULE = Kind(
    "A104",
    Text(
        "{standard} 没有规定单个学校的标准值（由省定），只列出指标值",
        "{standard} sets no bars for a single school (the province does); only values are listed",
    ),
    Text(
        "用 --standard 指明省定办学标准，或用 junheng county 看差异系数",
        "name the province's standard, or see the coefficients with `junheng county`",
    ),
    NOTE,
)
BAR_UNKNOWN = Kind(
    "A105",
    Text("“{indicator}”的标准值未收录，无法判定", "the bar of “{indicator}” is not on record; it cannot be decided"),
    Text(
        "按所存文件的副本，用一个 extends 本标准的本地文件补上",
        "supply it from a copy of the document, in a local file that extends this one",
    ),
)
SCHOOL_RULE_UNKNOWN = Kind(
    "A110",
    Text(
        "{standard} 的学校合格规则没有收录，不下学校结论",
        "how a school passes by {standard} is not on record; no verdict is given on schools",
    ),
    Text(
        "用一个以 extends 继承它的文件补上 school_rule，写明出处",
        "add school_rule in a file that extends it, with its source",
    ),
    WARNING,
)
COUNTY_MEASURED = Kind(
    "A111",
    Text(
        "“{indicator}”按全县测算，单凭部分学校的表无法判定",
        "“{indicator}” is measured over the whole county and cannot be decided from a table of some schools",
    ),
    Text("用 junheng county 判定含全县学校的表", "use `junheng county` with a table of all schools of the county"),
    NOTE,
)
DIVISION_NOT_GIVEN = Kind(
    "A106",
    Text(
        "{school} 的共用资源需要拆分，而该标准没有规定拆分办法",
        "{school} has shared resources to divide, and the standard does not say how",
    ),
    Text(
        "在标准中写 divisions，或在表中填已拆分的数（资源口径：本学部）",
        "add divisions to the standard, or enter divided figures (资源口径: 本学部)",
    ),
)
PLACE_BLANK = Kind(
    "A108",
    Text(
        "{count} 个学校（学部）没有填“{field}”，无法归入任何一个",
        "{count} school sections have no “{field}” and belong to none",
    ),
    Text("补上这一项", "fill it in"),
)
NOT_IN_FORCE = Kind(
    "A109",
    Text("{standard} 在 {year} 年度不在施行期内", "{standard} is not in force in {year}"),
    Text("确认要按这份标准判定", "make sure that this is the standard to judge by"),
    WARNING,
)
RELAXATION_EXPIRED = Kind(
    "A107",
    Text(
        "过渡口径“{relaxation}”只用于 {years}，{year} 年度不采用",
        "the transitional rule “{relaxation}” is for {years}; it does not apply in {year}",
    ),
    Text("不要为该年度打开它", "do not switch it on for this year"),
)

RELAXATION_NOT_COMPUTED = Kind(
    "A114",
    Text(
        "过渡口径“{relaxation}”只在案，没有可以计算的内容，不能启用",
        "the transitional rule “{relaxation}” is on record only: nothing can be computed from it, so it cannot be switched on",
    ),
    Text("不要打开它，由县级自行核对", "leave it off and check it by hand"),
)

EARLIER_TABLE_FAULTY = Kind(
    "A112",
    Text(
        "用来比较的 {year} 年的表有 {count} 处读取错误，有错的数没有比较",
        "the table of {year} that is compared with has {count} faults of reading; faulty figures were not compared",
    ),
    Text("对那个文件单独运行 junheng audit", "run `junheng audit` on that file"),
    NOTE,
)

UNIT_DOUBTFUL = Kind(
    "A113",
    Text(
        "“{field}”的单位可能不是{unit}：{school}的“{indicator}”为 {value}，{far} {bar}；这样的共 {count} 处",
        "“{field}” may not be in {unit}: “{indicator}” of {school} is {value}, {far} {bar}; {count} such in all",
    ),
    Text(
        "核对单位；在列标题写明单位，如“教学仪器设备值(万元)”",
        "check the unit; write it in the heading, as 教学仪器设备值(万元)",
    ),
    WARNING,
)

WAIVER_EXPIRED = Kind(
    "A121",
    Text(
        "{school}（{rule}）的豁免到 {date} 为止，{day} 已经过期",
        "the waiver of {rule} for {school} was valid until {date} and has expired on {day}",
    ),
    Text("重新办理后改写 expiry，不再需要的删去", "renew it and correct expiry, or remove it"),
)
WAIVER_SCHOOL_UNKNOWN = Kind(
    "A122",
    Text("豁免所指的学校 {school} 不在表中{near}", "the school {school} of a waiver is not in the table{near}"),
    Text("改正学校标识码、名称或学段", "correct code, name or stage"),
)
WAIVER_RULE_UNKNOWN = Kind(
    "A123",
    Text(
        "豁免所指的 {rule} 不是该标准的指标，也不是问题代码{near}",
        "{rule}, which a waiver names, is no indicator of the standard and no problem code{near}",
    ),
    Text(
        "写指标编号（见 junheng standards show）或问题代码",
        "write the id of an indicator (see `junheng standards show`) or a problem code",
    ),
)
WAIVER_TWICE = Kind(
    "A124",
    Text(
        "{school}（{rule}）的豁免重复（先前在第 {line} 行）",
        "{rule} is waived twice for {school} (first in line {line})",
    ),
    Text("删去其中一条", "remove one of the two"),
)
WAIVER_NOT_NEEDED = Kind(
    "A125",
    Text("{school}（{rule}）的豁免没有用到", "the waiver of {rule} for {school} was not needed"),
    Text("确认后删去", "remove it if it is not needed any more"),
    NOTE,
)
WAIVER_SCHOOL_SEVERAL = Kind(
    "A126",
    Text(
        "豁免所指的 {school} 有几所：{codes}",
        "there are several schools named {school}, as a waiver names it: {codes}",
    ),
    Text("改写学校标识码", "name the school by its code"),
)
WAIVER_SCHOOL_ELSEWHERE = Kind(
    "A127",
    Text("豁免所指的学校 {school} 不在本表{near}", "the school {school} of a waiver is not in this table{near}"),
    Text(
        "本表只有部分学校的不必改；否则改正学校标识码或名称",
        "nothing, where this table holds some of the schools only; else correct code or name",
    ),
    NOTE,
)

GATE_NOT_ON_RECORD = Kind(
    "A131",
    Text(
        "没有收录{province}在该年度施行的义务教育学校办学基本标准，学校达标情况无法判定",
        "no school standard of {province} is on record for this year; whether the schools meet it cannot be decided",
    ),
    Text(
        "用 --province 给出本省标准的 YAML 文件",
        "give --province a YAML file with the standard of the province",
    ),
    WARNING,
)
GATE_NOT_ASKED = Kind(
    "A132",
    Text(
        "{standard} 不以省定办学基本标准为前提，所给的省没有用到",
        "{standard} does not rest on a school standard of the province; the province given was not used",
    ),
    Text(
        "省定办学基本标准用于 2012 年办法：--standard basic-balance",
        "such standards are for the method of 2012: --standard basic-balance",
    ),
    NOTE,
)

# --------------------------------------------------------------------------------------------------- C: the command

OUTPUT_UNWRITABLE = Kind(
    "C101",
    Text("无法写入：{reason}", "it cannot be written: {reason}"),
    Text("关闭正在打开它的程序，或换一个位置", "close the program that has it open, or choose another place"),
)
FORMAT_UNKNOWN = Kind(
    "C102",
    Text("不支持的格式 {found}；可用：{known}", "the format {found} is not supported; use {known}"),
    Text("改用所列格式之一", "use one of these"),
)
TERM_UNKNOWN = Kind(
    "C104",
    Text("没有“{term}”的说明{near}", "there is no explanation of “{term}”{near}"),
    Text("可查问题代码（W204）、字段、指标或术语", "ask for a code (W204), a field, an indicator or a term"),
)
PROJECT_INVALID = Kind(
    "C105",
    Text("junheng.yaml 有误：{key} {reason}", "junheng.yaml is wrong: {key} {reason}"),
    Text("按 README 中“项目文件”一节改正", "correct it by the README, section on the project file"),
)
ALREADY_THERE = Kind(
    "C106",
    Text("已经存在，没有覆盖", "it is already there and was not overwritten"),
    Text("换一个名字，或先移走它", "choose another name, or move it away first"),
)

AGAINST_SAME_YEAR = Kind(
    "C107",
    Text(
        "--against 的表也是 {year} 年的，没有两个年度可比",
        "the table of --against is of {year} too; there are no two years to compare",
    ),
    Text("给出另一个年度的表", "give the table of another year"),
)

ROSTER_WITHOUT_SCHOOLS = Kind(
    "C110",
    Text(
        "名册中没有“学校标识码”或“学校名称”一列，或没有学校",
        "the roster has no column 学校标识码 or 学校名称, or no schools",
    ),
    Text("在名册首行写上列标题", "give the roster these headings"),
)

PROVINCE_UNKNOWN = Kind(
    "C112",
    Text("没有叫“{found}”的省份；相近的有：{near}", "there is no province “{found}”; known: {near}"),
    Text(
        "写省名，如 陕西、陕西省、shaanxi，或给出本省标准的 YAML 文件",
        "write the name of a province, such as shaanxi, or give a YAML file with its standard",
    ),
)

OPTION_NEEDED = Kind(
    "C111",
    Text("没有给出{what}", "{what} is not given"),
    Text("用 {option} 给出，或写进 junheng.yaml：{key}: …", "give it with {option}, or write {key}: … in junheng.yaml"),
)

ANNOTATED_NOT_XLSX = Kind(
    "C121",
    Text(
        "只有 .xlsx 工作簿可以加批注退回，这是 {suffix}",
        "only an .xlsx workbook can be handed back with remarks; this is {suffix}",
    ),
    Text("用 Excel 或 WPS 另存为 .xlsx 再运行", "save it as .xlsx in Excel or WPS and run again"),
)
ANNOTATED_OVER_SOURCE = Kind(
    "C122",
    Text("会覆盖原表，没有写入", "it would overwrite the workbook it is made from; nothing was written"),
    Text("给出另一个文件名或文件夹", "give another file or folder"),
)
ANNOTATED_SEVERAL = Kind(
    "C123",
    Text(
        "有 {count} 个学校表，而 --annotate 只给出一个文件",
        "there are {count} workbooks, and --annotate names one file",
    ),
    Text("给出一个文件夹，每个表各写一份", "name a folder; a copy of each is written into it"),
)
ANNOTATED_UNREADABLE = Kind(
    "C124",
    Text("工作簿的内部结构无法加批注：{found}", "remarks cannot be put into this workbook: {found}"),
    Text(
        "用 Excel 或 WPS 打开，另存为新的 .xlsx 再运行",
        "open it in Excel or WPS, save it as a new .xlsx, and run again",
    ),
)
SIGNATURE_BROKEN = Kind(
    "C125",
    Text(
        "工作簿有电子签名，退回的副本上签名不再有效", "the workbook is signed; the signature does not hold for the copy"
    ),
    Text("以原文件为准，副本只用来改正", "keep the original; the copy is for corrections only"),
    WARNING,
)
COMMENT_THREADED = Kind(
    "C126",
    Text(
        "单元格已有会话式批注，没有再加批注，只涂色并列入“问题清单”",
        "the cell has a threaded comment; it is shaded and in the list of problems, and has no comment of ours",
    ),
    Text("在工作表“问题清单”中查看", "see the list of problems, the last sheet"),
    WARNING,
)

DOCUMENTS_EXTRA = Kind(
    "C130",
    Text("生成文档所需的组件没有安装：{found}", "what documents are made with is not installed: {found}"),
    Text('运行 pip install "junheng[documents]"', 'run pip install "junheng[documents]"'),
)

DOCUMENT_UNKNOWN = Kind(
    "C131",
    Text("没有叫“{found}”的文档；有：{known}", "there is no document “{found}”; there are: {known}"),
    Text("改正 --only 中的名称", "correct the name after --only"),
)
ONE_STANDARD_ONLY = Kind(
    "C132",
    Text("报送材料只按一个标准生成，给出了几个：{found}", "documents follow one standard, several are given: {found}"),
    Text("用 --standard 指定其中一个", "name one of them with --standard"),
)
OUTPUT_NO_FOLDER = Kind(
    "C133",
    Text("应给出文件夹，这是一个文件", "a folder is wanted, this is a file"),
    Text("用 -o 给出一个文件夹", "name a folder with -o"),
)
RUN_UNREADABLE = Kind(
    "C134",
    Text("不是 junheng report 写出的运行记录：{found}", "no record of a run as junheng report writes it: {found}"),
    Text("给出 run.json，或它所在的文件夹", "name run.json, or the folder it is in"),
)

INDICATOR_UNKNOWN = Kind(
    "C151",
    Text("没有编号为“{found}”的指标{near}", "there is no indicator “{found}”{near}"),
    Text(
        "写指标的编号；junheng standards show 列出各标准的指标",
        "write the id of an indicator; `junheng standards show` lists those of a standard",
    ),
)

NO_CHINESE_FONT = Kind(
    "C139",
    Text(
        "没有找到含汉字的字体，Word 文档中不放图",
        "no font with Chinese characters was found; Word documents are left without pictures",
    ),
    Text(
        "安装一种中文字体（如 Noto Sans CJK SC）再运行",
        "install a Chinese font, such as Noto Sans CJK SC, and run again",
    ),
    WARNING,
)

TEMPLATE_FAULTY = Kind(
    "C135",
    Text("模板不能使用：{found}", "the template cannot be used: {found}"),
    Text("以 docs/reports.md 中的模板为底稿修改", "start from the template described in docs/reports.md"),
)
TEMPLATE_NAME_UNKNOWN = Kind(
    "C136",
    Text("模板中的“{found}”没有对应的内容；可用：{known}", "the template asks for “{found}”, there are: {known}"),
    Text("改正模板中的名称", "correct the name in the template"),
)

LEDGER_THERE = Kind(
    "C141",
    Text(
        "这里已有文件，重写会丢掉已填的责任人和时限，没有写入",
        "a file is there; writing anew would lose what was filled in",
    ),
    Text(
        "用 junheng ledger update 更新，或换一个名字",
        "go on from it with junheng ledger update, or choose another name",
    ),
)
LEDGER_NOT_ONE = Kind(
    "C142",
    Text("不是台账，没有覆盖：{found}", "it is no ledger and was not overwritten: {found}"),
    Text("给出 junheng ledger 写出的 .xlsx 文件", "name an .xlsx file that junheng ledger wrote"),
)
LEDGER_OPEN = Kind(
    "C143",
    Text("文件正被其他程序打开（{lock}），没有写入", "another program has it open ({lock}); nothing was written"),
    Text("保存并关闭后再运行", "save and close it, then run again"),
)
LEDGER_TWICE = Kind(
    "C144",
    Text(
        "{school} {item} 有两行，“{column}”不同：{at} 为 {one}，此处为 {other}",
        "{school}, {item}, stands on two rows with different {column}: {one} in {at}, {other} here",
    ),
    Text("只留一种填法", "keep one of the two"),
)
LEDGER_LATER = Kind(
    "C145",
    Text(
        "台账已记到 {ledger} 学年，不能再用 {year} 学年更新",
        "the ledger has gone on to {ledger}; it cannot be updated with {year}",
    ),
    Text("给出 {ledger} 或以后学年的学校表", "give the table of {ledger} or of a later year"),
)
LEDGER_OTHER_COUNTY = Kind(
    "C146",
    Text("台账是 {ledger} 的，学校表是 {run} 的", "the ledger is of {ledger}, the table of {run}"),
    Text("给出同一个县的台账和学校表", "give ledger and table of one county"),
)
LEDGER_DUE_UNREADABLE = Kind(
    "C147",
    Text(
        "完成时限“{found}”不是日期，照录，无法判断是否超期", "“{found}” is no date; it is kept, and cannot be overdue"
    ),
    Text("写成 2024-06-30", "write it as 2024-06-30"),
    WARNING,
)
LEDGER_KEY_APART = Kind(
    "C148",
    Text("本行的键与所示的 {found} 不是同一项", "the key of this row names another item than {found}, which it shows"),
    Text(
        "排序时选中整行（含隐藏列），或恢复原文件",
        "sort whole rows with their hidden columns, or take the file as it was",
    ),
)
LEDGER_OTHER_STANDARD = Kind(
    "C149",
    Text("台账按 {ledger} 写成，本次按 {standard}", "the ledger was made by {ledger}, this run by {standard}"),
    Text(
        "确认要换标准；否则用 --standard 指定原来的",
        "make sure that this is meant; else name the former with --standard",
    ),
    WARNING,
)

# ------------------------------------------------------------------------------------------------ what if: scenarios

SCENARIO_SCHOOL_UNKNOWN = Kind(
    "C161",
    Text("所指的学校 {school} 不在表中{near}", "the school {school} that is named is not in the table{near}"),
    Text("改正学校标识码、名称或学段", "correct code, name or stage"),
)
SCENARIO_SCHOOL_SEVERAL = Kind(
    "C162",
    Text(
        "所指的 {school} 有几所：{candidates}",
        "{school} is named, of which there are several: {candidates}",
    ),
    Text(
        "改写学校标识码，或在校名前写县、乡镇", "name the school by its code, or write county or town before its name"
    ),
)
SCENARIO_STAGE_NEEDED = Kind(
    "C163",
    Text(
        "{school} 有几个学段（{stages}），{field}是分学段的数，没有写是哪一段",
        "{school} has several stages ({stages}); {field} is a figure of one, and none is named",
    ),
    Text("写上 stage", "name the stage"),
)
SCENARIO_BELOW_ZERO = Kind(
    "C164",
    Text(
        "{school} 的{field}是 {found}，不能再减 {less}", "{field} of {school} is {found}; {less} cannot be taken away"
    ),
    Text("减少的数不能超过现有的数", "take away no more than there is"),
)
SCENARIO_FIGURE_BLANK = Kind(
    "C165",
    Text("{school} 的{field}没有数，无法增减", "{school} has no figure for {field} that could grow or shrink"),
    Text("用 set 写出改变后的数", "write the figure with set"),
)
SCENARIO_FIELD_UNREAD = Kind(
    "C166",
    Text(
        "{standard} 不读取{field}，这项改变不影响结论",
        "{standard} does not read {field}: this changes nothing under it",
    ),
    Text("确认字段；或换一个读取它的标准", "check the field, or judge by a standard that reads it"),
    WARNING,
)
SCENARIO_PART_EXCEEDS = Kind(
    "C167",
    Text(
        "改变之后，{school} 的{part} {found} 大于{whole} {found_whole}",
        "after the changes {part} of {school}, {found}, is larger than {whole}, {found_whole}",
    ),
    Text("同时改变两个数，或改用 hire、build", "change both, or use hire or build"),
)
SCENARIO_ROWS_UNCLEAR = Kind(
    "C168",
    Text(
        "{school} 的学段不全、有误，或一部分资源口径为本学部，不能合并或拆分",
        "{school} lacks a section, has faulty rows, or states shared figures for some sections only: it cannot be merged or split",
    ),
    Text("先改好学校表中的行", "mend its rows in the table first"),
)
SCENARIO_UNTOLD = Kind(
    "C169",
    Text(
        "{school} 此后的{fields}无法推出，按缺数据处理",
        "{fields} of {school} cannot be told after this and count as missing",
    ),
    Text("知道的用 set 写出", "write what is known with set"),
    WARNING,
)
SCENARIO_NO_TYPE = Kind(
    "C170",
    Text("没有一种办学类型有这些学段：{stages}", "no type of school has these stages: {stages}"),
    Text("改变合并或拆分的学校", "merge or split other schools"),
)
SCENARIO_SHORT_FORM = Kind(
    "C171",
    Text("看不懂这种写法：{found}", "this form is not understood: {found}"),
    Text(
        "写作 学校.字段+=数、学段.students*=倍数、setting.名=选项 或 standard=编号",
        "write SCHOOL.FIELD+=NUMBER, STAGE.students*=FACTOR, setting.NAME=CHOICE or standard=ID",
    ),
)
SCENARIO_COHORT_COLUMNS = Kind(
    "C172",
    Text("学生数名单没有这些列：{lacking}", "the list of pupils has no such columns: {lacking}"),
    Text(
        "第一行写 学校（名称或标识码）、学段、在校生数",
        "the first row holds school (name or code), stage and students",
    ),
)
SCENARIO_COHORT_TWICE = Kind(
    "C173",
    Text("{school} 在名单中重复（先前在 {other}）", "{school} stands twice in the list (first in {other})"),
    Text("删去其中一行", "remove one of the rows"),
)
SCENARIO_SCHOOL_EXISTS = Kind(
    "C174",
    Text("已经有叫 {school} 的学校", "there is a school called {school} already"),
    Text("新学校换一个名称或标识码", "give the new school another name or code"),
)
SCENARIO_NOTHING_LEFT = Kind(
    "C175",
    Text("{school} 分出去的是全部学段", "all sections of {school} would leave it"),
    Text("sections 只写分出去的学段", "name only those sections that leave"),
)

# ------------------------------------------------------------------------------------------- a whole province (C18x)

COUNTY_TWICE = Kind(
    "C181",
    Text(
        "“{county}”在几处，可能各是一部分，没有判定：{files}",
        "{county} stands in several places, each perhaps a part of it, and was not judged: {files}",
    ),
    Text(
        "同一个县的表放进同一个子文件夹；不同的县，在“县(市、区)”列写全名",
        "put the tables of one county into one subfolder; for two counties of one name write full names in 县(市、区)",
    ),
)
COUNTY_NAMED_BY_FILE = Kind(
    "C182",
    Text(
        "表中没有县名，按文件或文件夹名作“{county}”", "the table names no county; by its file or folder it is {county}"
    ),
    Text("在表中加“县(市、区)”列", "add a column 县(市、区) to the table"),
    WARNING,
)
COUNTY_UNTOLD = Kind(
    "C183",
    Text(
        "文件夹“{folder}”中几个子文件夹的表没有县名，无法分清是一个县还是几个县，没有判定",
        "tables in several subfolders of {folder} name no county: one county or several, it was not judged",
    ),
    Text("在表中加“县(市、区)”列", "add a column 县(市、区) to the tables"),
)
COUNTY_BESIDE_UNREADABLE = Kind(
    "C184",
    Text(
        "“{county}”旁边有读不了的文件，其中可能有它的学校，没有判定：{files}",
        "{county} was not judged: schools of it may stand in files that cannot be read: {files}",
    ),
    Text("换上完好的文件后再运行", "replace them with sound files and run again"),
)
COUNTY_NOT_OF_YEAR = Kind(
    "C185",
    Text("“{county}”没有 {year} 年度的表", "{county} has no table of {year}"),
    Text(
        "补上该年度的表；已撤并的县，移走其旧表",
        "add the table of that year; of a county that is no more, remove the old one",
    ),
)
STATE_NOT_ONE = Kind(
    "C186",
    Text("不是 junheng province 的进度文件，没有使用", "it is no state file of junheng province and was left alone"),
    Text("用 --state 给出另一个文件名", "name another file with --state"),
)
JUDGING_BROKEN_OFF = Kind(
    "C187",
    Text("判定中途断了（{found}），没有判定", "judging it broke off ({found}); it was not judged"),
    Text("减小 --jobs 后再运行，其余不会重做", "run again with smaller --jobs; what is done is not done again"),
)
ONE_STANDARD_FOR_ALL = Kind(
    "C188",
    Text("全省按一个标准排序，给出了几个：{found}", "a province is ranked by one standard, several are given: {found}"),
    Text("用 --standard 指定其中一个", "name one of them with --standard"),
)

PLAN_NO_PRICES = Kind(
    "C191",
    Text("没有单价，最省的方案无从算起", "without prices no plan can be of least cost"),
    Text("用 --costs 指定单价文件", "name a costs file with --costs"),
)
PLAN_UNPRICED = Kind(
    "C192",
    Text("{field}没有单价，方案中不增加它", "{field} has no price: the plan adds nothing of it"),
    Text("需要增加时在单价文件中写上单价", "write its price into the costs file where it may be added"),
    WARNING,
)
PLAN_RULE_UNKNOWN = Kind(
    "C193",
    Text(
        "{standard} 未载明学校达标的判定规则，方案只求差异系数符合，不含学校达标",
        "{standard} does not say when a school passes: the plan is for the coefficients only, not for schools",
    ),
    Text("把规则写入标准文件（school_rule）", "write the rule into the standard's file (school_rule)"),
    WARNING,
)
PLAN_BY_POINTS = Kind(
    "C194",
    Text(
        "学校按得分判定，方案不能直接求解",
        "schools pass by points, which a plan cannot be solved for",
    ),
    Text("用 whatif 逐步试算", "try changes with whatif"),
)
PLAN_BY_LEVELS = Kind(
    "C195",
    Text(
        "学校按等级判定，方案不能直接求解",
        "schools pass by levels, which a plan cannot be solved for",
    ),
    Text("用 whatif 逐步试算", "try changes with whatif"),
)
PLAN_NOT_LINEAR = Kind(
    "C196",
    Text(
        "“{indicator}”的分母或标准值取自{field}，增加{field}会改变它",
        "{indicator} is divided by, or its bar depends on, {field}, which the plan may add",
    ),
    Text("在条件文件 fixed 中写上该字段", "name the field under fixed in the file of conditions"),
)
PLAN_NOT_CONFIRMED = Kind(
    "C197",
    Text(
        "{county}的方案未通过复核（{parts}），不予列出",
        "the plan of {county} does not pass the check of the engine ({parts}) and is not shown",
    ),
    Text("把工作簿和命令发给维护者", "send workbook and command to the maintainers"),
)
PLAN_EXTRA = Kind(
    "C198",
    Text("求解方案所需的组件没有安装：{found}", "what plans are solved with is not installed: {found}"),
    Text('运行 pip install "junheng[plan]"', 'run pip install "junheng[plan]"'),
)
PLAN_YEARS_UNCLEAR = Kind(
    "C199",
    Text("逐年预算写作 年=元：{found}", "a budget of a year is written YEAR=YUAN: {found}"),
    Text("如 --budget 2024=3000000", "for example --budget 2024=3000000"),
)
TREND_YEARS = Kind(
    "C201",
    Text("从 {first} 到 {last} 不是 1 至 {most} 年", "{first} to {last} are not 1 to {most} years"),
    Text("--from 写较早的年度，--to 写较晚的", "give the earlier year with --from, the later one with --to"),
)

ALL: dict[str, Kind] = {kind.code: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
