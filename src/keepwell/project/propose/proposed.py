"""A proposed signal, as it is written to signals.yml and, if it makes a measure, to the scorecard."""

from dataclasses import dataclass

HIGHER, LOWER = "higher_is_better", "lower_is_better"
PEERS = "{percentile_within: segment}"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A signal to write, and, where it makes a measure, its dimension, weight, scale and advice."""

    name: str
    text: str
    dimension: str = ""
    weight: int = 1
    scale: str = ""
    advice: str = ""


def signal(
    name: str, label: str, unit: str, direction: str, meaning: str, *, missing: str = "unknown"
) -> str:
    """A signal as YAML, `meaning` being its last lines."""
    better = f"    direction: {direction}\n" if direction else ""
    return f"  {name}:\n    label: {label}\n    unit: {unit}\n{better}    missing: {missing}\n{meaning}"


def aggregate(table: str, how: str, **more: str) -> str:
    """The lines that measure a signal in a table."""
    lines = [
        f"    from: {table}",
        f"    aggregate: {how}",
        *(f"    {key}: {value}" for key, value in more.items()),
    ]
    return "\n".join(lines) + "\n"


def derived(form: str) -> str:
    """The line that computes a signal from others."""
    return f"    {form}\n"
