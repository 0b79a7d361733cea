"""The server's process: what a request stands on, what every answer has in common."""
