"""A template as it is written: subject, body, and the text part where it has one of its own."""

import re
from dataclasses import dataclass

TEXT_PART = re.compile(r"^=== *text *=== *$", re.MULTILINE)
"""The line below which the text part stands, where the one that is made of the body will not do."""

_SUBJECT = re.compile(r"\A\ufeff?subject:[ \t]*(?P<subject>[^\n]*?)\r?\n\s*\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What stands from one place of a file up to another."""

    start: int
    end: int

    def of(self, content: str) -> str:
        return content[self.start : self.end]

    def line(self, content: str) -> int:
        """The line on which its first word stands, from 1."""
        own = self.of(content)
        return content.count("\n", 0, self.start + len(own) - len(own.lstrip())) + 1


@dataclass(frozen=True, slots=True)
class Template:
    """`name` is its channel and name, such as `email/check_in`. `body` is Markdown, or MJML where it begins with `<mjml`; `text`: its text part
    (empty: made of the body). `body_line`, `text_line`: the lines of the file on which they begin (from 1).
    """

    name: str
    subject: str
    body: str
    text: str = ""
    body_line: int = 1
    text_line: int = 1

    @classmethod
    def read(cls, name: str, content: str) -> "Template":
        """The template of a file's content."""
        found = _SUBJECT.match(content)
        parted = TEXT_PART.search(content, found.end() if found is not None else 0)
        body = _Stretch(
            found.end() if found is not None else 0, parted.start() if parted is not None else len(content)
        )
        text = _Stretch(parted.end() if parted is not None else len(content), len(content))
        return cls(
            name,
            found["subject"].strip() if found is not None else "",
            body.of(content).strip(),
            text.of(content).strip(),
            body.line(content),
            text.line(content),
        )

    @property
    def channel(self) -> str:
        """The channel it is written for."""
        return self.name.partition("/")[0]

    @property
    def in_mjml(self) -> bool:
        """Whether its body is MJML."""
        return self.body.startswith("<mjml")
