"""A journey as a picture that needs nothing but itself."""
