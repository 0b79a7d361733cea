"""The compiler's tests wait for the compiler."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("keepwell.sql.statement") else ["test_signals.py"]
