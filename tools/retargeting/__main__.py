"""`python -m tools.retargeting`."""

import sys

from .cli import main

sys.exit(main())
