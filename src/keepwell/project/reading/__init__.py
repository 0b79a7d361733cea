"""From the fields of the YAML to definitions, with everything checked that one file or its neighbours can tell."""
