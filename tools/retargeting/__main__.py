"""`python -m tools.retargeting`."""

import sys

from inkbetween.tools.retargeting.cli import main

sys.exit(main())
