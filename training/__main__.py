"""`python -m inkbetween.training`."""

import sys

from .cli import main

sys.exit(main())
