"""Procedural figures: their lines know where they go, what hides them, and are the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkbetween.training.clips.clip import FEATURE, OUTLINE, Clip, load_clip, save_clip
from inkbetween.training.figures.bodies import bipeds
from inkbetween.training.figures.drawing import frame_up, stand, visible
from inkbetween.training.figures.generate import LENGTH, MAKERS, WARM, make_body, make_clip
from inkbetween.training.figures.lines import all_lines
from inkbetween.training.figures.motions import gaits
from inkbetween.training.figures.motions.beasts import MOTIONS
from inkbetween.training.figures.motions.captured import load_recording, perform
from inkbetween.training.figures.motions.channels import to_pose
from inkbetween.training.figures.rig import solve

CLIPS = range(8)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return [make_clip(3, index) for index in CLIPS]


def _distance(points: np.ndarray, line: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """From points to the nearest segment of strokes."""
    inner = np.setdiff1d(np.arange(len(line) - 1), offsets[1:-1] - 1)
    a, b = line[inner], line[inner + 1]
    way = b - a
    out = np.empty(len(points))
    for k, point in enumerate(points):
        along = np.clip(((point - a) * way).sum(1) / np.maximum((way * way).sum(1), 1e-9), 0, 1)
        out[k] = np.linalg.norm(a + along[:, None] * way - point, axis=1).min()
    return out


def test_arrays_agree_with_the_contract(clips: list[Clip]) -> None:
    for clip in clips:
        assert len(clip) == LENGTH
        for k, frame in enumerate(clip.frames):
            count = len(frame.xy)
            assert frame.track.shape == (LENGTH, count, 2)
            assert frame.seen.shape == (LENGTH, count)
            assert frame.offsets[0] == 0
            assert frame.offsets[-1] == count
            assert np.all(np.diff(frame.offsets) >= 2)
            assert np.array_equal(frame.track[k], frame.xy)
            assert frame.seen[k].all()
            assert set(np.unique(frame.kind)) <= {OUTLINE, FEATURE}
            assert frame.part.max() < len(clip.parts)
            step = np.linalg.norm(np.diff(frame.xy, axis=0), axis=1)
            step = np.delete(step, frame.offsets[1:-1] - 1)
            assert step.max() <= 8.0


def test_tracks_lie_on_the_lines_of_other_drawings_where_they_are_seen(clips: list[Clip]) -> None:
    for clip in clips:
        for a, b in ((0, 8), (16, 12), (24, 0)):
            source, goal = clip.frames[a], clip.frames[b]
            away = _distance(source.track[b][source.seen[b]], goal.xy, goal.offsets)
            assert np.median(away) < 0.5
            assert np.quantile(away, 0.95) < 3.0


def test_tracks_are_smooth(clips: list[Clip]) -> None:
    """No label jumps to another place: steps between drawings are alike among neighbours on a stroke."""
    for clip in clips:
        frame = clip.frames[12]
        step = frame.track[13] - frame.track[12]
        stroke = frame.stroke_of_point
        beside = stroke[1:] == stroke[:-1]
        change = np.linalg.norm(np.diff(step, axis=0)[beside], axis=1)
        assert np.quantile(change, 0.95) < 8.0


def test_figures_move_and_fill_the_picture(clips: list[Clip]) -> None:
    for clip in clips:
        every = np.concatenate([frame.xy for frame in clip.frames])
        share = np.ptp(every, axis=0) / np.array([1280.0, 720.0])
        assert 0.55 < share.max() < 0.9
        frame = clip.frames[0]
        assert np.linalg.norm(frame.track[8] - frame.track[0], axis=1).mean() > 1.0


def test_the_same_seed_makes_the_same_clip() -> None:
    once, again = make_clip(5, 2), make_clip(5, 2)
    assert once.character == again.character
    for a, b in zip(once.frames, again.frames, strict=True):
        assert np.array_equal(a.xy, b.xy)
        assert np.array_equal(a.seen, b.seen)
    other = make_clip(5, 3)
    assert (other.character, other.action) != (once.character, once.action)


def test_bodies_do_not_depend_on_what_they_do() -> None:
    for kind in MAKERS:
        a, b = make_body(kind, 4), make_body(kind, 4)
        assert a.name == b.name
        assert [t.name for t in a.tubes] == [t.name for t in b.tubes]
        assert np.array_equal(a.tubes[0].radii, b.tubes[0].radii)


def test_what_is_not_drawn_is_covered_or_turned_away() -> None:
    """Seen from behind a face is not there; the arm behind the body is not, either."""
    body = bipeds.biped("someone", np.random.default_rng(11))
    moments = np.arange(6, dtype=np.float64)
    pose = to_pose(gaits.walk(moments, np.random.default_rng(1)), len(moments))
    controls, shape = stand(body, pose)
    head = next(k for k, t in enumerate(body.tubes) if t.name == "head")
    shown = {}
    for name, yaw in (("ahead", 0.2), ("behind", np.pi), ("side", np.pi / 2)):
        rings = frame_up(body, controls, shape, yaw, 0.05, 0.8)
        lines = all_lines(body, rings)
        drawn = visible(lines, rings)
        face = (lines.tube == head) & (lines.kind == FEATURE)
        far = np.array([t.name.endswith(".R") for t in body.tubes])[lines.tube]
        near = np.array([t.name.endswith(".L") for t in body.tubes])[lines.tube]
        shown[name] = drawn[:, face].mean()
        if name == "side":
            assert drawn[:, near].mean() != pytest.approx(drawn[:, far].mean(), rel=0.1)
    assert shown["behind"] < 0.35 * shown["ahead"]


def test_bones_keep_their_length() -> None:
    for kind in MAKERS:
        body = make_body(kind, 1)
        rng = np.random.default_rng(2)
        moments = np.arange(20, dtype=np.float64)
        pose = (
            to_pose(gaits.run(moments, rng), 20)
            if kind == "biped"
            else next(iter(MOTIONS[kind].values()))(moments, rng)
        )
        posed = solve(body.rig, pose)
        for bone, parent in enumerate(body.rig.parents):
            if parent >= 0:
                long = np.linalg.norm(posed.place[:, bone] - posed.place[:, parent], axis=-1)
                assert np.allclose(long, np.linalg.norm(body.rig.offsets[bone]), atol=1e-9)


def test_squash_keeps_volume_and_springs_keep_length() -> None:
    body = make_body("biped", 9)
    moments = np.arange(-WARM, 15, dtype=np.float64)
    pose = to_pose(gaits.skip(moments, np.random.default_rng(0)), len(moments))
    controls, shape = stand(body, pose)
    assert np.allclose(np.linalg.det(shape), 1.0)
    place = controls[0]
    for k, control in enumerate(body.controls[:-1]):
        after = body.controls[k + 1]
        if control.spring >= 0 and after.spring == control.spring and after.node == control.node + 1:
            nodes = body.springs[control.spring].nodes
            rest = np.linalg.norm(nodes[after.node] - nodes[control.node])
            assert np.allclose(np.linalg.norm(place[:, k + 1] - place[:, k], axis=-1), rest, atol=1e-6)


def test_clips_come_back_from_disk(tmp_path: Path, clips: list[Clip]) -> None:
    save_clip(clips[0], tmp_path / "clip.npz")
    back = load_clip(tmp_path / "clip.npz")
    assert back.parts == clips[0].parts
    assert np.array_equal(back.frames[3].xy, clips[0].frames[3].xy)
    assert np.abs(back.frames[3].track - clips[0].frames[3].track).max() <= 1 / 32 + 1e-3
    assert np.array_equal(back.frames[3].seen, clips[0].frames[3].seen)


BONES = [
    ("Hips", None, (0, 0, 0)), ("LeftUpLeg", "Hips", (9, 0, 0)), ("LeftLeg", "LeftUpLeg", (0, -40, 0)),
    ("LeftFoot", "LeftLeg", (0, -40, 0)),
    ("LeftToe", "LeftFoot", (0, -4, 12)), ("RightUpLeg", "Hips", (-9, 0, 0)), ("RightLeg", "RightUpLeg", (0, -40, 0)),
    ("RightFoot", "RightLeg", (0, -40, 0)), ("Spine", "Hips", (0, 25, 0)),
    ("LeftArm", "Spine", (18, 20, 0)),
    ("LeftForeArm", "LeftArm", (28, 0, 0)), ("LeftHand", "LeftForeArm", (26, 0, 0)),
    ("RightArm", "Spine", (-18, 20, 0)),
    ("RightForeArm", "RightArm", (-28, 0, 0)), ("RightHand", "RightForeArm", (-26, 0, 0)),
    ("Neck", "Spine", (0, 25, 0)),
    ("Head", "Neck", (0, 8, 0)),
]  # fmt: skip


def _bvh(path: Path, frames: int, announced: int) -> Path:
    """A T-pose whose left thigh (Xrotation) swings ahead."""

    def joint(name: str) -> str:
        offset = next(o for n, _, o in BONES if n == name)
        root = name == "Hips"
        kinds = (
            "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
            if root
            else "3 Zrotation Xrotation Yrotation"
        )
        children = "".join(joint(n) for n, parent, _ in BONES if parent == name)
        end = "" if children else "End Site { OFFSET 0 5 0 }\n"
        head = "ROOT" if root else "JOINT"
        return f"{head} {name}\n{{\nOFFSET {offset[0]} {offset[1]} {offset[2]}\nCHANNELS {kinds}\n{children}{end}}}\n"

    rows = []
    for k in range(frames):
        row = [0.0] * (6 + 3 * (len(BONES) - 1))
        row[1] = 90.0
        row[7] = -0.5 * k  # the left thigh comes next after the root, depth first
        rows.append(" ".join(str(v) for v in row))
    path.write_text(f"HIERARCHY\n{joint('Hips')}MOTION\nFrames: {announced}\nFrame Time: 0.0333\n" + "\n".join(rows))
    return path


def test_motion_capture_drives_a_figure(tmp_path: Path) -> None:
    recording = load_recording(_bvh(tmp_path / "swing.bvh", 90, 90), "swing")
    assert recording.leg == pytest.approx(80.0)
    body = make_body("biped", 3)
    posed = solve(body.rig, perform(recording, np.arange(LENGTH, dtype=np.float64), 0.45, np.random.default_rng(0)))
    index = body.rig.index
    down = posed.place[:, index("shin.L")] - posed.place[:, index("thigh.L")]
    other = posed.place[:, index("shin.R")] - posed.place[:, index("thigh.R")]
    swung = down if np.ptp(down[:, 2]) > np.ptp(other[:, 2]) else other
    still = other if swung is down else down
    assert np.all(np.diff(swung[:, 2]) > 0)
    assert np.allclose(still, still[0])
    arms = posed.place[:, index("hand.L")] - posed.place[:, index("upperarm.L")]
    assert np.all(np.abs(arms[:, 0]) > 10 * np.abs(arms[:, 2]))


def test_malformed_motion_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="short"):
        load_recording(_bvh(tmp_path / "short.bvh", 20, 21), "short")
    (tmp_path / "empty.bvh").write_text("HIERARCHY\n")
    with pytest.raises(ValueError, match="empty"):
        load_recording(tmp_path / "empty.bvh", "empty")
