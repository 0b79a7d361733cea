"""Shapes: what a value in the YAML may be, said once, for reading it and for the published JSON Schema."""
