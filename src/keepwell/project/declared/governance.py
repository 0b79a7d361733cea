"""The shape of governance.yml."""

from keepwell.project.declared.names import LABEL, PLAIN
from keepwell.project.governance import Every
from keepwell.project.shape.compound import Each, Key, Named, Record
from keepwell.project.shape.number import Number, Share
from keepwell.project.shape.scalar import Choice, Flag

APPROVALS = Number(low=0, high=2, whole=True)
MORE_APPROVALS = Number(low=1, high=5, whole=True)
LIMIT = Number(above=0)

GOVERNANCE = Record(
    "governance.yml",
    {
        "approvals": Key(
            Record(
                "approvals",
                {"needed": Key(APPROVALS, "how many others than its author must approve a change", True)},
                synonyms={"count": "needed", "required": "needed", "need": "needed", "min": "needed"},
            ),
            "what every change needs before it can be applied; no approval if not said",
        ),
        "scorecards": Key(
            Named(
                Record(
                    "a scorecard's charge",
                    {
                        "owner": Key(PLAIN, "who must agree to each change of it"),
                        "may_change": Key(
                            Each(PLAIN, single=True), "who may apply a change of it; anybody if not said"
                        ),
                    },
                    synonyms={"owners": "owner", "allowed": "may_change", "editors": "may_change"},
                ),
                LABEL,
                "scorecard",
            ),
            "who answers for a scorecard, by its name",
        ),
        "guardrail": Key(
            Record(
                "guardrail",
                {
                    "moved": Key(Share(), "the share of accounts that may change band", required=True),
                    "approvals": Key(
                        MORE_APPROVALS, "how many approvals a larger change needs; 2 if not said"
                    ),
                },
                synonyms={"share": "moved", "accounts": "moved", "needed": "approvals"},
            ),
            "changes that move more accounts than this need more approvals",
        ),
        "reviews": Key(
            Record(
                "reviews",
                {
                    "every": Key(
                        Choice(
                            tuple(str(every) for every in Every),
                            {"monthly": "month", "quarterly": "quarter", "months": "month"},
                        ),
                        "how often the score is to be reviewed",
                        required=True,
                    )
                },
                synonyms={"each": "every", "interval": "every"},
            ),
            "when people are reminded to look at the score again",
        ),
        "monitor": Key(
            Record(
                "monitor",
                {
                    "psi": Key(LIMIT, "the highest PSI of a signal or score that is no breach; 0.25 if not said"),
                    "band_share": Key(Share(), "by how much a band's share of accounts may move; 10% if not said"),
                    "auc_drop": Key(LIMIT, "by how much the AUC may fall as outcomes mature; 0.05 if not said"),
                    "freshness": Key(Flag(), "whether a silent feed is a breach; true if not said"),
                },
                synonyms={"auc": "auc_drop", "bands": "band_share", "fresh": "freshness", "drift": "psi"},
            ),
            "what counts as drift",
        ),
    },
    about="Who may change the score, and what a change needs",
    synonyms={"approval": "approvals", "review": "reviews", "guardrails": "guardrail", "monitoring": "monitor",
              "owners": "scorecards", "cards": "scorecards"},
)  # fmt: skip
"""governance.yml."""
