"""What pages and the API read: statements over scores that are kept and facts as they were known."""
