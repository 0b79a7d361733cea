"""Tests of what the server does again and again."""
