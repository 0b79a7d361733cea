"""Certificates made by hand: a good one, one with too little data, one upside down, one of a snapshot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from keepwell.proof.agreement import FeedbackAgreement, PulseAgreement, Sides
from keepwell.proof.baselines import Baseline, Comparison
from keepwell.proof.bias import Comparison as Unequal
from keepwell.proof.bias import Error, GroupError
from keepwell.proof.calibration import Basis, Bin, Calibration
from keepwell.proof.capture import Capture
from keepwell.proof.certificate import Certificate
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.gains import Decile
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Counts, Kind
from keepwell.proof.ranking import Ranking
from keepwell.proof.standing import Standing
from keepwell.proof.stays import Stay, Stays
from keepwell.proof.subject import Grid, Question, Subject
from keepwell.proof.tally import Tally
from keepwell.proof.treated import Treated
from keepwell.proof.verdict import Findings, verdict
from keepwell.proof.warnings import GreenBefore, Money, Warnings
from keepwell.runs.opinions import Opinions
from keepwell.scoring.score import Band

MADE_AT = datetime(2025, 7, 1, 7, 12, tzinfo=UTC)
FIRST = datetime(2024, 4, 1, tzinfo=UTC)
SUBJECT = Subject("Acme Cloud", "health", "Health scorecards", ("3f2a9c41d0b7",))
CHURN = Question("churn", "Churn", Kind.CHURNED, Counts.LOGOS, "90 days", "14 days")
GRID = Grid(52, FIRST, FIRST + timedelta(days=7 * 51), 7.0, True, 0, datetime(2025, 6, 30, tzinfo=UTC), True)
TALLY = Tally(61_880, 41_203, 1_240, 2_431, 212, 1_118, 3_120, 12_400, 377, 240, 5_210, 2_450)


def about(value: float, by: float) -> Estimate:
    """A share with an interval of `by` to both sides, within 0–1."""
    return Estimate(value, max(0.0, value - by), min(1.0, value + by))


def ranking(auc: float, by: float = 0.04, rate: float = 0.059) -> Ranking:
    """A ranking of that AUC."""
    return Ranking(Estimate(auc, auc - by, min(1.0, auc + by)), about(3.1 * rate, 0.03), rate, 0.38, -52.0)


def deciles(rates: tuple[float, ...], rows: float = 4120.3, worth: float | None = 61e6) -> tuple[Decile, ...]:
    """Ten tenths with these rates; a row is worth the same in each."""
    mean, whole, made, found = sum(rates) / len(rates), sum(rates), [], 0.0
    for number, rate in enumerate(rates, 1):
        found += rate
        made.append(
            Decile(
                number,
                rows,
                rate * rows,
                about(rate, 0.1 * rate + 0.006),
                rate / mean,
                found / whole,
                worth,
                None if worth is None else worth * rate,
                None if worth is None else (found / whole) ** 1.1,
                -10.0 * number,
            )
        )
    return tuple(made)


FALLING = (0.214, 0.121, 0.078, 0.054, 0.038, 0.029, 0.021, 0.015, 0.011, 0.009)

STANDINGS = (
    Standing(Band.GREEN, 25_546, 1_010, 0.62, 460, about(0.018, 0.005), 39.4e6, 0.55e6, about(0.014, 0.006)),
    Standing(Band.YELLOW, 11_125, 702, 0.27, 868, about(0.078, 0.012), 17.2e6, 1.22e6, about(0.071, 0.015)),
    Standing(Band.RED, 4_532, 301, 0.11, 1_103, about(0.243, 0.031), 6.9e6, 1.81e6, about(0.262, 0.042)),
)


def green_before(days: int, share: float, money: float) -> GreenBefore:
    """Of 190 happenings, this share stood green so many days before."""
    return GreenBefore(days, 190, 12, 10, about(share, 0.06), 2.31e6, about(money, 0.09))


WARNINGS = Warnings(
    outcomes=201,
    never=about(0.13, 0.05),
    days=(24.0, 61.0, 118.0),
    from_start=9,
    green_before=(green_before(30, 0.15, 0.11), green_before(60, 0.24, 0.19), green_before(90, 0.36, 0.31)),
    money_is=Money.AMOUNT,
)
CALIBRATION = Calibration(
    basis=Basis.EARLIER,
    rows=20_410,
    learned_on=18_204,
    brier=Estimate(0.049, 0.044, 0.054),
    brier_of_rate=0.056,
    expected_error=0.012,
    stated=0.061,
    rate=about(0.059, 0.006),
    slope=None,
    intercept=None,
    bins=tuple(
        Bin(2041, stated, about(rate, 0.1 * rate + 0.008))
        for stated, rate in zip(
            (0.008, 0.012, 0.016, 0.022, 0.031, 0.041, 0.058, 0.081, 0.128, 0.224),
            (0.007, 0.013, 0.013, 0.026, 0.030, 0.047, 0.052, 0.092, 0.117, 0.203),
            strict=True,
        )
    ),
)
STAYS = Stays(
    (
        Stay(Band.GREEN, 812, 401, None, 357.0),
        Stay(Band.YELLOW, 1_480, 160, 38.0, 340.0),
        Stay(Band.RED, 560, 61, 54.0, 301.0),
    ),
    0.42,
    1_102.0,
)
WHOLE = Evidence(
    tally=TALLY,
    ranking=ranking(0.78, 0.03),
    deciles=deciles(FALLING),
    capture=Capture(40, 52, about(0.46, 0.07), about(0.21, 0.04), 0.034, about(0.51, 0.1)),
    calibration=CALIBRATION,
    calibration_missing=None,
    standings=STANDINGS,
    warnings=WARNINGS,
    stays=STAYS,
)


def few(tally: Tally, outcomes: int) -> Tally:
    """The tally with so few accounts that the outcome happened to."""
    return replace(tally, outcomes=outcomes, happened=4 * outcomes)


def bare(tally: Tally) -> Evidence:
    """Evidence of which too little is known for any figure."""
    return Evidence(tally, None, (), None, None, None, (), None, None)


def part(by: str, name: str, size: tuple[int, int], auc: float | None, width: float = 0.06) -> Slice:
    """A slice of so many accounts and outcomes, of that AUC (`None`: too little data)."""
    accounts, outcomes = size
    tally = replace(
        TALLY, accounts=accounts, outcomes=outcomes, happened=8 * outcomes, others=accounts - outcomes
    )
    evidence = bare(tally) if auc is None else replace(WHOLE, tally=tally, ranking=ranking(auc, width))
    return Slice(by, name, evidence)


SLICES = (
    part("segment", "enterprise", (96, 6), None),
    part("segment", "mid-market", (344, 51), 0.81, 0.06),
    part("segment", "smb", (800, 155), 0.75, 0.04),
    part("stage", "mature", (702, 88), 0.77, 0.05),
    part("stage", "onboarding", (281, 64), 0.56, 0.09),
    part("stage", "renewing", (257, 60), 0.83, 0.06),
    part("quarter", "2024 Q2", (1_010, 50), 0.79, 0.06),
    part("quarter", "2024 Q3", (1_064, 57), 0.80, 0.05),
    part("quarter", "2024 Q4", (1_101, 52), 0.76, 0.06),
    part("quarter", "2025 Q1", (1_133, 53), 0.77, 0.06),
    part("contacted", "no", (1_201, 188), 0.79, 0.04),
    part("contacted", "yes", (402, 24), 0.70, 0.10),
)
BASELINES = (
    Baseline(
        "days since the last use",
        Comparison(41_203, 212, about(0.78, 0.03), about(0.69, 0.04), Estimate(0.09, 0.05, 0.13)),
    ),
    Baseline(
        "uses in the last 28 days",
        Comparison(41_203, 212, about(0.78, 0.03), about(0.72, 0.03), Estimate(0.06, 0.02, 0.10)),
    ),
    Baseline(
        "time as a customer",
        Comparison(41_203, 212, about(0.78, 0.03), about(0.58, 0.04), Estimate(0.20, 0.14, 0.26)),
    ),
    Baseline(
        "the score one as_of before",
        Comparison(40_020, 209, about(0.78, 0.03), about(0.77, 0.03), Estimate(0.008, -0.004, 0.02)),
    ),
    Baseline("open tickets", None),
)


TREATED = (
    Treated(True, 6_120, 402, 190, 24, about(0.031, 0.012), about(0.70, 0.10)),
    Treated(False, 35_083, 1_201, 2_241, 188, about(0.064, 0.007), about(0.79, 0.04)),
)
BIAS = (
    Unequal(
        "industry",
        Error.FALSE_GREEN,
        GroupError("", 2_431, 212, about(0.24, 0.05)),
        (
            GroupError("<retail>", 900, 80, about(0.12, 0.05)),
            GroupError("health", 1_400, 121, about(0.41, 0.08)),
            GroupError("media", 131, 11, None),
        ),
        0.003,
    ),
    Unequal(
        "industry",
        Error.RATE,
        GroupError("", 41_203, 1_240, Estimate(0.0, -0.01, 0.01)),
        (
            GroupError("<retail>", 20_000, 600, Estimate(-0.012, -0.03, 0.006)),
            GroupError("health", 21_203, 640, Estimate(0.011, -0.006, 0.028)),
        ),
        0.4,
    ),
    Unequal(
        "industry", Error.FALSE_RED, GroupError("", 12, 8, None), (GroupError("health", 12, 8, None),), None
    ),
)
NO_SIDES = Sides(40, None, None, None, None, 0, None, 0, None, None)
OPINIONS = Opinions(
    (
        PulseAgreement(
            "", "", 1_161, 230, Estimate(-1.6, -2.7, -0.5), Estimate(11.5, 10.8, 12.1), about(0.39, 0.08),
            Sides(1_156, about(0.06, 0.02), about(0.74, 0.1), about(0.81, 0.1), Estimate(-0.07, -0.13, -0.01), 80, None, 90, None, None),
        ),
        PulseAgreement("team", "<Ali>", 60, 29, Estimate(-3.9, -6.4, -1.5), Estimate(11.7, 10.0, 13.0), about(0.47, 0.2), NO_SIDES),
        PulseAgreement("team", "Kim", 6, 4, None, None, None, NO_SIDES),
    ),
    (
        FeedbackAgreement("", "", 90, 60, about(0.6, 0.1), about(0.3, 0.1), about(0.1, 0.05), None, 20, about(0.2, 0.1), 8, None),
        FeedbackAgreement("team", "Kim", 6, 4, None, None, None, None, 0, None, 0, None),
    ),
)  # fmt: skip


def certificate(whole: Evidence, **fields: Any) -> Certificate:
    """A certificate of this evidence, with the verdict that it comes to."""
    made: dict[str, Any] = {
        "subject": SUBJECT,
        "question": CHURN,
        "grid": GRID,
        "capacity": None,
        "made_at": MADE_AT,
        "slices": (),
        "baselines": (),
    } | fields
    found = Findings(made["question"], made["grid"], whole, made["slices"], made["baselines"])
    return Certificate(whole=whole, verdict=verdict(found), **made)


def good() -> Certificate:
    """A useful score of a firm with a year of weeks."""
    reached = {"outreach": "interactions, in the 28 days before the day of the score", "treated": TREATED}
    return certificate(WHOLE, capacity=40, slices=SLICES, baselines=BASELINES, **reached)


def too_little() -> Certificate:
    """Twelve accounts, three of which churned."""
    tally = Tally(144, 96, 12, 11, 3, 9, 0, 48, 0, 0, 0, 0)
    return certificate(
        bare(tally),
        question=replace(CHURN, gap="0 days"),
        grid=replace(GRID, as_ofs=8, every_days=30.4, folded_daily=False),
        slices=(Slice("segment", "smb", bare(replace(tally, accounts=7, outcomes=2))),),
        baselines=(Baseline("time as a customer", None),),
    )


def upside_down() -> Certificate:
    """A score that is higher before churn, fitted on half of the days it is tested on, and warning too late to matter."""
    rates = (about(0.071, 0.01), about(0.052, 0.011), about(0.031, 0.014))
    standings = tuple(
        replace(standing, rate=rate, happened=round(standing.rows * rate.value))
        for standing, rate in zip(STANDINGS, rates, strict=True)
    )
    whole = replace(
        WHOLE,
        ranking=ranking(0.38, 0.04),
        deciles=deciles(FALLING[::-1], worth=None),
        standings=(*standings, Standing(None, 12, 4, 0.0003, 1, None, None, None, None)),
        capture=None,
        calibration=None,
        calibration_missing="Calibration is not shown: there is too little data.",
        warnings=replace(WARNINGS, days=None, never=about(0.81, 0.05), money_is=None),
        stays=replace(STAYS, flaps=None),
    )
    own, other = about(0.38, 0.04), about(0.58, 0.04)
    return certificate(
        whole,
        subject=replace(SUBJECT, fitted_through=FIRST + timedelta(days=7 * 25)),
        grid=replace(GRID, in_sample=26, folded_daily=False),
        slices=(
            part("segment", "smb", (800, 155), 0.36, 0.05),
            part("segment", "mid-market", (344, 51), 0.47),
        ),
        baselines=(
            Baseline(
                "time as a customer", Comparison(41_203, 212, own, other, Estimate(-0.20, -0.27, -0.13))
            ),
        ),
    )


def snapshot() -> Certificate:
    """A model over data without dates: no bands, no warnings, a probability of its own, for an outcome one hopes for."""
    whole = Evidence(
        tally=Tally(7_043, 7_032, 7_032, 1_869, 1_869, 5_163, 0, 0, 0, 0, 0, 11),
        ranking=ranking(0.845, 0.009, 0.266),
        deciles=deciles((0.76, 0.59, 0.43, 0.31, 0.22, 0.15, 0.09, 0.05, 0.03, 0.02), 703.2, None),
        capture=None,
        calibration=replace(
            CALIBRATION,
            basis=Basis.GIVEN,
            learned_on=0,
            slope=Estimate(0.99, 0.94, 1.04),
            intercept=Estimate(-0.01, -0.08, 0.06),
        ),
        calibration_missing=None,
        standings=(),
        warnings=None,
        stays=None,
    )
    return certificate(
        whole,
        subject=replace(SUBJECT, purpose="expansion", name="logistic", versions=("a1", "b2")),
        question=Question("expansion", "Expansion", Kind.EXPANDED, Counts.REVENUE, "1 day", "0 days"),
        grid=Grid(1, MADE_AT, MADE_AT, None, False, 0, None, False),
    )


ALL = (good, too_little, upside_down, snapshot)
