"""templates/KIND/NAME.liquid: the texts of messages and scripts, by the channel they are written for.

A kind is a channel, or `call` for what a person says. `NAME.LOCALE.liquid` is the same text in another language, such as
`check_in.de.liquid`. An e-mail begins with a line `subject: ...`, which an empty line parts from the rest.
"""

import re
from collections.abc import Iterable, Mapping

from keepwell.outreach.step import CALL, Channel
from keepwell.project.report import Place, Report, hint
from keepwell.project.snapshot import Files

TEMPLATES = "templates"
SUFFIX = ".liquid"
GLOB = f"{TEMPLATES}/*/*{SUFFIX}"
KINDS = (*(str(channel) for channel in Channel), CALL)
"""For what a text can be written: the folders below templates/."""

_MEANT = {"mail": "email", "e_mail": "email", "inapp": "in_app", "app": "in_app", "text": "sms", "calls": CALL, "scripts": CALL,
          "script": CALL, "letter": "direct_mail"}  # fmt: skip
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z]{2,3}(-[A-Za-z0-9]+)?)?$")
_SUBJECT = re.compile(r"^subject:\s*\S[^\n]*\r?\n\s*\n\s*\S", re.IGNORECASE)


def read(files: Files, report: Report) -> dict[str, str]:
    """Each text by its kind and name, those of locales as names of their own: `email/check_in`, `email/check_in.de`."""
    found: dict[str, str] = {}
    for file in files.matching(GLOB):
        kind, _, named = file.removeprefix(f"{TEMPLATES}/").partition("/")
        name, place = named.removesuffix(SUFFIX), Place(file, 1)
        if kind not in KINDS:
            report.add(place, f"there is no channel {kind!r}", hint(kind, KINDS, _MEANT))
        elif not _NAME.match(name):
            report.add(
                place, f"{name!r} is no name of a template", "use letters, digits, _ and -, and after a dot a locale: check_in.de.liquid"
            )  # fmt: skip
        else:
            text = _text(files, file, report)
            if text is not None and kind == Channel.EMAIL and not _SUBJECT.match(text):
                report.add(
                    place, "the e-mail has no subject",
                    "type in the first line `subject: ...`, then an empty line, then the text",
                )  # fmt: skip
            if text is not None:
                _liquid(file, text, report)
            found[f"{kind}/{name}"] = text or ""
    return found


def _liquid(file: str, text: str, report: Report) -> None:
    """Notes why a text is no template, if it is none."""
    from keepwell.messages.sandbox import mistake  # only projects with texts take the time

    wrong = mistake(text)
    if wrong is not None:
        report.add(Place(file, wrong.line or 1), str(wrong), "mend the text between {{ }} or {% %} there")


def _text(files: Files, file: str, report: Report) -> str | None:
    try:
        return files.content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        report.add(Place(file, 1), "the file is not UTF-8 text", "save the file with the encoding UTF-8")
    except OSError as error:
        report.add(Place(file, 1), f"the file cannot be read: {error.strerror}", "check its permissions")
    return None


def variants(templates: Mapping[str, str], kind: str, name: str) -> dict[str, str]:
    """A text in every locale that there is, by its name in `templates`."""
    return {
        one: text
        for one, text in templates.items()
        if one == f"{kind}/{name}" or one.startswith(f"{kind}/{name}.")
    }


def named(templates: Iterable[str], kind: str) -> list[str]:
    """The names of a kind's texts, without those of locales."""
    own = (one.partition("/")[2] for one in templates if one.startswith(f"{kind}/"))
    return sorted(name for name in own if "." not in name)
