"""The sample project with the design's journey and its texts, for tests to spoil."""

from pathlib import Path

from tests.project import samples

FILE = "journeys/adoption_rescue.yml"
JOURNEY = """\
journey: adoption_rescue
trigger: {band_enters: yellow}             # or score_drops, signal, event, renewal_within, segment_enters, schedule
audience: {segment: smb, stage: mature}
category: product_education                # what people can opt out of
priority: 50
holdout: 10%
goal: {band: green, within: 45 days}
reentry: {after_exit: 90 days}
approval: required
steps:
  - message: {template: micro_guide, channel: in_app}
  - wait: {for: 3 days, business_days: true, until: {event: guide_opened}}
  - branch: {if: opened(micro_guide), else: [{message: {template: check_in, channel: email, as: owner}}]}
  - task: {to: owner, title: Call the champion, due: 2 business days, script: call_script}
"""
TEXTS = {
    "templates/in_app/micro_guide.liquid": "A guide for {{ account.name }}\n",
    "templates/email/check_in.liquid": "subject: How is it going?\n\nHello {{ contact.name | default: 'there' }}\n",
    "templates/call/call_script.liquid": "Ask what has changed.\n",
}


def write(folder: Path, journey: str = JOURNEY, **others: str) -> Path:
    """Writes the sample with this journey and its texts; `others` are further files, `/` as `__`, without what they end with."""
    samples.write(folder)
    for name, text in {FILE: journey, **TEXTS}.items():
        put(folder, name, text)
    for name, text in others.items():
        place = name.replace("__", "/")
        put(folder, place + (".liquid" if place.startswith("templates") else ".yml"), text)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    """Writes one file of the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def steps(*lines: str) -> str:
    """The journey with these steps, a line each, in place of its own."""
    return JOURNEY.partition("steps:\n")[0] + "steps:\n" + "".join(f"  - {line}\n" for line in lines)
