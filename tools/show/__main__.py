"""`python -m inkbetween.tools.show DIR --shots 200`: make a show of small shots to try batch work on."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m inkbetween.tools.show", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--shots", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from .make import LIST, make_show

    truth = make_show(options.folder.resolve(), options.shots, options.seed)
    print(
        f"{len(truth.good)} good shots, {len(truth.damaged)} damaged, {len(truth.locked)} with locked layers,", end=" "
    )
    print(f"{len(truth.orphaned)} without its library. Fill them with:")
    print(f"  python -m inkbetween fill @{options.folder / LIST} --root {options.folder} -o OUT --workers 2")
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Blender as a module may crash while the interpreter shuts down
