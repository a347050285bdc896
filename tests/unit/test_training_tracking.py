"""Following lines of moving surfaces whose truth is known, and which clips may be made for training at all."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.training.clips.clip import FEATURE, OUTLINE
from inkbetween.training.clips.tracking import Lines, Tracked, follow
from inkbetween.training.lineart.draw import round_robin
from inkbetween.training.lineart.jobs import Character, Job, action_name, allowed, plan, stem

RADIUS, TURN, DRAWINGS = 60.0, np.deg2rad(10.0), 17
HEIGHTS = np.arange(100.0, 200.0, 5.0)
PAINTED = np.deg2rad(20.0)
CENTRE = 300.0


def column(angles: np.ndarray, number: int, shift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertical lines on a turning cylinder, at `angles` in drawing `number`: xyz (P, 3), carried, normals (T, P, 3)."""
    turned = np.repeat(angles, len(HEIGHTS)) + TURN * (np.arange(DRAWINGS) - number)[:, None]
    heights = np.broadcast_to(np.tile(HEIGHTS, len(angles)), turned.shape)
    travel = CENTRE + shift * np.arange(DRAWINGS)[:, None]
    normals = np.stack([np.sin(turned), 0 * turned, np.cos(turned)], axis=-1)
    carried = np.stack([travel + RADIUS * normals[..., 0], heights, RADIUS * normals[..., 2]], axis=-1)
    return carried[number], carried, normals


def turning_cylinder(shift: float = 0.0) -> list[Lines]:
    """Both outlines and one painted line, which is drawn while it is in front and a hidden line while it is behind."""
    drawings = []
    for number in range(DRAWINGS):
        painted = PAINTED + TURN * number
        angles = np.array([-np.pi / 2, np.pi / 2, painted])
        xyz, carried, normals = column(angles, number, shift)
        # At rest nothing has turned.
        rest = column(angles - TURN * number, 0, 0.0)[0]
        kind = np.repeat(np.array([OUTLINE, OUTLINE, FEATURE], np.uint8), len(HEIGHTS))
        part = np.zeros(len(xyz), np.int16)
        shown = np.array([True, True, np.cos(painted) > 0])
        offsets = np.arange(4) * len(HEIGHTS)
        drawings.append(Lines(xyz, offsets, shown, kind, part, rest, np.full(len(xyz), 5.0), carried, normals))
    return drawings


@pytest.fixture(scope="module", params=[0.0, 9.0], ids=["turning", "turning and moving"])
def cylinder(request: pytest.FixtureRequest) -> tuple[Tracked, float]:
    return follow(turning_cylinder(request.param)), request.param


def test_outlines_stay_outlines_on_their_side(cylinder: tuple[Tracked, float]) -> None:
    tracked, shift = cylinder
    for number, frame in enumerate(tracked.frames):
        edge = np.flatnonzero(frame.kind == OUTLINE)
        side = np.sign(frame.xy[edge, 0] - CENTRE - shift * number)
        truth = CENTRE + shift * np.arange(DRAWINGS)[:, None] + side * RADIUS
        assert frame.seen[:, edge].all()
        np.testing.assert_allclose(frame.track[:, edge, 0], truth, atol=0.01)
        # Across the line, never along it.
        np.testing.assert_allclose(frame.track[:, edge, 1], np.broadcast_to(frame.xy[edge, 1], truth.shape), atol=0.01)


def test_painted_lines_turn_with_the_form_and_pass_behind_it(cylinder: tuple[Tracked, float]) -> None:
    tracked, shift = cylinder
    angle = PAINTED + TURN * np.arange(DRAWINGS)
    truth = CENTRE + shift * np.arange(DRAWINGS) + RADIUS * np.sin(angle)
    drawn = [frame for frame in tracked.frames if (frame.kind == FEATURE).any()]
    assert len(drawn) == (np.cos(angle) > 0).sum() < DRAWINGS
    for frame in drawn:
        painted = np.flatnonzero(frame.kind == FEATURE)
        np.testing.assert_allclose(frame.track[:, painted, 0], np.repeat(truth[:, None], len(painted), 1), atol=0.01)
        np.testing.assert_array_equal(frame.seen[:, painted].all(1), np.cos(angle) > 0)
        np.testing.assert_array_equal(frame.seen[:, painted].any(1), np.cos(angle) > 0)


def test_a_line_that_is_not_drawn_goes_on_with_the_surface_and_is_found_again() -> None:
    """The drawings 5 to 8 lack the painted line altogether."""
    drawings = turning_cylinder()
    for number in range(5, 9):
        whole = drawings[number]
        kept = whole.kind == OUTLINE
        drawings[number] = Lines(
            whole.xyz[kept],
            whole.offsets[:3],
            whole.shown[:2],
            whole.kind[kept],
            whole.part[kept],
            whole.rest[kept],
            whole.grain[kept],
            whole.carried[:, kept],
            whole.normals[:, kept],
        )
    frame = follow(drawings).frames[4]
    painted = np.flatnonzero(frame.kind == FEATURE)
    truth = CENTRE + RADIUS * np.sin(PAINTED + TURN * np.arange(DRAWINGS))
    assert not frame.seen[5:9, painted].any()
    assert frame.seen[:5, painted].all()
    np.testing.assert_allclose(frame.track[:, painted, 0], np.repeat(truth[:, None], len(painted), 1), atol=0.01)


