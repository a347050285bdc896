"""`python -m inkbetween fill SHOT.blend… -o DIR`: fill shots as files.

docs/batch.md says what there is to it.
"""

import os
import sys


def main() -> int:
    from .batch.child import compute_on_one_thread
    from .batch.command import main as run
    from .ops.filling.command_line import host

    compute_on_one_thread()
    return run(sys.argv[1:], host((sys.executable, "-m", "inkbetween"), enable))


def enable() -> None:
    """Register the extension, unless that is done."""
    import bpy

    from .addon import registration

    if not hasattr(bpy.types.Scene, "inkbetween"):
        registration.register()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Blender as a module may crash while the interpreter shuts down; everything is written, so that is skipped.
    os._exit(status)
