"""Whom a step means: nobody twice, and nobody whom it does not mean."""

from dataclasses import replace

from keepwell.outreach.step import Message, Whom
from keepwell.outreach.whom import Chosen, Person, To, chosen

STEP = Message("hello", "hello", "email")


def person(id: str, role: str = "user", uses: int = 0, email: str | None = None) -> Person:
    address = f"{id}@firm.example" if email is None else email
    return Person(id, id.title(), role, addresses={"email": address, "in_app": id}, uses=uses)


ANA, BEN, CLEO = person("ana", "Champion", 2), person("ben", "champion", 5, ""), person("cleo", "user", 9)


def meant(to: Whom, *people: Person, **said: object) -> list[str]:
    found = chosen(replace(STEP, to=to), people, **said)  # type: ignore[arg-type]
    return [each.person.id for each in found.to]


def test_of_several_the_one_who_can_be_reached_goes_first() -> None:
    assert meant(Whom.CHAMPION, ANA, BEN, CLEO) == ["ana"]  # ben uses it more, but has no address
    assert chosen(STEP, [BEN]) == Chosen((), (BEN,))
    assert chosen(STEP, [CLEO]) == Chosen()


def test_equals_are_told_apart_by_their_ids() -> None:
    one, other = person("b", "champion", 3), person("a", "champion", 3)
    assert meant(Whom.CHAMPION, one, other) == meant(Whom.CHAMPION, other, one) == ["a"]


def test_records_of_one_person_make_one_recipient() -> None:
    twin = person("ana2", email=" ANA@firm.example.")
    assert chosen(replace(STEP, to=Whom.EVERYONE), [ANA, twin]).to == (To(ANA, "ana@firm.example"),)
    apart = chosen(replace(STEP, to=Whom.EVERYONE, channel="in_app"), [ANA, twin])
    assert [each.recipient for each in apart.to] == ["ana", "ana2"]


def test_a_pick_and_the_owner() -> None:
    owner = Person("", "Kim", addresses={"email": "kim@acme.example"})
    assert meant(Whom.PICKED, ANA, CLEO, picked="cleo") == ["cleo"]
    assert meant(Whom.PICKED, ANA, CLEO, picked="gone") == meant(Whom.PICKED, ANA) == []
    assert chosen(replace(STEP, to=Whom.OWNER), [ANA], owner=owner).to == (To(owner, "kim@acme.example"),)
    assert meant(Whom.OWNER, ANA) == []
