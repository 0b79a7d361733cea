"""What evidence says of scores and probabilities."""

from collections.abc import Iterator, Sequence

from keepwell.proof.baselines import Baseline
from keepwell.proof.calibration import Basis
from keepwell.proof.evidence import Evidence, Slice
from keepwell.proof.statement import Statement, Tone, Topic
from keepwell.proof.subject import Question
from keepwell.proof.telling.figures import accounts, auc, between, percent, signed


def of_ranking(question: Question, whole: Evidence) -> Iterator[Statement]:
    """What the AUC means, and what the riskiest tenth holds."""
    assert whole.ranking is not None
    found, verb = whole.ranking.auc, question.kind.value
    first = "a lower" if question.kind.adverse else "a higher"
    yield Statement(
        Topic.RANKING,
        Tone.PLAIN,
        f"Of an account that {verb} and one that did not, the first had {first} score {found.value * 100:.0f} "
        "times in 100 (95% interval "
        f"{found.low * 100:.0f}–{found.high * 100:.0f}; a coin: 50).",
    )
    if whole.deciles:
        top = whole.deciles[0]
        edge = "lowest" if question.kind.adverse else "highest"
        yield Statement(
            Topic.RANKING,
            Tone.PLAIN,
            f"The tenth with the {edge} scores held {percent(top.captured)} of those that {verb}: "
            f"{top.lift:.1f} times its share.",
        )


def of_capture(question: Question, whole: Evidence) -> Iterator[Statement]:
    """What the team would have seen."""
    found = whole.capture
    if found is None:
        return
    worth = f", and {percent(found.worth_recall.value)} of their value" if found.worth_recall else ""
    right = (
        f" Of those looked after, {percent(found.precision.value)} {question.kind.value}."
        if found.precision
        else ""
    )
    yield Statement(
        Topic.CAPACITY,
        Tone.PLAIN if found.recall.low > found.chance else Tone.CAUTION,
        f"Looking after {accounts(found.capacity)} at each as_of would have reached "
        f"{percent(found.recall.value)} of those that "
        f"{question.kind.value} ({between(found.recall)}){worth}; as many drawn at random, "
        f"{percent(found.chance)}.{right}",
    )


def of_calibration(question: Question, whole: Evidence) -> Iterator[Statement]:
    """Whether a probability can be taken at its word."""
    found = whole.calibration
    if found is None:
        if whole.calibration_missing:
            yield Statement(Topic.CALIBRATION, Tone.CAUTION, whole.calibration_missing)
        return
    source = {
        Basis.GIVEN: "The stated probability",
        Basis.EARLIER: "The probability that each score had at earlier as_ofs",
        Basis.FOLDS: "The probability that each score had among other accounts, at the same as_ofs and so not ahead of time,",
    }[found.basis]
    figures = f"{percent(found.stated)} on average where {percent(found.rate.value)} {question.kind.value} ({between(found.rate)})"
    if found.rate.includes(found.stated):
        bent = found.slope is not None and not found.slope.includes(1.0)
        if bent and found.slope is not None:
            end = f", but is too {'extreme' if found.slope.value < 1 else 'timid'} (slope {found.slope.value:.2f}; right is 1)"
            yield Statement(
                Topic.CALIBRATION, Tone.CAUTION, f"{source} is right on the whole: {figures}{end}."
            )
        else:
            yield Statement(Topic.CALIBRATION, Tone.GOOD, f"{source} is right on the whole: {figures}.")
    else:
        wrong = "high" if found.stated > found.rate.value else "low"
        yield Statement(Topic.CALIBRATION, Tone.CAUTION, f"{source} is too {wrong}: {figures}.")


def of_baselines(found: Sequence[Baseline]) -> Iterator[Statement]:
    """What beats the score, what it is not shown to beat, and what it beats."""
    beaten = []
    for baseline in found:
        against, name = baseline.comparison, baseline.name.replace("_", " ")
        if against is None:
            yield Statement(
                Topic.BASELINES, Tone.PLAIN, f"Against {name} alone: too little data in which both are known."
            )
            continue
        told = (
            f"{against.other.value:.3f} to {against.own.value:.3f}, difference {signed(against.difference)}"
        )
        if against.worse:
            yield Statement(
                Topic.BASELINES,
                Tone.ALARM,
                f"Beaten by {name} alone: it ranks better than the score ({told}).",
            )
        elif against.better:
            beaten.append(f"{name} ({signed(against.difference)})")
        else:
            yield Statement(
                Topic.BASELINES, Tone.CAUTION, f"Not shown to beat {name} alone ({told}, which includes 0)."
            )
    if beaten:
        yield Statement(Topic.BASELINES, Tone.GOOD, f"In AUC, the score beats {', '.join(beaten)}.")


def of_slices(upside_down: Sequence[Slice], poor: Sequence[Slice]) -> Iterator[Statement]:
    """Where the score ranks worse than chance, and of which groups nothing can be said."""
    for one in upside_down:
        assert one.evidence.ranking is not None
        yield Statement(
            Topic.SLICES,
            Tone.ALARM,
            f"Upside down where {one.by} is {one.name}: there the score ranks worse than chance "
            f"({auc(one.evidence.ranking.auc)}).",
        )
    if poor:
        names = ", ".join(f"{one.by} {one.name}" for one in poor)
        yield Statement(Topic.SLICES, Tone.PLAIN, f"Too little data to say anything of {names}.")
