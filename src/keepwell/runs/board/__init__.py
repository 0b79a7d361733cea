"""What the pages and the API show, read from the warehouse and the store: everything as its viewer may see it."""
