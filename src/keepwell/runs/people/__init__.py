"""People: how they come in, sign in, and what they are allowed; each module one thing that happens, each told in the audit."""
