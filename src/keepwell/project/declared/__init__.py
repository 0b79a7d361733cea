"""The shape of every file of a project, declared once: validation and the published JSON Schema both come from here."""
