"""Signing in: who a request comes from, whether they mean it, and the pages by which people come in and go."""
