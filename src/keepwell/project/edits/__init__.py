"""Edits to a project's YAML that leave everything else, comments among it, as it was."""

from keepwell.project.edits.edit import AddKey, Edit, NewFile, SetValue
from keepwell.project.edits.writing import edited, write

__all__ = ["AddKey", "Edit", "NewFile", "SetValue", "edited", "write"]
