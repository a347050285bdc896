"""A Blender with a window on a screen of its own, moved by mouse and keyboard."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SIZE = (1600, 1000)
PATIENCE = 120.0  # seconds; a software renderer compiles its shaders when a mode is first drawn

# /proc, /sys and the screen's socket; the mounts live in a namespace of their own and end with Blender.
ENTER = (
    'mount -t proc proc "$0/proc"; mount -t sysfs sys "$0/sys"; mount --rbind /dev "$0/dev"; '
    'mkdir -p "$0/tmp/.X11-unix"; mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix"; exec chroot "$0" "$@"'
)


class WindowError(RuntimeError):
    """Blender did not do what it had to before a test could begin; the message says what."""


class BlenderWindow:
    """Blender in the folder `root`, with the extension's zip installed; use as a context manager."""

    def __init__(self, root: Path, archive: Path, shots: Path) -> None:
        self._root, self._shots = root, shots
        self._home = root / "tmp" / f"inkbetween-gui-{os.getpid()}"
        self._questions = 0
        self._archive = archive
        self._processes: list[subprocess.Popen[Any]] = []
        self._display = ""

    def __enter__(self) -> BlenderWindow:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _start(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)
        (self._home / "ask").mkdir(parents=True)
        (self._home / "user").mkdir()
        for file in (HERE / "inside.py", self._archive):
            shutil.copy(file, self._home)
        read, write = os.pipe()
        screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"]
        self._processes.append(subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL))
        os.close(write)
        with os.fdopen(read) as answer:
            self._display = f":{answer.readline().strip()}"
        inside = f"/{self._home.relative_to(self._root)}"
        install = ["--command", "extension", "install-file", "-r", "user_default", "-e"]
        # Its exit status is 0 even when it fails.
        done = subprocess.run(
            self._blender(*install, f"{inside}/{self._archive.name}"), env=self._env(), capture_output=True, text=True
        )
        if "STATUS Installed" not in done.stdout:
            raise WindowError(f"Blender did not install the extension:\n{done.stdout}{done.stderr}")
        size = ["--window-geometry", "0", "0", *map(str, SIZE)]
        with (self._home / "log").open("w") as log:
            command = self._blender(*size, "--python", f"{inside}/inside.py", "--", f"{inside}/ask")
            self._processes.append(subprocess.Popen(command, env=self._env(), stdout=log, stderr=log))
        self.ask("answer = True")

    def _blender(self, *arguments: str) -> list[str]:
        if self._root == Path("/"):
            return ["blender", *arguments]
        enter = ["unshare", "-m", "--propagation", "private", "sh", "-c", ENTER, str(self._root)]
        return [*enter, "blender", *arguments]

    def _env(self) -> dict[str, str]:
        inside = f"/{self._home.relative_to(self._root)}"
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": inside,
            "LC_ALL": "C.UTF-8",
            "DISPLAY": self._display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "XDG_RUNTIME_DIR": inside,
            "BLENDER_USER_RESOURCES": f"{inside}/user",
        }

    # --- looking ------------------------------------------------------------------------------------------------

    def ask(self, question: str) -> Any:
        """Run Python in Blender and return what it assigned to `answer`."""
        self._questions += 1
        file = self._home / "ask" / f"{self._questions:06}"
        file.with_suffix(".part").write_text(question)
        file.with_suffix(".part").rename(file.with_suffix(".py"))
        reply = file.with_suffix(".json")
        self.wait(reply.exists, f"an answer to {question!r}")
        found = json.loads(reply.read_text())
        if "error" in found:
            raise WindowError(found["error"])
        return found["answer"]

    def wait(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if self._processes[-1].poll() is not None:
                raise WindowError(f"Blender ended while waiting for {what}:\n{(self._home / 'log').read_text()}")
            if time.monotonic() > end:
                raise WindowError(f"Waited {seconds:.0f} s for {what}; the screen is {self.screenshot('timeout')}.")
            time.sleep(0.05)

    def screenshot(self, name: str) -> Path:
        time.sleep(1.0)  # a software renderer needs a while to draw the window
        path = self._shots / f"{name}.png"
        subprocess.run(
            ["import", "-window", "root", str(path)], env={**os.environ, "DISPLAY": self._display}, check=True
        )
        return path

    def find_button(self, call: str, region: str = "UI", area: str = "VIEW_3D") -> tuple[int, int]:
        """Where a button is whose operator call holds `call`: Blender tells only what is under the mouse."""
        x, y, width, height = self.ask(f"answer = rectangle({region!r}, {area!r})")

        def is_there() -> bool:
            return call in self.ask(f"answer = under_mouse({region!r}, {area!r})")

        self.move(x - 200, y + height // 2)
        self.wait(lambda: not is_there(), "the mouse to leave the buttons")
        for down in range(4, min(height, 700), 9):
            for across in (0.2, 0.5, 0.8):
                place = x + int(width * across), y + down
                self.move(*place)
                if is_there():
                    # Blender may still be drawing what the mouse was over before.
                    time.sleep(0.5)
                    if is_there():
                        return place
        raise WindowError(f"No button for {call}; the screen is {self.screenshot('no-button')}.")

    # --- acting -------------------------------------------------------------------------------------------------

    def _act(self, *arguments: object) -> None:
        command = ["xdotool", *map(str, arguments)]
        subprocess.run(command, env={**os.environ, "DISPLAY": self._display}, check=True)
        time.sleep(0.15)  # one event at a time, as a hand would

    def move(self, x: int, y: int) -> None:
        self._act("mousemove", x, y)

    def click(self, x: int, y: int) -> None:
        self.move(x, y)
        self._act("click", 1)

    def press(self, keys: str) -> None:
        self._act("key", keys)
