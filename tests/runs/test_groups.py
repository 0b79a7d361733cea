"""What became of groups, by hand."""

from dataclasses import replace

from keepwell.proof.outcome import Kind
from keepwell.runs import groups
from tests.web import proofs

EXPANSION = replace(proofs.CHURN, kind=Kind.EXPANDED)


def test_the_figures_of_a_group_of_losses_by_hand() -> None:
    """Of the rows' value it happened to 0.55 + 1.22 + 1.81 = 3.58 of 39.4 + 17.2 + 6.9 = 63.5 million."""
    told = dict(zip(groups.heads(proofs.CHURN), groups.became(proofs.WHOLE, proofs.CHURN), strict=True))
    assert told == {
        "churned": "5.9%",
        "by value": "5.6%",
        "green": "1.8%",
        "red": "24%",
        "warned": "61",
        "worth": "2.31 M",
        "missed": "19%",
    }


def test_what_is_no_loss_is_not_warned_of() -> None:
    assert groups.heads(EXPANSION) == ("expanded", "by value", "green", "red")
    assert groups.became(proofs.WHOLE, EXPANSION) == ("5.9%", "5.6%", "1.8%", "24%")
    assert "Warned" in groups.legend(proofs.CHURN, "EUR")
    assert "Warned" not in groups.legend(EXPANSION, "EUR")


def test_too_little_data_is_a_dash_and_never_a_figure() -> None:
    assert set(groups.became(proofs.bare(proofs.TALLY), proofs.CHURN)) == {"–"}
    assert set(groups.every_figure(proofs.bare(proofs.TALLY))[1:]) == {"–"}


def test_without_values_there_is_no_rate_by_value() -> None:
    unvalued = [replace(each, worth=None, worth_happened=None, worth_rate=None) for each in proofs.STANDINGS]
    assert groups.by_value(unvalued) is None
    assert groups.by_value([]) is None
    assert groups.by_value([replace(proofs.STANDINGS[0], worth=0.0, worth_happened=0.0)]) is None
