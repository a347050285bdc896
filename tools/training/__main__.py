"""`python -m inkbetween.tools.training`."""

import sys

from inkbetween.tools.training.cli import main

sys.exit(main())
