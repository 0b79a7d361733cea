"""Good practice of the field as rules: each a class whose docstring is the message."""

from keepwell.project.edits import AddKey, Edit, NewFile, write
from keepwell.project.lint.registry import RULES, check, fix
from keepwell.project.lint.rule import Finding, Rule

__all__ = ["RULES", "AddKey", "Edit", "Finding", "NewFile", "Rule", "check", "fix", "write"]
