"""`blender --command inkbetween fill …`: the command line, in Blender itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...batch.command import Host
    from ...batch.settings import Settings
    from ...batch.unit import Filled

_registered: list[Any] = []


def register() -> None:
    import bpy

    _registered.append(bpy.utils.register_cli_command("inkbetween", run))


def unregister() -> None:
    import bpy

    while _registered:
        bpy.utils.unregister_cli_command(_registered.pop())


def run(argv: list[str]) -> int:
    """The exit code of the command; Blender calls it with the arguments that follow."""
    import bpy

    from ...batch.child import compute_on_one_thread
    from ...batch.command import main

    compute_on_one_thread()
    return main(argv, host((bpy.app.binary_path, "--background", "--command", "inkbetween")))


def host(program: Sequence[str], enable: Callable[[], None] = lambda: None) -> Host:
    """Where files are filled: in this process, by Blender; children are `program`.

    Blender is loaded only then.

    enable  called before a file is opened: where Blender is a module, nobody has enabled the extension
    """
    from ...batch.command import Host

    def fill(source: Path, target: Path, settings: Settings) -> Filled:
        from .file import fill_file

        enable()
        return fill_file(source, target, settings)

    def plan(source: Path, settings: Settings) -> list[str]:
        from .file import plan_file

        enable()
        return plan_file(source, settings)

    return Host(fill, plan, program)
