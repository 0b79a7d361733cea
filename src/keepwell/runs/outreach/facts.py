"""What sending reads of the facts: who is at accounts, and what their messages say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keepwell.project.project import Project
from keepwell.runs.outreach.people import Around, around
from keepwell.runs.outreach.wording import Seen, seen
from keepwell.runs.score import instant
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True)
class Facts:
    """The facts of a project, as they are known now, or as of the instant that it pins."""

    project: Project
    warehouse: Warehouse

    def around(self, account_ids: Sequence[str]) -> Mapping[str, Around]:
        """What is known of accounts, by their ids; those that the warehouse does not have are absent."""
        return around(self.project, self.warehouse, account_ids, instant(self.project))

    def seen(self, there: Mapping[str, Around], texts: Sequence[str]) -> Mapping[str, Seen]:
        """What texts name of accounts that has to be measured, by account id."""
        return seen(self.project, self.warehouse, there, texts, instant(self.project))
