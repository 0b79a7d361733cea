"""Shapes made of other shapes: lists, mappings with any keys, and records with known keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keepwell.project.document import Items, Node, Pair, Pairs, Scalar
from keepwell.project.report import Place, Report, hint, listed
from keepwell.project.shape.base import BROKEN, QUOTE, Broken, JsonSchema, Shape, last


@dataclass(frozen=True)
class Each(Shape):
    """A list of one or more values; with `single` one value alone will do."""

    item: Shape
    single: bool = False

    def read(self, node: Node, report: Report) -> tuple[Any, ...] | Broken:
        """The values."""
        nodes = (
            node.items
            if isinstance(node, Items)
            else (node,)
            if self.single and self.item.accepts(node)
            else None
        )
        if nodes is None:
            return self.refuse(node, report)
        if not nodes:
            report.add(
                node.place,
                f"{last(node.place.key)} is an empty list",
                f"write {self.item.wanted}, or remove it",
            )
            return BROKEN
        values = tuple(self.item.read(item, report) for item in nodes)
        return BROKEN if BROKEN in values else values

    def schema(self) -> JsonSchema:
        """An array, or one item."""
        array: JsonSchema = {"type": "array", "items": self.item.schema(), "minItems": 1}
        return {"anyOf": [self.item.schema(), array]} if self.single else array

    def accepts(self, node: Node) -> bool:
        """Lists, and what the item accepts if one alone will do."""
        return isinstance(node, Items) or (self.single and self.item.accepts(node))

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return f"{self.item.wanted} or a list of such" if self.single else f"a list, each {self.item.wanted}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A named value of a `Named` mapping; `value` is `BROKEN` if it could not be read. `place` is the name's."""

    name: str
    place: Place
    value: Any


@dataclass(frozen=True)
class Named(Shape):
    """A mapping from names of the user's own to values, in the order written."""

    value: Shape
    name: Shape
    noun: str
    empty: bool = False

    def read(self, node: Node, report: Report) -> tuple[Entry, ...] | Broken:
        """The entries, those with a broken value among them."""
        if not isinstance(node, Pairs):
            if self.empty and isinstance(node, Scalar) and node.value is None:
                return ()
            return self.refuse(node, report, f"write one `{self.noun}:` with its value per line below")
        if not node.pairs and not self.empty:
            report.add(node.place, f"{last(node.place.key)} is empty", f"write at least one {self.noun}")
            return BROKEN
        return tuple(self._entry(pair, report) for pair in node.pairs)

    def _entry(self, pair: Pair, report: Report) -> Entry:
        named = self.name.read(Scalar(pair.place, pair.key, pair.key, quoted=True), report)
        value = self.value.read(pair.value, report)
        return Entry(pair.key, pair.place, BROKEN if named is BROKEN else value)

    def schema(self) -> JsonSchema:
        """An object with any property names of that shape."""
        names = {key: value for key, value in self.name.schema().items() if key in ("pattern", "enum")}
        if "enum" in names:
            names["enum"] = [str(option) for option in names["enum"]]
        schema: JsonSchema = {"type": "object", "additionalProperties": self.value.schema()}
        if not self.empty:
            schema["minProperties"] = 1
        else:
            schema["type"] = ["object", "null"]
        return schema | ({"propertyNames": names} if names else {})

    def accepts(self, node: Node) -> bool:
        """Mappings."""
        return isinstance(node, Pairs)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return f"a mapping from each {self.noun} to its value"


@dataclass(frozen=True)
class Key:
    """A known key of a record: its shape and what it means."""

    shape: Shape
    about: str
    required: bool = False


class Fields(Mapping[str, Any]):
    """What a record holds: values by key. Keys that could not be read are absent and stand in `broken`."""

    def __init__(
        self, place: Place, values: Mapping[str, Any], places: Mapping[str, Place], broken: frozenset[str]
    ) -> None:
        self.place = place
        self.broken = broken
        self._values = values
        self._places = places

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def at(self, key: str) -> Place:
        """Where the key stands, or where it should."""
        return self._places.get(key, self.place.child(key))

    def said(self, key: str) -> bool:
        """Whether the key was written, readable or not."""
        return key in self._values or key in self.broken


@dataclass(frozen=True)
class Record(Shape):
    """A mapping with known keys. `synonyms` lead other words that people type to the right key; `told` is the key by
    which it is told apart from other mappings."""

    noun: str
    keys: Mapping[str, Key]
    about: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    told: str = ""

    def read(self, node: Node, report: Report) -> Fields | Broken:
        """The fields, as far as they could be read."""
        if not isinstance(node, Pairs):
            return self.refuse(node, report, f"write its keys below it: {listed(self.keys, 6)}")
        values: dict[str, Any] = {}
        broken: set[str] = set()
        for pair in node.pairs:
            known = self.keys.get(pair.key)
            if known is None:
                self._unknown(pair, node, report, broken)
                continue
            value = known.shape.read(pair.value, report)
            if value is BROKEN:
                broken.add(pair.key)
            else:
                values[pair.key] = value
        self._missing(node, report)
        return Fields(node.place, values, {pair.key: pair.place for pair in node.pairs}, frozenset(broken))

    def _unknown(self, pair: Pair, node: Pairs, report: Report, broken: set[str]) -> None:
        if _cut(pair, node):
            if not broken:
                report.add(pair.place, "a comma inside braces ends a value", QUOTE)
            return
        free = [key for key in self.keys if node.get(key) is None]
        report.add(
            pair.place,
            f"{self.noun} has no key {pair.key!r}",
            hint(pair.key, free or self.keys, dict(self.synonyms)),
        )

    def _missing(self, node: Pairs, report: Report) -> None:
        for name, key in self.keys.items():
            if key.required and node.get(name) is None:
                report.add(
                    node.place,
                    f"{self.noun} has no `{name}`",
                    f"add `{name}:` with {key.shape.wanted}: {key.about}",
                )

    def schema(self) -> JsonSchema:
        """An object with exactly these properties."""
        required = [name for name, key in self.keys.items() if key.required]
        schema: JsonSchema = {
            "type": "object",
            "properties": {
                name: {**key.shape.schema(), "description": key.about} for name, key in self.keys.items()
            },
            "additionalProperties": False,
        }
        if self.about:
            schema["description"] = self.about
        return schema | ({"required": required} if required else {})

    def accepts(self, node: Node) -> bool:
        """Mappings; where `told` names a key, only those that have it."""
        return isinstance(node, Pairs) and (not self.told or node.get(self.told) is not None)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return f"a mapping with the keys {listed(self.keys, 6)}"


def _cut(pair: Pair, node: Pairs) -> bool:
    """Whether a key is but the rest of a value that a comma inside braces has cut in two."""
    empty = isinstance(pair.value, Scalar) and pair.value.value is None
    return node.flow and empty and not pair.key.replace("_", "").isalnum()
