"""Keepwell: explained, proven customer health scores from the data a company already has."""

__version__ = "0.1.0"
