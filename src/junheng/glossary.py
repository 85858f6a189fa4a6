"""Terms of the field that `junheng explain` explains, beside codes, fields and indicators."""

from junheng.text import Text

TERMS: dict[Text, Text] = {
    Text("差异系数", "coefficient of variation"): Text(
        "校际差异系数 = 标准差 ÷ 均值。均值是全县资源总量 ÷ 全县学生总数；标准差按各校学生数加权（总体形式）。"
        "0 表示各校完全一样；资源合计为 0 时无法计算。",
        "The standard deviation between schools divided by the mean. The mean is all resources over all pupils; the standard "
        "deviation is weighted by pupils (population form). 0 means all schools are alike; not computable where there is no resource.",
    ),
    Text("综合差异系数", "composite"): Text(
        "各单项差异系数（未取整）的算术平均，2012 年办法以它与限值比较。",
        "The plain mean of the unrounded coefficients; the 2012 method compares it with its limit.",
    ),
    Text("学部", "section"): Text(
        "一所学校的一个学段，是被评判的单位。九年一贯制学校分小学部、初中部，完全中学只评初中部。",
        "One stage of one school, the unit that is judged. A nine-year school has a primary and a junior section.",
    ),
    Text("拆分", "division"): Text(
        "多学段学校共用的资源按加权学生数分到各学部，权重写在标准的 divisions 中。教师等按学段填报的数不拆分。",
        "What a through-school shares is divided among its sections by weighted pupils; the weights are in the standard. "
        "Figures reported for each stage, such as teachers, are not divided.",
    ),
    Text("余项", "the other indicators"): Text(
        "学校未达到标准值的指标。办法要求余项不低于标准值的一定比例（见标准的 others_reach）。",
        "Indicators below their bar. The rule asks that they reach a share of it (others_reach in the standard).",
    ),
    Text("临界", "near"): Text(
        "把值按标准值的小数位数取整后，结论会改变。判定一律用未取整的值，临界只是提醒。",
        "Rounding the value to the decimals of its bar would change the outcome. Verdicts use unrounded values; this is a reminder.",
    ),
    Text("无法判定", "cannot be decided"): Text(
        "缺少或有误的数据仍可能改变结论。缺数据不按 0 计，也不按达标计。",
        "Missing or faulty figures could still change the verdict. They count neither as 0 nor as met.",
    ),
    Text("缺口", "gap"): Text(
        "还差多少分子才达到标准值；人和间数向上取整。",
        "How much of the numerator is lacking to the bar; persons and rooms are rounded up.",
    ),
    Text("来源性质", "standing"): Text(
        "标准中数值的来源离正式印发文本有多近：官方文本、复述、表格转录、转载、推断。",
        "How near the source of a number is to the official print: official, restated, form, mirror, inferred.",
    ),
}
