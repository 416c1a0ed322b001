"""Run the command as `python -m galleyproof`."""

from galleyproof.cli import main

if __name__ == "__main__":
    main()
