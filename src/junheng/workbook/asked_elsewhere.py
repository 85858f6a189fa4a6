"""What shipped standards ask a county once: one sheet 县级 may answer several of them, each reads its own lines."""

from functools import cache

from junheng.standard.load import ids, root
from junheng.standard.source import read
from junheng.workbook.headings import key


@cache
def asked_elsewhere() -> frozenset[str]:
    """Return the names of all fields and items that shipped standards ask once, as headings are compared."""
    names: list[str] = []
    for id_ in ids():
        file = root() / f"{id_}.yaml"
        if "level: county" not in file.read_text("utf-8"):
            continue
        data = read(file, f"{id_}.yaml").data
        for name, field in data.get("fields", {}).items():
            if field.get("level") == "county":
                names += [name, field["zh"], field["en"], *field.get("headers", ())]
        for item in (item for part in data.get("checklist", ()) for item in part["items"]):
            names += [item["id"], item["name"]["zh"], item["name"]["en"]]
    return frozenset(map(key, names))
