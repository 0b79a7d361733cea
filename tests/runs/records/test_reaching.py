"""Whom an account can be reached by: through its owner, named here or in the firm's data, or through its segment."""

import pytest

from keepwell.errors import AbsentError
from keepwell.people import Person, Reach, Role, Scope
from keepwell.runs import owning
from keepwell.runs.reaching import reached
from keepwell.store.engine import Store
from tests.runs.firm import Firm
from tests.runs.records.conftest import ANA, KIM, person


def test_what_is_known_of_an_account(firm: Firm, store: Store) -> None:
    found = reached(firm.warehouse, store, ANA, "A2")
    assert (found.id, found.account.name, found.owner, found.segment) == ("A2", "Firm 2", "Ravi", "big")


@pytest.mark.parametrize(
    ("who", "ids"),
    [
        (ANA, {"A1", "A2"}),
        (KIM, {"A1"}),
        (person("ravi", reach=Reach(Scope.TEAM, owners=frozenset({"kim", "ravi"}))), {"A1", "A2"}),
        (person("bo", Role.ANALYST, Reach(Scope.SEGMENT, segments=frozenset({"big"}))), {"A2"}),
        (person("bo", reach=Reach(Scope.OWN, owners=frozenset({"bo"}))), set()),
    ],
)
def test_nobody_reaches_further_than_they_may(firm: Firm, store: Store, who: Person, ids: set[str]) -> None:
    def reaches(account_id: str) -> bool:
        try:
            return reached(firm.warehouse, store, who, account_id).id == account_id
        except AbsentError:
            return False

    assert {each for each in ("A1", "A2", "A3", "") if reaches(each)} == ids


def test_an_account_out_of_reach_is_told_like_one_that_is_not_there(firm: Firm, store: Store) -> None:
    told = set()
    for account_id in ("A2", "A9"):
        with pytest.raises(AbsentError) as caught:
            reached(firm.warehouse, store, KIM, account_id)
        told.add(str(caught.value).replace(account_id, "it"))
    assert len(told) == 1


def test_the_owner_who_was_named_here_counts(firm: Firm, store: Store) -> None:
    owning.assign(store, reached(firm.warehouse, store, ANA, "A2"), " kim ", by=ANA)
    assert owning.assigned(store) == {"A2": "kim"}
    assert reached(firm.warehouse, store, KIM, "A2").owner == "kim"
    owning.assign(store, reached(firm.warehouse, store, ANA, "A2"), "", by=ANA)
    assert reached(firm.warehouse, store, ANA, "A2").owner == "Ravi"
