"""`python -m keepwell` is the `keepwell` command."""

from keepwell.cli.main import main

if __name__ == "__main__":
    main()
