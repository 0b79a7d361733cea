"""What programs ask the server: JSON over HTTP, under /api."""
