"""Whom to contact, when, and why not: journeys as data, and the pure rules by which they go on."""
