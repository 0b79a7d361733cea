"""Letters on paper: a CSV file for each day, with a row for each letter, for whoever prints and posts them."""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from keepwell.channels.channel import Answer, Fate, Letter

COLUMNS = ("key", "name", "address", "from", "subject", "text")


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The files of a folder. A row is on the disk before it counts as taken; `key` tells repeats apart."""

    folder: Path
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def hand_over(self, letter: Letter) -> Answer:
        """Adds a row to the file of the letter's day."""
        file = self.folder / f"{letter.at:%Y-%m-%d}.csv"
        row = (letter.key, letter.to_name, letter.recipient, letter.sender.name, letter.subject, letter.text)
        try:
            with self._lock:
                self.folder.mkdir(parents=True, exist_ok=True)
                new = not file.exists()
                with file.open("a", encoding="utf-8", newline="") as opened:
                    writer = csv.writer(opened)
                    if new:
                        writer.writerow(COLUMNS)
                    writer.writerow(row)
                    opened.flush()
                    os.fsync(opened.fileno())
        except OSError as error:
            return Answer(Fate.DEFERRED, f"{file}: {error.strerror}")
        return Answer(Fate.ACCEPTED, file.name)

    def close(self) -> None:
        """There is nothing to let go of."""
