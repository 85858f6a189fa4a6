"""Words in two languages: whatever a person reads is given in Chinese and in English, side by side."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One wording in both languages.

    >>> Text("达标", "met").say("zh")
    '达标'
    """

    zh: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the wording in one language."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **facts: object) -> "Text":
        """Return the wording with its `{facts}` filled in, each a plain value or itself a Text."""
        return Text(
            self.zh.format_map({k: v.zh if isinstance(v, Text) else v for k, v in facts.items()}),
            self.en.format_map({k: v.en if isinstance(v, Text) else v for k, v in facts.items()}),
        )
