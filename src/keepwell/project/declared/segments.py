"""The shape of segments.yml."""

from keepwell.project.declared.names import LABEL
from keepwell.project.shape.compound import Key, Named, Record
from keepwell.project.shape.formula import Formula

OTHERWISE = "otherwise"
CONDITION = Formula(
    "a condition over signals and account.attributes, or otherwise", example="account.seats >= 200"
)

SEGMENTS = Record(
    "segments.yml",
    {
        "segments": Key(
            Named(CONDITION, LABEL, "segment"),
            "who the account is: each segment's condition, the first that holds wins; `otherwise` comes last",
        ),
        "stages": Key(
            Named(CONDITION, LABEL, "stage"),
            "where the account is in its life: each stage's condition, the first that holds wins; `otherwise` comes last",
        ),
    },
    about="Segments and lifecycle stages",
    synonyms={"segment": "segments", "stage": "stages", "lifecycle": "stages"},
)
"""segments.yml."""
