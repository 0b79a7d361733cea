"""Templates are filled in within bounds, and never with what nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.messages.sandbox import UnfilledError, filled, mistake


def test_values_stand_where_they_are_named() -> None:
    said = filled(
        "{{ account.name }}: {{ signals.logins | times: 2 }}",
        {"account": {"name": "Acme"}, "signals": {"logins": 4}},
        {},
        escaped=True,
    )
    assert said == "Acme: 8"


@pytest.mark.parametrize(
    "values", [{}, {"contact": {}}, {"contact": {"first_name": None}}, {"contact": None}]
)
def test_what_is_not_known_is_never_written(values: dict[str, object]) -> None:
    with pytest.raises(UnfilledError, match=r"contact.first_name is not known") as raised:
        filled("Hello,\n{{ contact.first_name }}", values, {}, escaped=True)
    assert raised.value.line == 2
    assert raised.value.missing == "contact.first_name"
    assert filled("{{ contact.first_name | default: 'there' }}", values, {}, escaped=True) == "there"
    assert (
        filled("{% if contact.first_name %}known{% else %}not{% endif %}", values, {}, escaped=True) == "not"
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("{{ a", 1, "expected"),
        ("\n{% if a %}", 2, "{% if %} has no {% endif %}"),
        ("{% if a %}{% for b in a %}\n{% endif %}", 1, "{% for %} has no {% endfor %}"),
        ("\n{{ a | no_such_filter }}", 2, "no_such_filter"),
        ("\n\n{% no_such_tag %}", 3, "no_such_tag"),
    ],
)
def test_what_is_no_template_is_told_with_its_line(text: str, line: int, says: str) -> None:
    found = mistake(text)
    assert found is not None
    assert says in str(found)
    assert found.line == line


def test_a_template_has_no_mistake() -> None:
    assert (
        mistake("{% if a %}{{ a | upcase }}{% else %}{% for b in c %}{{ b }}{% endfor %}{% endif %}") is None
    )


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in (1..99999999) %}{% endfor %}",
        "{% for a in (1..9000) %}{{ long }}{% endfor %}",
        "{% assign x = long %}{% for a in (1..60) %}{% assign x = x | append: x %}{% endfor %}",
        "{% render 'again' %}",
    ],
    ids=["loops", "length", "memory", "recursion"],
)
def test_no_template_goes_on_without_end(text: str) -> None:
    with pytest.raises(UnfilledError):
        filled(text, {"long": "x" * 1000}, {"again": "{% render 'again' %}"}, escaped=True)


@pytest.mark.parametrize(
    "text",
    [
        "{{ account.__class__ | default: 'shut' }}",
        "{{ account.name.__class__.__mro__ | default: 'shut' }}",
        "{{ account.items | default: 'shut' }}",
    ],
)
def test_templates_reach_nothing_but_their_values(text: str) -> None:
    assert filled(text, {"account": {"name": "Acme"}}, {}, escaped=True) == "shut"


def test_files_are_not_read() -> None:
    with pytest.raises(UnfilledError):
        filled("{% include '/etc/passwd' %}", {}, {}, escaped=True)
    assert (
        filled("{% render 'thanks', name: 'Kim' %}", {}, {"thanks": "Thanks, {{ name }}"}, escaped=True)
        == "Thanks, Kim"
    )


@given(st.text(st.characters(exclude_characters="\r")))
def test_values_bring_no_tags_into_a_page(value: str) -> None:
    said = filled("{{ value }}", {"value": value}, {}, escaped=True)
    assert "<" not in said
    assert ">" not in said
    assert filled("{{ value }}", {"value": value}, {}, escaped=False) == value
