"""Where joints seem to be: the network on NumPy, its maps, and what they do to a pose that is laid on a drawing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.networks import weights
from inkbetween.inference.retargeting.plan import RetargetSettings, plan_retarget
from inkbetween.inference.retargeting.pose.fit import PoseFitter
from inkbetween.inference.retargeting.pose.laid import laid_out
from inkbetween.inference.skeletons.detector.joint_maps import JointMaps, maps_of, shown_by
from inkbetween.inference.skeletons.detector.joint_net import logits_of
from inkbetween.inference.skeletons.detector.joint_view import CHANNELS, JOINTS, MAP_CELL, SIDE, view_of
from inkbetween.inference.skeletons.detector.silhouette import Silhouette, silhouette_of
from inkbetween.inference.skeletons.figure import Figure, figure_of
from inkbetween.inference.skeletons.projection import FRONT as FROM_AHEAD
from inkbetween.inference.skeletons.projection import Planar, body_of, by_body
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Canvas, Recording
from inkbetween.tools.samples import walk
from inkbetween.tools.space import to_plane
from inkbetween.training.clips.split import Split, split_of
from inkbetween.training.figures.people import views_of_body
from inkbetween.training.networks.joints import JointNet, JointShape
from inkbetween.training.tasks.dolls import doll
from inkbetween.training.tasks.joint_inputs import channels, seen
from inkbetween.training.tasks.joint_views import JointView, ViewSet, load_views, save_views
from inkbetween.training.tasks.joints import misses

from .test_retarget import performer

FRONT = Canvas(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), np.zeros(3))
FINE = 22
"""Bits of factors at which products are as fine as torch's."""
FAST = RetargetSettings(projection="FRONT", search=False)


@pytest.fixture(scope="module")
def rig() -> Rig:
    return performer()


@pytest.fixture(scope="module")
def figure(rig: Rig) -> Figure:
    return figure_of(rig)


@pytest.fixture(scope="module")
def girl() -> Drawing:
    key = walk.sample().keys[0]
    return Drawing.from_strokes([to_plane(mark.path) for mark in (*key.fills, *key.lines)])


def silhouette(view: JointView) -> Silhouette:
    return silhouette_of(view.ink.astype(float), float(np.ptp(view.ink, axis=0).max()))


def planted(xy: np.ndarray, size: float, figure: Figure) -> JointMaps:
    """Maps that say the figure's joints are at `xy` (N, 2)."""
    shown = shown_by(figure)
    assert shown is not None
    place = np.zeros((len(JOINTS), 2))
    place[shown.name] = xy[shown.joint]
    for joints, names in shown.pairs:
        place[names] = xy[joints]
    cell, low = size / 30.0, xy.min(0) - 0.2 * size
    middle = low + cell * (np.stack(np.meshgrid(*[np.arange(48)] * 2, indexing="ij"), -1) + 0.5)
    off = np.linalg.norm(middle - place[:, None, None], axis=-1) / cell
    return JointMaps(low, cell, np.minimum(0.5 * off**2, 6.0).astype(np.float32), place, np.ones(len(JOINTS)))


