"""`python -m tools.demo [NAME …]`: make a .blend, a contact sheet and a GIF of each sample; say where they are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from inkbetween.tools.demo import film, frames, render
from inkbetween.tools.samples.sample import Sample
from inkbetween.tools.samples.scenes import all_samples

_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "demo"


def main() -> int:
    samples = {sample.name: sample for sample in all_samples()}
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(samples)}; all without a name")
    parser.add_argument("--output", type=Path, default=_OUTPUT, help="folder (default build/demo)")
    parser.add_argument("--own-rasteriser", action="store_true", help="do not try Blender's renderer")
    options = parser.parse_args()
    for name in options.names:
        if name not in samples:
            parser.error(f"there is no sample {name}; there are {', '.join(samples)}")
    made = [path for name in options.names or samples for path in _make(samples[name], options)]
    print("\nLook at:")
    for path in made:
        print(f"  {path}")
    return 0


def _make(sample: Sample, options: argparse.Namespace) -> list[Path]:
    from inkbetween.tools.demo import stage

    options.output.mkdir(parents=True, exist_ok=True)
    blend, sheet, gif = (options.output / f"{sample.name}{end}" for end in (".blend", "_sheet.png", ".gif"))
    started = perf_counter()
    staged = stage.build(sample)
    report = stage.tween(staged)
    stage.save(blend)
    print(f"{sample.name}: {sample.title}. {report} ({perf_counter() - started:.1f} s)", flush=True)
    images = None if options.own_rasteriser else render.with_blender(blend, sample)
    if images is not None:
        print(f"{sample.name}: rendered by Blender (Workbench).", flush=True)
    else:
        images = frames.paint_all(staged, sample)
        print(f"{sample.name}: painted by the project's own rasteriser, not by Blender.", flush=True)
    film.contact_sheet(sheet, images, sample)
    film.gif(gif, images, sample)
    return [blend, sheet, gif]


if __name__ == "__main__":
    sys.exit(main())
