"""Conditions of journeys: over signals and attributes, the account's standing, and what came back from messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from keepwell.outreach.asking import STANDING, looked_up, template_of
from keepwell.project.catalog import Catalog
from keepwell.project.reading.expressions import OverSignals
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.compound import Fields
from keepwell.project.shape.formula import Written
from keepwell.signals.expression import Expression, names
from keepwell.signals.tables import Kind


@dataclass(slots=True)
class Asking:
    """Checks the conditions of one journey; `questions` are the templates of which they ask, with where they do."""

    over: OverSignals
    questions: list[tuple[str, Place]] = field(default_factory=list)

    @classmethod
    def beside(cls, over: OverSignals) -> "Asking":
        """One that knows the account's standing besides the signals."""
        return cls(
            replace(over, signals=over.signals | frozenset(STANDING), kinds={**over.kinds, **STANDING})
        )

    @property
    def report(self) -> Report:
        """Where mistakes are told."""
        return self.over.report

    @property
    def catalog(self) -> Catalog:
        """What the sources fill."""
        return self.over.catalog

    def condition(self, fields: Fields, key: str) -> Expression | None:
        """The condition that a key says, `None` if it says none."""
        said = fields.get(key)
        return self.checked(said, fields.at(key)) if isinstance(said, Written) else None

    def checked(self, said: Written, place: Place) -> Expression:
        """The condition, once the report says what is wrong with it."""
        expression = looked_up(said.expression)
        asked = {name: template for name in names(expression) if (template := template_of(name)) is not None}
        self.questions.extend((template, place) for template in asked.values())
        answers = dict.fromkeys(asked, Kind.BOOLEAN)
        over = replace(
            self.over, signals=self.over.signals | frozenset(answers), kinds={**self.over.kinds, **answers}
        )
        over.condition(expression, place)
        return expression

    def fed(self, table: str, place: Place, column: str = "") -> bool:
        """Whether a source feeds the table (and fills its column); the report says if none does."""
        mistake = self.catalog.table(table) or (self.catalog.column(table, column) if column else None)
        if mistake is not None:
            self.report.add(place, mistake.what, mistake.do)
        return mistake is None

    def close(self, templates: Iterable[str]) -> None:
        """Notes the questions about templates that none of the journey's messages has."""
        known = sorted(set(templates))
        for name, place in self.questions:
            if name not in known:
                self.report.add(
                    place,
                    f"no message of this journey has the template {name!r}, so that nothing comes back from it",
                    hint(name, known) or "ask of a template that a message of this journey has",
                )
