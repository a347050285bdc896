"""`python -m inkbetween fill SHOT.blend… -o DIR`: fill shots as files. docs/batch.md says what there is to it."""

import os
import sys


def main() -> int:
    # Before NumPy is loaded: bits must not depend on how many cores a machine has.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from .batch.command import main as run
    from .ops.command_line import host

    return run(sys.argv[1:], host((sys.executable, "-m", "inkbetween")))


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Blender as a module may crash while the interpreter shuts down; everything is written, so that is skipped.
    os._exit(status)
