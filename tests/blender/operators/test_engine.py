"""Which engine Tween draws with, what it says where trained weights cannot be used, and at what frame rate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import pytest

from inkbetween.inference.networks import weights
from inkbetween.inference.tween import object_tween
from inkbetween.inference.tween.engines import ENGINES, settings_of


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the engine was asked with, a dictionary of keyword arguments for each plan."""
    calls: list[dict[str, Any]] = []
    plan_tween = object_tween.plan_tween

    def plan(a: Any, b: Any, **options: Any) -> Any:
        calls.append(options)
        return plan_tween(a, b, **options)

    monkeypatch.setattr(object_tween, "plan_tween", plan)
    return calls


def break_weights(folder: Path, monkeypatch: pytest.MonkeyPatch, **contents: bytes | None) -> None:
    """Let the engine look for its weights in a folder with these files; None: as they ship."""
    for name, content in contents.items():
        shipped = (weights.FOLDER / f"{name}.npz").read_bytes() if content is None else content
        (folder / f"{name}.npz").write_bytes(shipped)
    monkeypatch.setattr(weights, "FOLDER", folder)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_chosen_engine_draws(two_keys: Any, run: Any, eye: Any, asked: list[dict[str, Any]], engine: str) -> None:
    assert run("tween", scope="LAYER", engine=engine).result == "FINISHED"
    assert [call["settings"] for call in asked] == [replace(settings_of(engine), judged=True)]
    assert eye.generated(two_keys.data.layers["Lines"]) == [2, 3, 4, 5, 6, 7, 8]


def test_the_learned_engine_is_the_default(two_keys: Any, run: Any, asked: list[dict[str, Any]]) -> None:
    run("tween", scope="GAP")
    assert [call["settings"] for call in asked] == [replace(settings_of("LEARNED"), judged=True)]


def test_the_scenes_frame_rate_reaches_the_engine(two_keys: Any, run: Any, asked: list[dict[str, Any]]) -> None:
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = 30, 1.001
    run("tween", scope="GAP")
    assert [call["context"].rate for call in asked] == [pytest.approx(30 / 1.001)]


def test_damaged_weights_leave_the_drawing_to_the_classical_engine(
    two_keys: Any, run: Any, eye: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("tween", scope="LAYER", engine="CLASSICAL")
    classical = eye.everything(two_keys.data)
    break_weights(tmp_path, monkeypatch, correspondence=b"PK no weights")
    ran = run("tween", scope="LAYER")
    assert ran.result == "FINISHED"
    assert "Drew 7 in-betweens on 1 layer" in ran.text
    assert (
        ". Learned engine unavailable: correspondence.npz is damaged and motion.npz is missing; drawn by the classical "
        "engine."
    ) in ran.text
    assert ran.text.startswith("Warning")
    assert eye.everything(two_keys.data) == classical


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("LEARNED", "Learned motion unavailable: motion.npz is damaged; motion by the classical engine."),
        ("MOTION", "Learned engine unavailable: motion.npz is damaged; drawn by the classical engine."),
        ("CORRESPONDENCE", ""),
        ("CLASSICAL", ""),
    ],
)
def test_only_weights_that_were_asked_for_are_missed(
    two_keys: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, said: str
) -> None:
    break_weights(tmp_path, monkeypatch, correspondence=None, motion=b"")
    ran = run("tween", scope="GAP", engine=engine)
    assert "Drew 7 in-betweens on 1 layer" in ran.text
    assert ran.text.endswith(said)
    assert ("unavailable" in ran.text) == bool(said)


def test_nothing_is_missed_where_nothing_is_drawn(
    two_keys: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_weights(tmp_path, monkeypatch)
    bpy.context.scene.frame_set(20)
    ran = run("tween", scope="GAP")
    assert ran.result == "ERROR"
    assert "unavailable" not in ran.text
