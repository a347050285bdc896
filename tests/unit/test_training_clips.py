"""No character and no action of training is ever validated on; a folder of clips is listed, drawn from, remembered."""

from __future__ import annotations

import logging
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from inkbetween.training.clips.clip import Clip, Labelled, load_clip, save_clip
from inkbetween.training.clips.library import Clips, list_clips
from inkbetween.training.clips.split import HELD_FIGURE_ACTIONS, PACKS, Split, split_of
from inkbetween.training.figures.motions import actions, beasts, gaits

NAMES = [(f"figure {c}", f"act{chr(97 + a)}x", f"kind{f}") for f, c, a in product(range(6), range(40), range(20))]


MOTIONS = {*gaits.CYCLES, *actions.ACTIONS, *(name for own in beasts.MOTIONS.values() for name in own)}


def drawing(points: int = 10, length: int = 3) -> Labelled:
    xy = np.stack([np.arange(points) * 4.0, np.full(points, 7.0)], axis=1).astype(np.float32)
    return Labelled(
        xy,
        np.array([0, points // 2, points]),
        (np.arange(points) % 2).astype(np.uint8),
        np.arange(points).astype(np.int16),
        np.linspace(0, 1, points).astype(np.float32),
        np.stack([xy + k for k in range(length)]),
        np.arange(length * points).reshape(length, points) % 3 > 0,
    )


def write(folder: Path, family: str, character: str, action: str, points: int = 10) -> Path:
    path = folder / family / f"{character}--{action}--0.npz"
    save_clip(Clip(character, action, family, ("body",), (drawing(points),) * 3), path)
    return path


def names(split: Split) -> list[tuple[str, str, str]]:
    return [name for name in NAMES if split_of(*name) == split]


def test_a_clip_reads_as_it_was_written(tmp_path: Path) -> None:
    clip = load_clip(write(tmp_path, "pack", "cat", "walk"))
    assert (clip.character, clip.action, clip.family, clip.parts, len(clip)) == ("cat", "walk", "pack", ("body",), 3)
    for name in ("xy", "offsets", "kind", "part", "depth", "track", "seen"):
        before, after = getattr(drawing(), name), getattr(clip.frames[2], name)
        np.testing.assert_allclose(after, before, atol=1e-3)
        assert after.dtype == before.dtype


def test_training_and_the_others_share_nothing() -> None:
    trained = names(Split.TRAINING)
    for held in (names(Split.VALIDATION), names(Split.TEST)):
        assert held
        assert {name[::2] for name in trained}.isdisjoint(name[::2] for name in held)
        assert {name[1:] for name in trained}.isdisjoint(name[1:] for name in held)
    assert {name[::2] for name in names(Split.TEST)}.isdisjoint(name[::2] for name in names(Split.VALIDATION))
    assert len(trained) > 0.6 * len(NAMES)


def test_the_split_is_the_same_for_ever() -> None:
    """Weights say what they were trained on: whoever changes this changes what every one of them has seen."""
    counts = {split: len(names(split)) for split in Split}
    assert counts == {Split.TRAINING: 3833, Split.VALIDATION: 49, Split.TEST: 4, Split.UNUSED: 914}


def test_a_pack_is_never_divided() -> None:
    for pack, split in PACKS.items():
        assert {split_of(character, action, pack) for character, action, _ in NAMES[::11]} == {split}
    assert set(PACKS.values()) == {Split.TRAINING, Split.VALIDATION, Split.TEST}


def test_figures_always_learn_to_walk() -> None:
    figures = {(action, split_of(f"biped-{n:04d}", action, "figures")) for action in MOTIONS for n in range(300)}
    assert {action for action, split in figures if split == Split.TRAINING} == MOTIONS - HELD_FIGURE_ACTIONS
    assert {action for action, split in figures if split == Split.VALIDATION} == HELD_FIGURE_ACTIONS
    # The held ones are motions that there are.
    assert HELD_FIGURE_ACTIONS < MOTIONS


def test_spelling_makes_no_other_character_or_action() -> None:
    for character, action, family in NAMES[::37]:
        wanted = split_of(character, action, family)
        assert split_of(character.replace(" ", "_").upper(), f"{action.title()}_2", family.upper()) == wanted
        assert split_of(character, f"{action} 013", family) == wanted
        assert split_of(character, f"{action}_b", family) == wanted
    assert len({split_of("figure 1", str(number), "pack") for number in range(100)}) > 1


def test_a_folder_lists_its_clips_and_names_what_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    good = write(tmp_path, "pack", "cat", "walk")
    cut = write(tmp_path, "pack", "dog", "walk")
    cut.write_bytes(cut.read_bytes()[:-200])
    np.savez(tmp_path / "pack" / "other.npz", numbers=np.arange(3))
    (tmp_path / "pack" / "text.npz").write_text("no clip")
    (tmp_path / "pack" / ".cat--run--0.npz.unfinished").write_text("")
    (tmp_path / "pack" / ".half.npz").write_text("")
    with caplog.at_level(logging.WARNING):
        entries = list_clips(tmp_path)
    assert [(entry.path, entry.character, entry.action, entry.family) for entry in entries] == [
        (good, "cat", "walk", "pack")
    ]
    assert [sum(name in message for message in caplog.messages) for name in ("dog--", "other", "text", "half")] == [
        1,
        1,
        1,
        0,
    ]


def test_clips_of_one_split_alone(tmp_path: Path) -> None:
    for split in (Split.TRAINING, Split.VALIDATION, Split.UNUSED):
        for character, action, family in names(split)[:3]:
            write(tmp_path, family, character, action)
    for split in (Split.TRAINING, Split.VALIDATION):
        clips = Clips.of(tmp_path, split)
        assert len(clips) == 3
        drawn = [clips.sample(np.random.default_rng(seed)) for seed in range(20)]
        assert {(clip.character, clip.action, clip.family) for clip in drawn} == set(names(split)[:3])
    with pytest.raises(FileNotFoundError, match="none of its 9 clips is for test"):
        Clips.of(tmp_path, Split.TEST)


def test_small_families_and_characters_are_not_drowned(tmp_path: Path) -> None:
    for k in range(16):
        write(tmp_path, "large", "one" if k else "two", f"act{k}")
    write(tmp_path, "small", "three", "act")
    clips = Clips(list_clips(tmp_path))
    assert clips.count == {"large": 16, "small": 1}
    rng = np.random.default_rng(0)
    drawn = [clips.sample(rng) for _ in range(600)]
    share = {name: np.mean([clip.character == name for clip in drawn]) for name in ("one", "two", "three")}
    assert share == pytest.approx({"one": 0.4, "two": 0.4, "three": 0.2}, abs=0.06)
    again = np.random.default_rng(0)
    assert [clips.sample(again).action for _ in range(50)] == [clip.action for clip in drawn[:50]]


def test_memory_has_an_end_and_the_latest_stay(tmp_path: Path) -> None:
    for k in range(6):
        write(tmp_path, "pack", f"figure{k}", "walk", points=100)
    entries = list_clips(tmp_path)
    one = Clips(entries[:1])
    one.sample(np.random.default_rng(0))
    clips = Clips(entries, memory=int(2.5 * one.used))
    rng = np.random.default_rng(0)
    for _ in range(30):
        clip = clips.sample(rng)
        assert 0 < clips.used <= 2.5 * one.used
    # The last two need no file any more.
    for entry in entries:
        entry.path.unlink()
    remembered = {clips.sample(rng).character for _ in range(20)}
    assert clip.character in remembered
    assert len(remembered) <= 2


def test_a_clip_that_breaks_later_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("cat", "dog"):
        write(tmp_path, "pack", name, "walk")
    entries = list_clips(tmp_path)
    clips = Clips(entries)
    (tmp_path / "pack" / "dog--walk--0.npz").write_bytes(b"")
    rng = np.random.default_rng(0)
    assert {clips.sample(rng).character for _ in range(20)} == {"cat"}
    assert len(caplog.messages) == 1
    (tmp_path / "pack" / "cat--walk--0.npz").unlink()
    with pytest.raises(FileNotFoundError, match="none of the 2 clips can be read"):
        Clips(entries).sample(rng)
    with pytest.raises(FileNotFoundError, match="no clips"):
        Clips([]).sample(rng)
