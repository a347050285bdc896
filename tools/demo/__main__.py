"""`python -m tools.demo [NAME …]`: make a .blend, a contact sheet and a GIF of each sample; say where they are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from inkbetween.tools.samples import dance
from inkbetween.tools.samples.sample import Sample
from inkbetween.tools.samples.scenes import all_samples

from . import film

_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "demo"


def main() -> int:
    makers = _makers()
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(makers)}; all without a name")
    parser.add_argument("--output", type=Path, default=_OUTPUT, help="folder (default build/demo)")
    parser.add_argument("--own-rasteriser", action="store_true", help="do not try Blender's renderer")
    options = parser.parse_args()
    for name in options.names:
        if name not in makers:
            parser.error(f"there is no sample {name}; there are {', '.join(makers)}")
    options.output.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name in options.names or makers:
        started = perf_counter()
        made += makers[name](options.output, options.own_rasteriser)
        print(f"{name}: {perf_counter() - started:.0f} s in all.", flush=True)
    print("\nLook at:")
    for path in made:
        print(f"  {path}")
    return 0


def _makers() -> dict[str, Callable[[Path, bool], list[Path]]]:
    """What makes each sample's files in a folder, with Blender's renderer or the project's own; Blender is imported
    when they run."""
    made: dict[str, Callable[[Path, bool], list[Path]]] = {s.name: partial(_tween, s) for s in all_samples()}
    return made | {"guided": _guided, "retargeted": _retargeted}


def _tween(sample: Sample, folder: Path, own: bool) -> list[Path]:
    from . import frames, stage

    blend, sheet, gif = (folder / f"{sample.name}{end}" for end in (".blend", "_sheet.png", ".gif"))
    staged = stage.build(sample)
    report = stage.tween(staged)
    stage.save(blend)
    print(f"{sample.name}: {sample.title}. {report}", flush=True)
    images = frames.look(staged, sample, blend, range(sample.keys[0].frame, sample.keys[-1].frame + 1), own)
    film.contact_sheet(sheet, images, sample)
    film.gif(gif, images, sample)
    return [blend, sheet, gif]


def _guided(folder: Path, own: bool) -> list[Path]:
    from . import guided

    return guided.make(dance.guided(), folder, own)


def _retargeted(folder: Path, own: bool) -> list[Path]:
    from . import retargeted

    return retargeted.make(dance.retargeted(), folder, own)


if __name__ == "__main__":
    sys.exit(main())
