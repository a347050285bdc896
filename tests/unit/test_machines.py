"""The same keys give the same in-betweens on every machine: however it sums, whatever its processor can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry import exact
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import plan_tween
from inkbetween.tools.bench.drawings.synthetic import pair
from inkbetween.tools.bench.methods.engine import to_drawing
from inkbetween.tools.samples import walk
from inkbetween.tools.space import to_plane

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Of the size of the drawing: what rounding to float32, in which Blender keeps points, hardly shows.
NEAR = 1e-6
_CORE = np._core if hasattr(np, "_core") else np.core
HAS = {name for name, there in _CORE._multiarray_umath.__cpu_features__.items() if there}
EXTRA = HAS & set(_CORE._multiarray_umath.__cpu_dispatch__)


def machines() -> dict[str, dict[str, str]]:
    """Environments that make this machine count as others do, those that it can."""
    wide = {name for name in EXTRA if name.startswith("AVX512")}
    known = {"two threads": dict.fromkeys(THREADS, "2")}
    # a CPU as old as x86-64 itself: other sums of products, other functions of NumPy's and of the C library
    plain = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": " ".join(sorted(EXTRA))}
    known["plain"] = {**plain, "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX"}
    if "AVX2" in HAS:
        known["AVX2"] = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(sorted(wide))}
    if "AVX512_SKX" in HAS:
        known["AVX512"] = {"OPENBLAS_CORETYPE": "SkylakeX", "NPY_DISABLE_CPU_FEATURES": " ".join(sorted(wide))}
    return known


def symmetric(shift: float) -> Drawing:
    """Rings, a frame and hatching in rows: any place is as far from one as from another."""
    angle = np.linspace(0.0, 2.0 * np.pi, 33)
    ring = 0.5 * np.stack([np.cos(angle), np.sin(angle)], 1)
    rings = [ring + np.array([2.0 * i + shift, 2.0 * j]) for i in range(4) for j in range(3)]
    frame = np.array([[-1.0, -1.0], [7.0, -1.0], [7.0, 5.0], [-1.0, 5.0], [-1.0, -1.0]]) + np.array([shift, 0.0])
    hatching = [np.array([[k / 4 + shift, -3.0], [k / 4 + 1.0 + shift, -1.5]]) for k in range(20)]
    return Drawing.from_strokes([*rings, frame, *hatching])


def key_pairs() -> dict[str, list[Drawing]]:
    """Drawings some of whose lines are as likely to become one line as another."""
    keys = walk.sample().keys[:2]
    return {
        "walk": [Drawing.from_strokes([to_plane(m.path) for m in (*key.fills, *key.lines)]) for key in keys],
        "crowd": [to_drawing(key) for key in pair(30, "dense", 5)],
        "symmetric": [symmetric(0.0), symmetric(0.7)],
    }


def draw(path: Path) -> None:
    """Keep the in-betweens of all pairs by either engine."""
    kept: dict[str, np.ndarray] = {}
    for name, (a, b) in key_pairs().items():
        for engine in ("LEARNED", "CLASSICAL"):
            drawn = plan_tween(a, b, settings=settings_of(engine)).at(0.4)
            kept |= {f"{engine} {name} xy": drawn.xy, f"{engine} {name} offsets": drawn.offsets}
    np.savez(path, **kept)


def _drawn(folder: Path, name: str, how: dict[str, str]) -> dict[str, np.ndarray]:
    path = folder / f"{name}.npz"
    usual = {k: v for k, v in os.environ.items() if k not in {"OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"}}
    environment = {**usual, **dict.fromkeys(THREADS, "1"), **how}
    subprocess.run([sys.executable, __file__, str(path)], env=environment, check=True)
    with np.load(path) as data:
        return dict(data)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    return _drawn(tmp_path_factory.mktemp("usual"), "usual", {})


@pytest.mark.parametrize("name", sorted(machines()))
def test_every_machine_draws_the_same(name: str, usual: dict[str, np.ndarray], tmp_path: Path) -> None:
    other = _drawn(tmp_path, name, machines()[name])
    assert other.keys() == usual.keys()
    apart = {}
    for key in (key for key in usual if key.endswith(" xy")):
        offsets = key.removesuffix("xy") + "offsets"
        assert np.array_equal(other[offsets], usual[offsets]), key
        apart[key] = np.abs(other[key] - usual[key]).max() / np.ptp(usual[key], axis=0).max()
    assert {key: far for key, far in apart.items() if far > NEAR} == {}


def test_products_are_the_same_in_any_order() -> None:
    random = np.random.default_rng(0)
    for columns in (3, 60, 88, 128, 512):
        x = (random.normal(size=(40, columns)) * np.exp(random.normal(size=(40, 1)) * 3)).astype(np.float32)
        y = random.normal(size=(50, columns)).astype(np.float32)
        one, other = exact.snapped(x), exact.snapped(y)
        found = exact.product(x, y)
        for width in (columns, exact._width(columns)):
            order = np.concatenate([random.permutation(width) + k for k in range(0, columns, width)])
            again = exact.pieced(one[:, order], other[:, order])
            assert width != exact._width(columns) or np.array_equal(found, again)
        within = exact._width(columns)
        true = sum(
            (one[:, k : k + within].astype(float) @ other[:, k : k + within].astype(float).T).astype(np.float32)
            for k in range(0, columns, within)
        )
        assert np.array_equal(found, true)
        size = np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(y, axis=1)
        assert (np.abs(found - x.astype(float) @ y.T) / size).max() < 1e-3


def test_of_several_tables_each_row_is_rounded_by_itself() -> None:
    x = np.random.default_rng(1).normal(size=(4, 83, 32)).astype(np.float32) ** 3
    assert all(np.array_equal(exact.snapped(x)[k], exact.snapped(x[k])) for k in range(4))
    assert exact.snapped(x[:, :0]).shape == (4, 0, 32)


def test_powers_of_two_are_as_fine_as_asked() -> None:
    x = np.linspace(-118.0, 125.0, 200001, dtype=np.float32)
    assert np.abs(exact.exp2(x.copy()) / np.exp2(x.astype(float)) - 1.0).max() < 3e-7
    assert np.abs(exact.exp2(x.copy(), exact.BITS) / np.exp2(x.astype(float)) - 1.0).max() < 1e-4
    assert exact.exp2(np.full(3, -1e9, np.float32)).max() < 1e-35


def test_of_equals_the_first_are_smallest() -> None:
    values = np.array([[3.0, 1.0, 1.0, 1.0, 2.0], [5.0, 4.0, 3.0, 2.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    assert exact.smallest(values, 2).tolist() == [[1, 2], [3, 4], [0, 1]]
    assert exact.smallest(values, 4).tolist() == [[1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3]]
    assert exact.smallest(values, 5).tolist() == [list(range(5))] * 3


def test_of_places_equally_far_noise_does_not_choose() -> None:
    angle = np.arange(40) * 2.0 * np.pi / 40
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    clear = Grid(ring, 0.2).nearest(np.zeros((1, 2)), 7, 3.0)[0]
    for seed in range(5):
        noise = np.random.default_rng(seed).normal(size=(1, 2)) * 1e-14
        assert np.array_equal(Grid(ring, 0.2).nearest(noise, 7, 3.0)[0], clear)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
