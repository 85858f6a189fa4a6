"""Writes the list of rules into docs/audit.md, in both languages; `--check` only compares."""

import sys
from pathlib import Path

from junheng.audit.grammar import AnyRule
from junheng.audit.load import load_checks
from junheng.report.audit_entries import SEVERITIES
from junheng.report.to_markdown import escape

PAGE = Path(__file__).resolve().parents[1] / "docs" / "audit.md"
START, END = "<!-- rules: made by scripts/make_audit_docs.py -->\n", "<!-- end of rules -->\n"
KINDS = {
    "at_most": "≤",
    "equal": "=",
    "sum": "Σ",
    "range": "范围 range",
    "ratio_range": "比值范围 ratio",
    "needs": "有则必有 needs",
    "both_or_neither": "同有同无 both",
    "whole": "整数 whole",
    "given": "必填 given",
    "change": "年度变动 change",
    "identical_rows": "雷同 identical",
    "outlier": "离群 outlier",
    "totals": "合计行 totals",
    "vanished": "消失 vanished",
    "appeared": "新增 appeared",
    "renamed": "更名 renamed",
    "recoded": "换码 recoded",
}


def _row(rule: AnyRule) -> str:
    severity = SEVERITIES[rule.severity]
    cells = [f"`{rule.id}`", KINDS[rule.kind], f"{severity.zh} {severity.en}"]
    basis = "—" if rule.basis is None else f"{escape(rule.basis.zh)}<br>{escape(rule.basis.en)}"
    cells += [f"{escape(rule.name.zh)}<br>{escape(rule.name.en)}", basis]
    return "| " + " | ".join(cells) + " |"


def rules_table() -> str:
    """Return the list of rules as a table."""
    rules = load_checks().rules
    head = ["| 规则 rule | 种类 kind | 级别 level | 核查项 check | 经验依据 basis |", "|---|---|---|---|---|"]
    return "\n".join([f"共 {len(rules)} 条 · {len(rules)} rules", "", *head, *map(_row, rules)]) + "\n"


def page() -> str:
    """Return the page with the list of rules as it is now."""
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{rules_table()}\n{END}{after}"


def main() -> None:
    """Write the page, or with --check compare it."""
    text = page()
    if sys.argv[1:] == ["--check"]:
        if PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run scripts/{Path(__file__).name}")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
