"""Builds the extension's zip with Blender's own tool and tries it: validate, install, enable, Tween, time registering.

python -m inkbetween.tools.extension build            the zip alone
python -m inkbetween.tools.extension check            all of it, in a fresh headless Blender (bpy of this Python)
python -m inkbetween.tools.extension check-blender    the same in another Blender, see docs/developers.md
python -m inkbetween.tools.extension register-time    how long registering takes
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROBE = Path(__file__).resolve().with_name("extension_probe.py")
PROBE_PREFIX = "INKBETWEEN-PROBE "
REGISTER_LIMIT_MS = 50.0
# Without these a chroot has neither a working GPU-less OpenGL nor /proc; the mounts end with the process.
CHROOT_SCRIPT = (
    'mount -t proc proc "$0/proc"; mount -t sysfs sys "$0/sys"; mount --rbind /dev "$0/dev"; exec chroot "$0" "$@"'
)


class ExtensionError(Exception):
    """The zip cannot be built, is not valid, or does not run; the message says which, and where to look."""


@dataclass(frozen=True)
class Blender:
    """How to run a script in some Blender: `command` before the script's path, `shared` a folder both sides see.

    `inside` maps a host path below `shared` to the path that Blender sees.
    """

    name: str
    command: tuple[str, ...]
    shared: Path
    inside: str
    environment: Mapping[str, str]

    def path(self, host: Path) -> str:
        return f"{self.inside}/{host.relative_to(self.shared)}"


def blender_ext_tool() -> Path:
    """Blender's own builder and validator of extensions, from the installed bpy; bpy itself is not loaded."""
    spec = importlib.util.find_spec("bpy")
    if spec is None or spec.origin is None:
        raise ExtensionError("bpy is not installed in this Python; run `make venv` and use .venv/bin/python.")
    found = sorted(Path(spec.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"))
    if not found:
        raise ExtensionError(f"No blender_ext.py below {Path(spec.origin).parent}; is this bpy 4.2 or newer?")
    return found[-1]


def run_tool(*arguments: str) -> str:
    """Run Blender's extension tool; raises `ExtensionError` with its output if it fails."""
    done = subprocess.run(
        [sys.executable, str(blender_ext_tool()), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ExtensionError(f"blender_ext {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(folder: Path) -> Path:
    """Build the zip into `folder`, replacing an older one; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "inkbetween.zip"
    run_tool("build", "--source-dir", str(ROOT), "--output-filepath", str(archive))
    return archive


def validate(archive: Path) -> None:
    """Raise `ExtensionError` where Blender's validator finds fault with the zip."""
    run_tool("validate", str(archive))


def bpy_module(folder: Path) -> Blender:
    """The Blender that is installed as a module beside this Python."""
    return Blender("bpy", (sys.executable, "-E", "-s"), folder, str(folder), os.environ)


def other_blender(folder: Path) -> Blender:
    """The Blender named by INKBETWEEN_BLENDER (a program) or INKBETWEEN_GUI_ROOT (a folder to chroot into)."""
    background = ("-b", "--python-exit-code", "1", "--python")
    if program := os.environ.get("INKBETWEEN_BLENDER"):
        return Blender(program, (program, *background), folder, str(folder), os.environ)
    root = os.environ.get("INKBETWEEN_GUI_ROOT")
    if not root:
        raise ExtensionError(
            "Set INKBETWEEN_BLENDER to a blender program, or INKBETWEEN_GUI_ROOT to a folder it is installed in."
        )
    top = Path(root).resolve()
    if not (top / "usr/bin/blender").exists():
        raise ExtensionError(f"INKBETWEEN_GUI_ROOT: no usr/bin/blender in {top}.")
    chroot = (
        "unshare",
        "-m",
        "--propagation",
        "private",
        "bash",
        "-c",
        CHROOT_SCRIPT,
        str(top),
        "blender",
        *background,
    )
    clean = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    return Blender(f"Blender in {top}", chroot, folder, "/" + str(folder.relative_to(top)), clean)


def shared_parent() -> Path | None:
    """Where the temporary folder must lie so that `other_blender` sees it; None: anywhere."""
    root = os.environ.get("INKBETWEEN_GUI_ROOT")
    if os.environ.get("INKBETWEEN_BLENDER") or not root:
        return None
    return Path(root).resolve() / "tmp"


def run_probe(blender: Blender, archive: Path, *options: str) -> dict[str, Any]:
    """Install the zip in `blender` with user resources of its own, run the probe; returns its answer.

    Raises `ExtensionError` with all the output unless the verdict is good and the exit status is 0.
    """
    with tempfile.TemporaryDirectory(dir=blender.shared) as scratch:
        user, script, package = Path(scratch) / "user", Path(scratch) / PROBE.name, Path(scratch) / archive.name
        user.mkdir()
        shutil.copy(PROBE, script)
        shutil.copy(archive, package)
        environment = {**blender.environment, "BLENDER_USER_RESOURCES": blender.path(user)}
        done = subprocess.run(
            [*blender.command, blender.path(script), "--", blender.path(package), *options],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    verdicts = [line for line in done.stdout.splitlines() if line.startswith(PROBE_PREFIX)]
    answer: dict[str, Any] = {"ok": False, "failure": "no verdict"}
    if verdicts:
        answer = json.loads(verdicts[-1].removeprefix(PROBE_PREFIX))
    if done.returncode != 0 or not answer["ok"]:
        raise ExtensionError(
            f"The extension does not run in {blender.name}: {answer.get('failure', '')} "
            f"(exit status {done.returncode})\n{done.stdout}{done.stderr}"
        )
    return answer


def register_time(blender: Blender, archive: Path, runs: int) -> float:
    """Median milliseconds that enabling takes in `runs` fresh processes, each with a fresh installation."""
    times = [run_probe(blender, archive, "--register-only")["register_ms"] for _ in range(runs)]
    median = statistics.median(times)
    print(f"    registering: median {median:.1f} ms of {runs} fresh starts ({min(times):.1f} to {max(times):.1f} ms)")
    if median > REGISTER_LIMIT_MS:
        raise ExtensionError(f"Registering takes {median:.1f} ms; the limit is {REGISTER_LIMIT_MS:.0f} ms.")
    return median


def try_zip(blender: Blender, archive: Path, runs: int) -> None:
    print(
        f"==> Installing and enabling it in a fresh {blender.name}, then Tween, without OpenCV, SciPy and torch",
        flush=True,
    )
    answer = run_probe(blender, archive)
    print(
        "    Blender {blender}, Python {python}, NumPy {numpy}: frames {frames} drawn, {strokes} strokes, "
        "{tween_seconds} s".format(**answer)
    )
    if runs:
        register_time(blender, archive, runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("build", "check", "check-blender", "register-time"))
    parser.add_argument("--output", type=Path, default=ROOT / "build", help="folder for the zip (default: build)")
    parser.add_argument("--register-runs", type=int, default=0, help="time registering in that many fresh processes")
    args = parser.parse_args()
    try:
        print(f"==> Building with Blender's tool and validating: {args.output / 'inkbetween.zip'}", flush=True)
        archive = build(args.output)
        validate(archive)
        if args.what != "build":
            parent = shared_parent() if args.what == "check-blender" else None
            with tempfile.TemporaryDirectory(prefix="inkbetween-", dir=parent) as folder:
                blender = (other_blender if args.what == "check-blender" else bpy_module)(Path(folder).resolve())
                if args.what == "register-time":
                    register_time(blender, archive, args.register_runs or 5)
                else:
                    try_zip(blender, archive, args.register_runs)
    except ExtensionError as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    print(f"==> The extension's zip: {archive}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
