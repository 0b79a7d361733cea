"""Good practice for the texts of messages."""

import re
from collections.abc import Iterator

from keepwell.outreach.step import Channel
from keepwell.project.lint.rule import Finding, Rule
from keepwell.project.project import Project
from keepwell.project.templates import SUFFIX, TEMPLATES

_WAY_OUT = re.compile(r"\{\{-?\s*unsubscribe_url\b")


class NoWayOut(Rule):
    """Whoever cannot unsubscribe from an e-mail calls it spam, and mail programs then keep all others back as well; in most
    countries the law asks for it too."""

    def check(self, project: Project) -> Iterator[Finding]:
        """Texts of e-mails that do not hold `{{ unsubscribe_url }}`."""
        for name, text in project.templates.items():
            if name.startswith(f"{Channel.EMAIL}/") and not _WAY_OUT.search(text):
                yield self.found(
                    f"{TEMPLATES}/{name}{SUFFIX}:1",
                    f"nobody can unsubscribe from {name}",
                    "end it with, for example, `[Stop these messages]({{ unsubscribe_url }})`",
                )