def test_a_neighbouring_limb_is_another_line() -> None:
    """Two thin forms side by side on the picture, one far behind the other: their lines never change places."""
    heights = np.arange(0.0, 100.0, 5.0)
    flat = np.stack([0 * heights, heights, 0 * heights], axis=1)
    count = 5
    drawings = []
    for number in range(count):
        far = flat + np.array([12.0, 0, -40.0])
        carried = np.stack([np.concatenate([flat + np.array([3.0 * k, 0, 0]), far]) for k in range(count)])
        normals = np.broadcast_to([1.0, 0.0, 0.0], carried.shape).copy()
        rest = np.concatenate([flat, flat + np.array([400.0, 0, 0])])
        kind = np.full(len(rest), OUTLINE, np.uint8)
        xyz = carried[number]
        offsets = np.array([0, len(flat), 2 * len(flat)])
        part = np.repeat(np.arange(2), len(flat)).astype(np.int16)
        drawings.append(Lines(xyz, offsets, np.ones(2, bool), kind, part, rest, np.zeros(len(xyz)), carried, normals))
    tracked = follow(drawings)
    for frame in tracked.frames:
        np.testing.assert_allclose(frame.track[-1, frame.part == 1, 0], 12.0, atol=1e-3)
        np.testing.assert_allclose(frame.track[-1, frame.part == 0, 0], 12.0, atol=1e-3)
        np.testing.assert_allclose(frame.track[0, frame.part == 0, 0], 0.0, atol=1e-3)
    assert tracked.agreeing == 1.0


def test_drawings_without_lines_are_passed() -> None:
    drawings = turning_cylinder()
    none = drawings[3]
    nothing = np.zeros(0)
    drawings[3] = Lines(
        none.xyz[:0],
        np.zeros(1, np.int64),
        np.zeros(0, bool),
        none.kind[:0],
        none.part[:0],
        none.rest[:0],
        nothing,
        none.carried[:, :0],
        none.normals[:, :0],
    )
    frames = follow(drawings).frames
    assert len(frames[3].xy) == 0
    assert not frames[2].seen[3].any()
    assert frames[2].seen[4].any()


BENCH = [["set/pack_a/Wolf.glb", "Rig|Walk", 4, 0.5], ["set/pack_b/Frog.glb", "FrogRig|Frog_Jump", 2, 0.7]]


@pytest.mark.parametrize(
    ("file", "actions", "kept"),
    [
        ("set/pack_a/Wolf.glb", ["Rig|Run", "Rig|Walk"], None),
        (
            "set/pack_a/Fox.glb",
            ["Rig|Run", "Rig|Walk", "Rig|walk.001", "Rig|Walk_2", "Rig|Walk_Slow"],
            {"Run", "Walk_Slow"},
        ),
        ("set/pack_b/Spider.glb", ["Spider_Walk", "Spider_Jump", "Spider_Idle"], {"Walk", "Idle"}),
        ("set/pack_c/Fox.glb", ["Rig|Walk", "Rig|Jump"], {"Walk", "Jump"}),
        ("set/pack_a/Horse_White.glb", ["Rig|Run"], None),
    ],
)
def test_what_the_benchmark_shows_stays_out(file: str, actions: list[str], kept: set[str] | None) -> None:
    all_characters = [
        Character("set/pack_a/Wolf.glb", {"Rig|Walk": 25, "Rig|Run": 20}),
        Character("set/pack_b/Frog.glb", {"FrogRig|Frog_Jump": 21, "FrogRig|Frog_Idle": 60}),
        Character(file, dict.fromkeys(actions, 30)),
    ]
    found = [one for one in allowed(all_characters, BENCH) if one.file == file]
    if kept is None:
        assert found == []
    else:
        assert {action_name(a, actions) for a in found[0].actions} == kept


def test_men_and_women_of_one_set_share_their_motions() -> None:
    men, women = (Character(f"fbx/Animated {who} Characters - Feb 2019/FBX/{who}.fbx", {}) for who in ("Men", "Women"))
    assert men.pack == women.pack == "Animated_Characters"


def test_stems_drop_numbers_and_variant_letters() -> None:
    assert [stem(name) for name in ("Walking_A", "HitRecieve_2", "Jump", "Punch2")] == [
        "walking",
        "hitrecieve",
        "jump",
        "punch",
    ]


def job_of(action: str, start: float = 0.0) -> Job:
    return Job("f.glb", "pack", "f", "f", action, action, 0, 0.0, 0.1, 1.15, start)


def test_cycles_go_round_and_others_end() -> None:
    run = job_of("Run", start=0.5).frames(1.0, 17.0)
    assert run[0] == 9.0
    assert run[7:9] == [16.0, 1.0]
    assert len(run) == 25
    throw = job_of("Throw", start=0.99).frames(1.0, 41.0)
    assert throw == [16.0 + i for i in range(25)]


def test_short_actions_are_played_more_slowly_and_shorter_ones_not() -> None:
    hit = job_of("Hit").frames(0.0, 12.0)
    assert len(hit) == 17
    np.testing.assert_allclose(np.diff(hit), 0.75)
    with pytest.raises(ValueError, match="5 frames"):
        job_of("Hit").frames(0.0, 5.0)


def test_every_character_has_its_turn_and_seeds_repeat() -> None:
    characters = [Character(f"pack/{name}.glb", {f"Do{i}": 30 for i in range(4)}) for name in "AB"]
    jobs = plan(characters, seed=1)
    assert jobs == plan(characters, seed=1)
    assert jobs != plan(characters, seed=2)
    batches = list(round_robin(jobs, limit=14))
    assert [batch[0].name for batch in batches] == ["A", "B", "A", "B", "A"]
    assert sum(map(len, batches)) == 14
    # Different actions come before other views of the same.
    assert len({j.action for j in batches[0]}) == 3
    assert len({j.path for mine in jobs for j in mine}) == 24
