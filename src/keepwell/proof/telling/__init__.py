"""The words in which evidence is told: a module per part of it."""
