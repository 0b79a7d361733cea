"""A message as one person gets it: by hand, whatever their name is."""

import re
from email import policy
from email.parser import Parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.messages.sandbox import UnfilledError
from keepwell.messages.template import Template
from keepwell.messages.written import Written, written

CHECK_IN = """subject: {{ contact.first_name | default: "Hello" }}, your first export

Dear {{ contact.first_name | default: "customer" }},

{% if signals.features > 3 %}

You use **{{ signals.features }}** features: [the guide]({{ guide_url | default: "https://firm.example" }}).

{% endif %}

- export
- import for {{ account.name }}
"""
VALUES = {
    "account": {"name": "Acme"},
    "contact": {"first_name": None},
    "signals": {"features": 5},
    "guide_url": "https://firm.example/guide?a=1&b=2",
}


def mail(content: str = CHECK_IN, **values: object) -> Written:
    return written(Template.read("email/check_in", content), {**VALUES, **values})


def test_an_email_has_subject_text_and_page() -> None:
    made = mail()
    assert made.subject == "Hello, your first export"
    assert made.text == (
        "Dear customer,\n\nYou use 5 features: the guide (https://firm.example/guide?a=1&b=2).\n\n"
        "- export\n- import for Acme\n"
    )
    assert "<p>You use <strong>5</strong> features:" in made.html
    assert '<a href="https://firm.example/guide?a=1&amp;b=2">the guide</a>' in made.html
    assert "<ul>" in made.html
    assert "<p></p>" not in made.html


def test_a_condition_that_does_not_hold_leaves_nothing() -> None:
    made = mail(signals={"features": 1})
    assert "features" not in made.text
    assert "the guide" not in made.html


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name.strip()))
def test_a_name_is_a_name_and_no_markdown_tag_or_header(name: str) -> None:
    made = mail(account={"name": name})
    assert made.html.count("<a ") == mail().html.count("<a ")
    assert made.html.count("<img") == 0
    shown = mail("subject: {{ account.name }}\n\nText", account={"name": name + "\r\nBcc: all@firm.example"})
    assert "\n" not in shown.subject
    assert "\r" not in shown.subject


def test_markdown_in_a_value_is_not_read() -> None:
    made = mail(account={"name": "[here](https://evil.example) **now** <b>"})
    assert 'href="https://evil.example"' not in made.html
    assert "[here](https://evil.example) **now** &lt;b&gt;" in made.html


def test_html_in_a_template_is_shown_and_not_run() -> None:
    assert "<script" not in mail("subject: S\n\nText <script>alert(1)</script>").html


def test_mjml_is_taken_as_it_is_and_its_text_is_made() -> None:
    made = mail(
        "subject: S\n\n<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{ account.name }}</mj-text>"
        '<mj-button href="https://firm.example/go">Go</mj-button></mj-column></mj-section></mj-body></mjml>'
    )
    assert made.text == "Hi Acme\n\nGo (https://firm.example/go)\n" or re.fullmatch(
        r"Hi Acme\n+Go \(https://firm\.example/go\)\n", made.text
    )
    assert "<mj-" not in made.html


def test_a_text_part_of_its_own_is_taken() -> None:
    made = mail("subject: S\n\nThe page\n\n=== text ===\nOnly {{ account.name }} & text\n")
    assert made.text == "Only Acme & text\n"
    assert "Only" not in made.html


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("subject: {{ unknown }}\n\nText", 1),
        ("subject: S\n\nText\n{{ unknown }}", 4),
        ("subject: S\n\nText\n\n=== text ===\n\n{{ unknown }}", 7),
        ("subject: S\n\n<mjml>\n{{ unknown }}</mjml>", 4),
    ],
)
def test_a_mistake_is_told_with_the_line_of_the_file(content: str, line: int) -> None:
    with pytest.raises(UnfilledError, match="unknown") as raised:
        mail(content)
    assert raised.value.line == line


def test_what_is_no_mjml_is_told() -> None:
    with pytest.raises(UnfilledError, match="no MJML") as raised:
        mail("subject: S\n\n<mjml><mj-body><mj-text>a</mj-body></mjml>")
    assert raised.value.line == 3


def test_blocks_are_shared_and_shaped_like_the_rest() -> None:
    template = Template.read(
        "email/a", "subject: S\n\nFirst\n\n{% render 'thanks', name: account.name %}\n\nLast"
    )
    made = written(template, VALUES, {"thanks": "Thank you, **{{ name }}**"})
    assert "<strong>Acme</strong>" in made.html
    assert made.text == "First\n\nThank you, Acme\n\nLast\n"


def test_the_subject_can_stand_in_a_header() -> None:
    made = mail("subject: Grüße {{ account.name }}\n\nText")
    assert Parser(policy=policy.default).parsestr(f"Subject: {made.subject}\n\n")["subject"] == "Grüße Acme"


def test_a_call_script_has_no_page_around_it() -> None:
    made = written(Template.read("call/champion", "Ask **how** it goes."), VALUES)
    assert (made.subject, made.text, made.html) == (
        "",
        "Ask how it goes.\n",
        "<p>Ask <strong>how</strong> it goes.</p>\n",
    )
