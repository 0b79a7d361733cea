"""Who holds the warehouse's file, in words."""

import re
from dataclasses import dataclass
from pathlib import Path

_PID = re.compile(r"\(PID (\d+)\)")


@dataclass(frozen=True, slots=True)
class Holder:
    """Another process that has the file open: its id (`None`: not told) and its command line."""

    pid: int | None
    command: str

    @classmethod
    def of(cls, message: str) -> "Holder":
        """The holder that the engine's lock message names."""
        match = _PID.search(message)
        if match is None:
            return cls(None, "")
        return holder_of(int(match[1]))

    def __str__(self) -> str:
        if self.pid is None:
            return "another process"
        return f"process {self.pid}" + (f" ({self.command})" if self.command else "")


def holder_of(pid: int) -> Holder:
    """A process of this machine, with its command line as far as the system tells it."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return Holder(pid, "")
    if words and "python" in Path(words[0]).name:
        words = words[1:]
    if words and "/" in words[0]:
        words[0] = Path(words[0]).name
    return Holder(pid, " ".join(words).strip())
