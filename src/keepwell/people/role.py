"""The roles that people have."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the firm; each permission is granted to roles, never to people."""

    VIEWER = "viewer"
    CSM = "csm"
    MARKETER = "marketer"
    ANALYST = "analyst"
    ADMIN = "admin"

    @property
    def about(self) -> str:
        """What the role is for, in words."""
        return _ABOUT[self]


_ABOUT = {
    Role.VIEWER: "looks at scores and reasons; changes nothing",
    Role.CSM: "looks after accounts: overrides, pulses, notes, feedback, tasks",
    Role.MARKETER: "looks at portfolios and segments, and prepares outreach",
    Role.ANALYST: "tends signals and scorecards: plans, evidence, data",
    Role.ADMIN: "everything, and the people, keys, webhooks and audit",
}
