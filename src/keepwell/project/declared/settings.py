"""The shape of keepwell.yml."""

from keepwell.project.declared.names import IDENTIFIER, LABEL, PLAIN, ZONE
from keepwell.project.declared.schedule import SCHEDULE
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.forms import Either
from keepwell.project.shape.formula import Formula
from keepwell.project.shape.number import Number
from keepwell.project.shape.scalar import Flag, Text

CURRENCY = Text("a currency of three capital letters", r"^[A-Z]{3}$", "EUR")
DAY = Text(
    "a day or an instant",
    r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$",
    "2025-06-30",
)
RATE = Number(above=0)
LINT_RULE = Text("the name of a rule that `keepwell check` names", r"^[a-z_]+$", "too_many_measures")

VALUE = Record(
    "value",
    {
        "expression": Key(
            Formula("an expression over signals and account.attributes", example="mrr * 12"),
            "what an account is worth, over signals and account.attributes",
            required=True,
        ),
        "currency": Key(CURRENCY, "the currency of that worth; the project's if not said"),
    },
)

SETTINGS = Record(
    "keepwell.yml",
    {
        "project": Key(LABEL, "the project's name", required=True),
        "zone": Key(ZONE, "the IANA time zone in which days begin; UTC if not said"),
        "currency": Key(CURRENCY, "the currency that amounts are converted into; USD if not said"),
        "warehouse": Key(
            PLAIN, "the warehouse's file, relative to the project; .keepwell/warehouse.duckdb if not said"
        ),
        "as_of": Key(
            DAY, "pins the instant that scores speak of: midnight of a day in the zone, or an instant"
        ),
        "history": Key(
            Number(low=0, high=3650, whole=True),
            "how many days the first run folds for bands; 90 if not said",
        ),
        "simulated": Key(Flag(), "whether the data is made up; every output then says so"),
        "value": Key(
            Either((Formula("an expression", example="mrr * 12"), VALUE)),
            "what an account is worth: an expression over signals and account.attributes",
        ),
        "risk": Key(
            IDENTIFIER,
            "the model whose probability says how much of an account's value is at risk; the band does if not said",
        ),
        "rates": Key(
            Either(
                (
                    Record(
                        "rates",
                        {"file": Key(PLAIN, "a CSV file with the columns date, currency, rate", True)},
                        told="file",
                    ),
                    Named(RATE, CURRENCY, "currency"),
                )
            ),
            "what one unit of another currency is worth in the project's; or {file: rates.csv}",
        ),
        "databases": Key(
            Named(
                Text(
                    "the name of an environment variable, or sqlite:///path",
                    r"^([A-Z_][A-Z0-9_]*|sqlite:///.+)$",
                    "CRM_URL",
                ),
                IDENTIFIER,
                "database",
            ),
            "each database's environment variable that holds its URL; sqlite:///path may be written directly",
        ),
        "schedule": Key(
            SCHEDULE, "when `keepwell serve` works by itself: a cron expression, or {cron, zone}, per work"
        ),
        "lint": Key(
            Record(
                "lint",
                {"ignore": Key(Each(LINT_RULE, single=True), "rules of `keepwell check` not to apply")},
            ),
            "how `keepwell check` judges this project",
        ),
    },
    about="A Keepwell project: its name, zone, currency and warehouse",
    synonyms={
        "name": "project",
        "timezone": "zone",
        "time_zone": "zone",
        "tz": "zone",
        "date": "as_of",
        "asof": "as_of",
        "database": "databases",
        "currencies": "rates",
        "exchange_rates": "rates",
        "fx": "rates",
        "worth": "value",
        "db": "warehouse",
        "path": "warehouse",
        "cron": "schedule",
        "jobs": "schedule",
    },
)
"""keepwell.yml."""
