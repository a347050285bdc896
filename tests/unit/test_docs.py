"""What the docs name exists: files, folders and commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOMS = ("addon", "batch", "docs", "inference", "ops", "tests", "tools", "training")


def missing(text: str) -> list[str]:
    """Files and folders in code marks, and modules that are run, which are not there."""
    paths = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", text)
    paths += [f"{name}.py" for name in re.findall(r"`([\w/]+)\.py`", text)]
    modules = re.findall(r"-m inkbetween\.([\w.]+)", text)
    gone = [path for path in paths if not (ROOT / path).exists()]
    for module in modules:
        place = ROOT / module.rstrip(".").replace(".", "/")
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists():
            gone.append(module)
    return sorted(set(gone))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    assert missing(page.read_text()) == []


def test_what_is_gone_is_noticed() -> None:
    text = "See `inference/engine.py`, `batch/clouds/`, `redraw.py`; run `python -m inkbetween.tools.magic --now`."
    assert missing(text) == ["batch/clouds/", "inference/engine.py", "redraw.py", "tools.magic"]
