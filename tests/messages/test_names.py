"""What a template names, and on which line."""

import pytest

from keepwell.messages.names import Named, named
from keepwell.messages.sandbox import UnfilledError

TEXT = """subject: {{ contact.first_name | default: "there" }}

{% assign own = account['name'] %}{{ own }}
{% for reason in score.reasons %}{{ reason }}{% endfor %}
{% if signals.nps > 3 and known %}{% render 'thanks' %}{% endif %}
"""


def test_values_from_outside_are_named_in_the_order_of_the_file() -> None:
    assert list(named(TEXT)) == [
        Named(("contact", "first_name"), 1),
        Named(("account", "name"), 3),
        Named(("score", "reasons"), 4),
        Named(("signals", "nps"), 5),
        Named(("known",), 5),
    ]


def test_what_is_no_template_names_nothing() -> None:
    with pytest.raises(UnfilledError) as caught:
        list(named("One\n{{ a | no_such_filter }}"))
    assert caught.value.line == 2
