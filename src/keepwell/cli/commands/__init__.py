"""The subcommands, one to a module; each is imported when it is asked for."""
