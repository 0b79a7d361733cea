"""Where facts come from: files and databases, as their owners export them."""
