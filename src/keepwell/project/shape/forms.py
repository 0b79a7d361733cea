"""Shapes of which there are several: a record with exclusive forms, and a choice between shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keepwell.project.document import Node, Pairs, Scalar
from keepwell.project.report import Report, hint, listed
from keepwell.project.shape.base import BROKEN, Broken, JsonSchema, Shape
from keepwell.project.shape.compound import Fields, Key, Record


@dataclass(frozen=True)
class Forms(Shape):
    """A record that takes one of several forms, told apart by the key that names the form.

    `common` keys go with every form; each form has keys of its own, the naming one among them.
    """

    noun: str
    common: Mapping[str, Key]
    forms: Mapping[str, Mapping[str, Key]]
    about: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, report: Report) -> Fields | Broken:
        """The fields of the form that the node takes; `fields.form` is not kept: exactly one naming key is there."""
        if not isinstance(node, Pairs):
            return self.refuse(node, report, f"write its keys below it, {listed(self.forms)} among them")
        named = [name for name in self.forms if node.get(name) is not None]
        if len(named) > 1:
            pair = node.get(named[1])
            assert pair is not None
            report.add(
                pair.place,
                f"{self.noun} takes one of {listed(self.forms)}, and this has {' and '.join(named)}",
                f"keep {listed(named)}",
            )
            return BROKEN
        if not named:
            return self._formless(node, report)
        return self._record(named[0]).read(node, report)

    def _formless(self, node: Pairs, report: Report) -> Broken:
        everything = {
            **self.common,
            **{key: known for form in self.forms.values() for key, known in form.items()},
        }
        for pair in node.pairs:
            if pair.key not in everything:
                report.add(
                    pair.place,
                    f"{self.noun} has no key {pair.key!r}",
                    hint(pair.key, everything, dict(self.synonyms)),
                )
        report.add(
            node.place,
            f"{self.noun} has none of {listed(self.forms)}",
            "add one: " + "; ".join(f"`{name}:` {keys[name].about}" for name, keys in self.forms.items()),
        )
        return BROKEN

    def _record(self, form: str) -> Record:
        own = {
            name: Key(key.shape, key.about, key.required or name == form)
            for name, key in self.forms[form].items()
        }
        return Record(f"{self.noun} with `{form}`", {**self.common, **own}, self.about, self.synonyms)

    def schema(self) -> JsonSchema:
        """One object schema per form."""
        return {
            "oneOf": [
                self._record(form).schema() | {"title": f"{self.noun} with {form}"} for form in self.forms
            ]
        }

    def accepts(self, node: Node) -> bool:
        """Mappings."""
        return isinstance(node, Pairs)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return f"a mapping with {listed(self.forms)}"


@dataclass(frozen=True)
class Either(Shape):
    """One of several shapes: the first that accepts the node."""

    options: tuple[Shape, ...]

    def read(self, node: Node, report: Report) -> Any:
        """What the chosen shape reads."""
        for option in self.options:
            if option.accepts(node) and not (
                isinstance(node, Scalar) and node.value is None and not node.quoted
            ):
                return option.read(node, report)
        return self.refuse(node, report)

    def schema(self) -> JsonSchema:
        """Any of the shapes."""
        return {"anyOf": [option.schema() for option in self.options]}

    def accepts(self, node: Node) -> bool:
        """What any of the shapes accepts."""
        return any(option.accepts(node) for option in self.options)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return " or ".join(option.wanted for option in self.options)
