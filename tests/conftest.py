"""What holds for every test: hypothesis repeats itself in CI and never times a single example."""

import os

from hypothesis import HealthCheck, Phase, settings

_PHASES = [phase for phase in Phase if phase is not Phase.explain]
_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)

settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    phases=_PHASES,
    report_multiple_bugs=False,
    suppress_health_check=_QUIET,
)
settings.register_profile(
    "explore", settings.get_profile("ci"), derandomize=False, max_examples=1000, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