def test_numpy_answers_as_torch_does() -> None:
    torch.manual_seed(3)
    net = JointNet(JointShape(8, 16, 24, 32, 2)).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    view = np.random.default_rng(0).random((CHANNELS, SIDE, SIDE)).astype(np.float32)
    with torch.no_grad():
        theirs = net(torch.from_numpy(view)[None])[0].numpy()
    ours = logits_of({name: value.numpy() for name, value in net.state_dict().items()}, view, FINE)
    assert ours.shape == (len(JOINTS), SIDE // MAP_CELL, SIDE // MAP_CELL)
    assert np.abs(ours - theirs).max() < 1e-3 * np.abs(theirs).max()


def test_training_sees_what_the_engine_sees() -> None:
    """The same from a grid of ink: inside, and how far everything is from ink and from outside."""
    rng = np.random.default_rng(5)
    for _ in range(4):
        view, _ = view_of(silhouette(doll(rng)))
        assert np.abs(view - channels(view[0].astype(np.uint8))).max() < 1e-5


def test_a_place_in_the_view_is_the_same_place_in_the_drawing() -> None:
    one = doll(np.random.default_rng(8))
    own = silhouette(one)
    view, corner = view_of(own)
    rows, columns = np.nonzero(view[0])
    at = corner + own.cell * np.stack([columns + 0.5, -(rows + 0.5)], 1)
    far = np.linalg.norm(at[:, None] - one.ink[None], axis=2).min(1)
    assert far.max() < own.cell


def test_joints_go_with_a_view_that_is_drawn_anew() -> None:
    """Where a joint has ink around it, that ink is around it afterwards."""
    rng = np.random.default_rng(2)
    square = np.stack(np.meshgrid(np.linspace(0, 1, 90), np.linspace(0, 2, 180)), -1).reshape(-1, 2)
    around = np.linalg.norm(square[:, None] - [[0.5, 1.5]], axis=2).min(1)
    ink = square[(around < 0.06) | (square[:, 1] < 0.02) | (square[:, 1] > 1.98)].astype(np.float32)
    joints = np.full((len(JOINTS), 2), [0.5, 1.5], np.float32)
    for _ in range(10):
        view, at = seen(JointView("", ink, joints), rng)
        x, y = at[0].astype(int)
        assert view[2, max(y - 5, 0) : y + 6, max(x - 5, 0) : x + 6].min() < 0.15


def test_dolls_have_their_joints_about_where_they_are_drawn() -> None:
    rng = np.random.default_rng(1)
    dolls = [doll(rng) for _ in range(20)]
    inside = []
    for one in dolls:
        assert np.isfinite(one.joints).all()
        inside.append((silhouette(one).depth_at(one.joints.astype(float)) > 0).mean())
    assert np.mean(inside) > 0.9
    assert len({len(one.ink) for one in dolls}) > 15


def test_drawn_people_have_their_joints_within_their_lines() -> None:
    """Of any proportions, from any side, the same for the same number."""
    name, views = views_of_body(3)
    again = views_of_body(3)[1]
    assert name.startswith("biped")
    assert len(views) >= 10
    assert all((a.joints == b.joints).all() and (a.ink == b.ink).all() for a, b in zip(views, again, strict=True))
    inside = [(silhouette(one).depth_at(one.joints.astype(float)) > 0).mean() for one in views]
    assert np.mean(inside) > 0.85
    upright = [one.joints[JOINTS.index("head"), 1] > one.joints[JOINTS.index("pelvis"), 1] for one in views]
    assert np.mean(upright) > 0.8


def test_exchanged_limbs_are_no_mistake() -> None:
    logits = torch.randn(2, len(JOINTS), 36, 36)
    joints = torch.rand(2, len(JOINTS), 2) * SIDE
    arms = [0, 1, 2, 6, 7, 8, 3, 4, 5, *range(9, 15)]
    whole, off = misses(logits, joints)
    again, off_again = misses(logits[:, arms], joints)
    assert torch.allclose(whole.sum(1), again.sum(1), atol=1e-4)
    assert torch.allclose(off.sum(1), off_again.sum(1), atol=1e-4)
    crossed = [0, 1, 2, 3, 7, 5, 6, 4, 8, *range(9, 15)]
    assert not torch.allclose(whole.sum(1), misses(logits[:, crossed], joints)[0].sum(1), atol=1e-4)


def test_views_are_kept_and_split_by_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    views = [JointView(f"act{n}", doll(rng).ink, doll(rng).joints) for n in range(12)]
    save_views(tmp_path / "figures" / "0.npz", "somebody", "figures", views)
    kept = {split: load_views(tmp_path / "figures" / "0.npz", split) for split in Split}
    assert sum(map(len, kept.values())) == len(views)
    for split, own in kept.items():
        assert all(split_of("somebody", one.action, "figures") == split for one in own)
    one = next(v for own in kept.values() for v in own if v.action == "act3")
    size = np.ptp(views[3].ink, axis=0).max() / np.ptp(one.ink, axis=0).max()
    assert np.abs((one.joints - one.ink.min(0)) * size - (views[3].joints - views[3].ink.min(0))).max() < 1.0
    with pytest.raises(ValueError, match="no views"):
        ViewSet.read(tmp_path / "nowhere", Split.TRAINING)


def test_a_pose_goes_where_the_maps_are(girl: Drawing, figure: Figure) -> None:
    """Not where the outline alone would have it: the maps show arms that the drawing hides."""
    body = body_of(figure)
    assert body is not None
    planar = by_body(figure, body, 0.0)
    size = float(np.ptp(girl.xy, axis=0).max())
    ink = resample(Strokes.of(girl, girl.xy), size / 260.0).xy
    own = silhouette_of(ink, size)
    none = {FROM_AHEAD: Planar(planar.xy[:0], planar.depth[:0])}
    without = PoseFitter(figure, ink, own).best({FROM_AHEAD: planar}, none, 0, False)
    wanted = without.xy.copy()
    shown = shown_by(figure)
    assert shown is not None
    arms = shown.pairs[0][0]
    wanted[arms[:, 1:]] += [[[0.1 * size, 0.05 * size]], [[-0.1 * size, 0.0]]]
    maps = planted(wanted, size, figure)
    found = PoseFitter(figure, ink, own, maps=maps).best({FROM_AHEAD: planar}, none, 0, False)
    assert shown.off(maps, found.xy[None])[0] < 0.3 * shown.off(maps, without.xy[None])[0]
    assert np.linalg.norm(found.xy[arms] - wanted[arms], axis=2).max() < 0.06 * size


def test_who_is_left_is_not_asked(figure: Figure) -> None:
    rng = np.random.default_rng(4)
    xy = rng.random((figure.count, 2))
    shown = shown_by(figure)
    assert shown is not None
    maps = planted(xy, 1.0, figure)
    other = xy.copy()
    arms = shown.pairs[0][0]
    other[arms] = xy[arms[::-1]]
    assert shown.off(maps, other[None])[0] == pytest.approx(shown.off(maps, xy[None])[0], abs=1e-6)
    assert shown.off(maps, xy[None])[0] < 0.2
    assert shown.off(maps, xy[None] + 0.3)[0] > 1.0


def test_maps_are_for_people_alone(figure: Figure) -> None:
    """A figure that has lost a leg, and one whose limbs are all legs."""
    rig = figure.rig
    lost = [n for n in range(figure.count) if figure.part[n] != figure.pairs[0][0]]
    number = {old: new for new, old in enumerate(lost)}
    parents = np.array([number.get(int(rig.parents[n]), -1) for n in lost])
    part = Rig(tuple(rig.names[n] for n in lost), parents, rig.frames, rig.heads[:, lost], rig.tails[:, lost])
    assert shown_by(figure_of(part)) is None
    assert shown_by(figure) is not None


def test_known_joints_are_where_they_are_known_and_others_go_along(figure: Figure) -> None:
    z = figure.places[0, :, 0] + 1j * figure.places[0, :, 2]
    moved = {n: complex(1.3j * z[n] + 2.0) for n in range(figure.count)}
    some = {n: place for n, place in moved.items() if n != figure.count - 1 and n != 1}
    out = laid_out(figure, z, some)
    assert all(out[n] == place for n, place in some.items())
    assert np.abs(out - np.array(list(moved.values()))).max() < 0.05 * np.abs(z - z[0]).max()
    assert np.allclose(laid_out(figure, z, {}), z)


def test_without_weights_joints_are_found_as_before(
    girl: Drawing, rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = RetargetSettings(projection="FRONT", search=False, detect=False)
    before = plan_retarget(girl, Recording(rig), FRONT, 1.0, off).joints
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    assert plan_retarget(girl, Recording(rig), FRONT, 1.0, FAST).joints.xy.tobytes() == before.xy.tobytes()
    (tmp_path / "joints.npz").write_bytes(b"no weights")
    weights._read_once.cache_clear()
    assert plan_retarget(girl, Recording(rig), FRONT, 1.0, FAST).joints.xy.tobytes() == before.xy.tobytes()


def test_the_shipped_weights_find_people_and_no_squares() -> None:
    rng = np.random.default_rng(12)
    close = []
    for _ in range(12):
        one = doll(rng)
        maps = maps_of(silhouette(one))
        if maps is not None:
            size = float(np.ptp(one.ink, axis=0).max())
            close.append(np.linalg.norm(maps.place[:3] - one.joints[:3], axis=1) < 0.1 * size)
    assert len(close) >= 9
    assert np.mean(close) > 0.85
    line = np.linspace(0.0, 1.0, 300)
    ring = np.stack([np.cos(2 * np.pi * line), np.sin(2 * np.pi * line)], 1)
    assert maps_of(silhouette_of(ring, 2.0)) is None
