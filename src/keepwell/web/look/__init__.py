"""How every page looks: its frame, its pieces, how it says numbers and days, and the files that browsers fetch for it."""
