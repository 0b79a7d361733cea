"""What a message says to one person: templates, filled in, as subject, page and plain text; and what is wrong with them."""
