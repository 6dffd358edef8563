"""`python -m ledger.cli`: the same as `latitude`."""

from ledger.cli import main

main()
