"""Made-up names of firms and people. Addresses end in `.example`, so that no letter can reach anyone."""

import numpy as np


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Alder Amber Birch Bright Cedar Clear Coral Crane Delta Dune Ember Fern Field Flint Gale Garnet Glen Harbor Hazel "
    "Heron Iris Ivory Juniper Kestrel Lark Linden Maple Marsh Meadow Mill North Oak Onyx Opal Orchard Otter Pine Poplar "
    "Quarry Quill Raven Reed River Robin Rowan Sable Sage Sand Slate Spruce Stone Swift Thistle Tide Umber Vale Walnut "
    "Willow Wren Yarrow"
)
_SECOND = _words(
    "bridge brook cliff cross dale fall ford forge gate grove haven hill lake land light line mark mere mount path peak "
    "point port ridge shore side spring stead view ward water way well wharf wick wood works yard"
)
_FORM = ["GmbH", "AG", "Ltd", "Inc", "LLC", "SAS", "BV", "Group", "& Co", "Partners"]

_GIVEN = _words(
    "Ada Alan Amara Anton Astrid Bea Boris Camille Carlos Chen Clara Dana Dmitri Elif Emma Farid Fiona Georg Hana Hugo "
    "Ines Ivan Jana Jonas Kaito Karin Lara Leon Lucía Malik Marta Mateo Mei Milan Nadia Noah Nora Olga Omar Paula Pavel "
    "Priya Quentin Rania René Rosa Samir Sara Søren Tara Tomás Uma Vera Viktor Wanda Xenia Yara Yusuf Zoe Zoran"
)
_FAMILY = _words(
    "Abbott Adler Almeida Bauer Becker Bernard Brandt Castro Costa Cruz Dahl Diallo Dubois Eder Egger Fischer Fontaine "
    "Garcia Gruber Haas Hansen Hoffmann Ito Jansen Jensen Kaya Keller Khan Klein Kowalski Laurent Lehmann Lindqvist "
    "Maier Martin Meyer Moreau Müller Nakamura Novak Okafor Olsen Park Patel Petrov Pérez Quist Rahman Richter Rossi "
    "Santos Schäfer Silva Singh Sørensen Tanaka Torres Ueda Vogel Wagner Weber Wong Yilmaz Ziegler"
)


def firms(rng: np.random.Generator, count: int) -> list[str]:
    """Names of `count` firms, no two alike."""
    stems = [first + second for first in _FIRST for second in _SECOND]
    order = rng.permutation(len(stems))
    forms = rng.integers(0, len(_FORM), size=count)
    turns = [f" {index // len(stems) + 1}" if index >= len(stems) else "" for index in range(count)]
    return [
        f"{stems[order[index % len(stems)]]}{turns[index]} {_FORM[forms[index]]}" for index in range(count)
    ]


def people(rng: np.random.Generator, count: int) -> list[str]:
    """Names of `count` people; some are alike, as people's are."""
    given = rng.integers(0, len(_GIVEN), size=count)
    family = rng.integers(0, len(_FAMILY), size=count)
    return [f"{_GIVEN[one]} {_FAMILY[other]}" for one, other in zip(given, family, strict=True)]


_PLAIN = str.maketrans("äöüéíáøß ", "aoueiaos.")


def address(name: str, number: int, firm: str) -> str:
    """An address that cannot exist."""
    stem = "".join(letter for letter in firm.lower().split(" ")[0] if letter.isascii())
    return f"{name.lower().translate(_PLAIN)}.{number}@{stem}.example"


TEAM = [
    "Mira Holt",
    "Jakob Stein",
    "Selin Aydin",
    "Tom Becker",
    "Rosa Vidal",
    "Ken Mori",
    "Lena Voss",
    "Ali Reza",
]
