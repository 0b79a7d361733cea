"""What people do for themselves: profile, password, second factor, sessions, keys."""
