"""``python -m bgpcheck``."""

import sys

from bgpcheck.cli import main

sys.exit(main())
