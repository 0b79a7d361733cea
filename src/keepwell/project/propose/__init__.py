"""From a folder of files to a working project: what each file is, how it maps, and what can be measured."""

from keepwell.project.propose.proposal import propose

__all__ = ["propose"]
