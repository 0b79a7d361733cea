"""Reading facts over a regular grid of instants, each once: segments of time, windows over them, bit masks."""
