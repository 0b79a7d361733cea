"""What admins do: people, teams, roles, keys, audit."""
