"""The worked playbooks: each a journey with its texts, to be added to a project, read and changed."""
