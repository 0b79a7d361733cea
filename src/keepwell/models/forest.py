"""Trees read from LightGBM's text, checked part by part: every number must lead somewhere before anything follows it.

LightGBM itself ends the whole process on a damaged text, and predicting should not need it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepwell.models.plain import Damaged, agree
from keepwell.scoring.observed import Bools, Floats, Ints

CATEGORICAL, DEFAULT_LEFT = 1, 2
"""Bits of LightGBM's `decision_type`; the two above them say what is missing: nothing, zeros, or unknown values."""

ZEROS, UNKNOWNS = 1, 2
NEARLY_ZERO = 1e-35


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One tree: at node `i` a row goes `left[i]` or `right[i]`; a negative number is the leaf `−number − 1`.

    Of a categorical node `threshold` is the number of its set in `sets`: what is in it goes left.
    """

    feature: Ints
    threshold: Floats
    decision: Ints
    left: Ints
    right: Ints
    leaves: Floats
    sets: tuple[frozenset[int], ...]

    def of(self, matrix: Floats) -> Floats:
        """The value of the leaf that each row comes to."""
        at = np.full(len(matrix), 0 if len(self.feature) else -1, dtype=np.int64)
        moving = np.flatnonzero(at >= 0)
        while len(moving):
            node = at[moving]
            goes_left = self._left(node, matrix[moving, self.feature[node]])
            at[moving] = np.where(goes_left, self.left[node], self.right[node])
            moving = moving[at[moving] >= 0]
        values: Floats = self.leaves[-at - 1]
        return values

    def _left(self, node: Ints, value: Floats) -> Bools:
        decision = self.decision[node]
        missing = decision >> 2 & 3
        unknown = np.isnan(value)
        held = np.where(unknown & (missing != UNKNOWNS), 0.0, value)
        by_default = np.where(missing == ZEROS, np.abs(held) <= NEARLY_ZERO, (missing == UNKNOWNS) & unknown)
        left = np.where(by_default, decision & DEFAULT_LEFT > 0, held <= self.threshold[node])
        for which in np.unique(self.threshold[node][decision & CATEGORICAL > 0]).astype(np.int64).tolist():
            here = (decision & CATEGORICAL > 0) & (self.threshold[node] == which)
            inside = np.isin(np.where(unknown, -1.0, value), np.array(sorted(self.sets[which])))
            left = np.where(here, inside, left)
        return np.asarray(left, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees whose leaves add up."""

    trees: tuple[Tree, ...]

    def of(self, matrix: Floats) -> Floats:
        """The sum of the leaves that each row comes to."""
        total = np.zeros(len(matrix))
        for tree in self.trees:
            total += tree.of(matrix)
        return total


def parse(text: str, inputs: int) -> Forest:
    """The trees of a text of LightGBM's, for so many inputs.

    Raises:
        UserError: the text is not whole, or a tree leads nowhere.
    """
    head, *parts = text.split("\nTree=")
    agree(head.startswith("tree\n"), "its trees are no text of LightGBM's")
    known = _pairs(head)
    agree(known.get("objective", "").startswith("binary"), "its trees are not of a yes or no")
    agree(known.get("max_feature_idx") == str(inputs - 1), "its trees are of another number of inputs")
    agree("\nend of trees\n" in text, "its trees end in the middle")
    sizes = known.get("tree_sizes", "").split()
    agree(len(sizes) == len(parts), "not all of its trees are there")
    return Forest(tuple(_tree(number, _pairs(part), inputs) for number, part in enumerate(parts)))


def _pairs(part: str) -> Mapping[str, str]:
    lines = part.split("\n\n", maxsplit=1)[0].splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _tree(number: int, known: Mapping[str, str], inputs: int) -> Tree:
    where = f"tree {number}"
    try:
        leaves = int(known["num_leaves"])
        columns: dict[str, Any] = {
            name: np.array(known[name].split() if name in known else [], dtype=kind)
            for name, kind in _COLUMNS.items()
        }
    except (KeyError, ValueError) as error:
        raise Damaged(f"{where} cannot be read ({error})") from error
    nodes = leaves - 1
    for name in ("split_feature", "threshold", "decision_type", "left_child", "right_child"):
        agree(len(columns[name]) == nodes, f"{where} has not {nodes} of {name}")
    agree(len(columns["leaf_value"]) == leaves > 0, f"{where} has not {leaves} leaves")
    agree(bool(np.isfinite(columns["leaf_value"]).all()), f"{where} has a leaf without a value")
    features = columns["split_feature"]
    agree(bool(((features >= 0) & (features < inputs)).all()), f"{where} reads an input that there is not")
    children = np.concatenate((columns["left_child"], columns["right_child"]))
    # each node but the root, and each leaf, hangs on exactly one node that came before it
    expected = [*range(-leaves, 0), *range(1, nodes)] if nodes else []
    agree(sorted(children.tolist()) == expected, f"{where} does not hang together")
    parents = np.tile(np.arange(nodes), 2)
    agree(bool((children > parents)[children >= 0].all()), f"{where} goes in a circle")
    sets = _sets(columns["cat_boundaries"], columns["cat_threshold"], where)
    categorical = columns["threshold"][columns["decision_type"] & CATEGORICAL > 0]
    agree(bool(np.isin(categorical, np.arange(len(sets))).all()), f"{where} asks for a set that there is not")
    return Tree(
        features,
        columns["threshold"],
        columns["decision_type"],
        columns["left_child"],
        columns["right_child"],
        columns["leaf_value"],
        sets,
    )


_COLUMNS: Mapping[str, type] = {
    "split_feature": np.int64,
    "threshold": np.float64,
    "decision_type": np.int64,
    "left_child": np.int64,
    "right_child": np.int64,
    "leaf_value": np.float64,
    "cat_boundaries": np.int64,
    "cat_threshold": np.int64,
}


def _sets(bounds: Ints, words: Ints, where: str) -> tuple[frozenset[int], ...]:
    """The sets of a tree's categorical nodes: 32 codes to a word, one bit each."""
    if not len(bounds):
        return ()
    whole = bounds[0] == 0 and bounds[-1] == len(words) and (np.diff(bounds) >= 0).all()
    agree(bool(whole), f"{where} has sets without an end")
    return tuple(
        frozenset(
            32 * place + bit
            for place, word in enumerate(words[begin:end].tolist())
            for bit in range(32)
            if word >> bit & 1
        )
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    )
