"""Journeys replayed on the past: who would have got what, and when, without anything being sent."""
