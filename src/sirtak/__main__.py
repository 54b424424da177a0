"""`python -m sirtak` is the `sirtak` command."""

from sirtak.cli.main import run

if __name__ == "__main__":
    run()
