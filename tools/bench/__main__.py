"""`python -m tools.bench`."""

import sys

from inkbetween.tools.bench.cli import main

sys.exit(main())
