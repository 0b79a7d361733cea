"""The pages: each parses its address, asks for one view and shows it."""
