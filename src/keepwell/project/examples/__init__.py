"""The worked examples: whole projects in YAML, to read, to copy and to change.

saas      software by subscription: seats, usage, support, renewals
shop      a shop without contracts: orders and their lateness, judged by rules
services  a consultancy: projects, talks, bills, and the economy of its clients' sectors
"""
