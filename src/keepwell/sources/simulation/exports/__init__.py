"""What each system of the simulated firm exports: its own formats, column names, zones and dirt."""
