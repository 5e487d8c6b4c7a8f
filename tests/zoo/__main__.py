"""``python -m tests.zoo``: every check without a bug, then every bug; prints one table."""

import sys

from .report import main

sys.exit(main(sys.argv[1:]))
