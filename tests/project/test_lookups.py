"""Lookups in expressions over raw columns are checked before anything runs."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError
from keepwell.project import load
from tests.project.samples import FILES

GOOD = FILES["sources.yml"]


def project(folder: Path, expression: str, where: str = "true") -> Path:
    sources = GOOD.replace(
        "account_id: account\n      ticket_id", f'account_id: {{expression: "{expression}"}}\n      ticket_id'
    )
    sources = sources.replace("dates: day-month-year", f"dates: day-month-year\n    where: {where}")
    for name, text in (FILES | {"sources.yml": sources}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_lookup_in_a_known_source_is_right(tmp_path: Path) -> None:
    load(
        project(
            tmp_path,
            "lookup('customers', account, 'id', 'id')",
            "known(lookup('customers', account, 'id', 'id'))",
        )
    )


@pytest.mark.parametrize(
    ("expression", "where", "told"),
    [
        ("lookup('customer', account, 'id', 'id')", "true", ("account_id.expression", "no source 'customer'", "customers")),
        ("lookup(customers, account, 'id', 'id')", "true", ("account_id.expression", "as plain texts", "lookup('contacts'")),
        ("trim(account)", "known(lookup('product', a, 'b', trim('c')))", ("where", "as plain texts", "lookup('contacts'")),
        ("lookup('customers', account, 'id')", "true", ("account_id.expression", "lookup takes 4 values", "")),
    ],
)  # fmt: skip
def test_a_lookup_that_cannot_be_made_is_told(
    tmp_path: Path, expression: str, where: str, told: tuple[str, str, str]
) -> None:
    key, problem, remedy = told
    with pytest.raises(DefinitionError) as caught:
        load(project(tmp_path, expression, where))
    [found] = [each for each in caught.value.problems if problem in each.what]
    assert found.where.startswith("sources.yml:")
    assert found.where.endswith(key)
    assert remedy in found.do
