"""The fields of a score for other programs are those that the docs tell."""

import io
import json
import re

from keepwell.runs.export import Format, write
from tests.docs.pages import DOCS, read, table_rows
from tests.scored import score


def test_every_field_of_a_score_in_json_is_told_and_no_other() -> None:
    stream = io.BytesIO()
    write([score("A-1")], Format.JSON, stream, simulated=True)
    (written,) = json.loads(stream.getvalue())
    text = read(DOCS / "reports.md").partition("| field | meaning |")[2]
    told = [name for row in table_rows(text) for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(told) == sorted(written)
