"""A user's folder of YAML, read and checked as a whole: the score as code."""

from keepwell.project.folder import load, of_files
from keepwell.project.project import Project

__all__ = ["Project", "load", "of_files"]
