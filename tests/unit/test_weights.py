"""Weights that cannot be used: every kind of damage is refused with a reason, which engines tell on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.networks import weights
from inkbetween.inference.networks.weights import Weights, WeightsError, bundled, fault_of, read_weights, write_weights
from inkbetween.inference.tween.engines import ENGINES, Shortfall, settings_of, shortfall_of


def write(path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {f"layer{k}": rng.normal(size=(6, 5)).astype(np.float32) for k in range(2)}
    write_weights(path, Weights(path.stem, 1, 1, arrays, {}), {})


def read_or_refuse(path: Path) -> Weights | WeightsError:
    try:
        return read_weights(path)
    except WeightsError as error:
        return error


def test_any_flipped_bit_is_harmless_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "motion.npz"
    write(path)
    good, raw = read_weights(path), path.read_bytes()
    refused = 0
    for place in range(len(raw)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 0x09]) + raw[place + 1 :])
        found = read_or_refuse(path)
        if isinstance(found, Weights):
            assert all(np.array_equal(found.arrays[name], array) for name, array in good.arrays.items())
            continue
        refused += 1
        assert found.fault in ("motion.npz is damaged", "motion.npz is of another version")
        assert str(found).endswith("reinstall the extension to get it back.")
    assert refused > len(raw) / 2


def test_faults_name_the_file_and_what_is_wrong(tmp_path: Path) -> None:
    write(tmp_path / "correspondence.npz")
    (tmp_path / "motion.npz").write_bytes(b"no weights")
    names = ("correspondence", "motion", "other")
    assert [fault_of(name, tmp_path) for name in names] == ["", "motion.npz is damaged", "other.npz is missing"]
    assert [bundled(name, tmp_path) is None for name in names] == [False, True, True]


def test_engines_work_with_the_networks_they_are_named_for() -> None:
    learned = {name: (settings_of(name).match.learned, settings_of(name).learned) for name in ENGINES}
    assert learned == {
        "LEARNED": (True, True),
        "CORRESPONDENCE": (True, False),
        "MOTION": (False, True),
        "CLASSICAL": (False, False),
    }


def test_engines_fall_short_of_their_own_networks_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "correspondence.npz")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    lacks = {name: shortfall_of(name) for name in ENGINES}
    gone = ("motion",), ("motion.npz is missing",)
    assert lacks == {
        "LEARNED": Shortfall(*gone, all_of_it=False),
        "CORRESPONDENCE": None,
        "MOTION": Shortfall(*gone, all_of_it=True),
        "CLASSICAL": None,
    }
