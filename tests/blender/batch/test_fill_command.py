"""`python -m inkbetween fill`: a shot's file in, the same strokes as Tween's out, once, whole, and named when bad."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from inkbetween.addon import adapter
from inkbetween.ops.filling import command_line
from inkbetween.ops.filling.file import fill_file
from inkbetween.ops.scene.digest import digests


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def generated(layer: Any) -> list[int]:
    return [f.frame_number for f in layer.frames if adapter.frame_type(f) == adapter.GENERATED]


def open_blend(path: Path) -> Any:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.data.objects[path.stem]


def test_the_same_strokes_as_clicking_tween(make_shot: Any, fill: Any, result_of: Any, tmp_path: Path) -> None:
    source = make_shot("sh010")
    before = sha256(source)
    out = tmp_path / "out"
    ended = fill(source, "-o", out)
    assert ended.code == 0, ended.text
    assert "sh010: filled, 8 in-betweens" in ended.text
    obj = open_blend(source)
    bpy.context.view_layer.objects.active = obj
    assert bpy.ops.inkbetween.tween(scope="OBJECT", engine="CLASSICAL") == {"FINISHED"}
    ours, theirs = digests()
    result = result_of(out / "sh010.blend")
    assert (result["inbetweens"], result["keys"]) == (ours, theirs)
    filled = open_blend(out / "sh010.blend")
    assert digests() == (ours, theirs)
    assert generated(filled.data.layers["Ink"]) == [2, 3, 5, 6]
    assert sha256(source) == before
    assert sorted(path.name for path in out.iterdir()) == ["sh010.blend", "sh010.inkbetween.json"]
    assert result["output"]["sha256"] == sha256(out / "sh010.blend")
    # Once more: nothing is done, and nothing written.
    stamp = (out / "sh010.blend").stat().st_mtime_ns
    again = fill(source, "-o", out)
    assert (again.code, "done before" in again.text) == (0, True)
    assert (out / "sh010.blend").stat().st_mtime_ns == stamp


def lock_ink(obj: Any) -> None:
    obj.data.layers["Ink"].lock = True


def link_something(library: Path) -> Callable[[Any], None]:
    def link(obj: Any) -> None:
        # Saved first, so that the library's path can be relative.
        path = library.parent.parent / "in" / f"{obj.name}.blend"
        path.parent.mkdir(parents=True, exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False)
        with bpy.data.libraries.load(str(library), link=True, relative=True) as (there, wanted):
            wanted.objects = there.objects
        bpy.context.scene.collection.objects.link(wanted.objects[0])

    return link


def test_every_shot_in_a_process_of_its_own_and_each_bad_one_named(
    make_shot: Any, fill: Any, result_of: Any, tmp_path: Path
) -> None:
    library = make_shot("rig", folder="lib")
    good, locked = make_shot("good"), make_shot("locked", prepare=lock_ink)
    linked = make_shot("linked", prepare=link_something(library))
    orphan_library = make_shot("gone", folder="lib")
    orphan = make_shot("orphan", prepare=link_something(orphan_library))
    orphan_library.unlink()
    damaged = tmp_path / "in" / "damaged.blend"
    damaged.write_bytes(good.read_bytes()[:20_000])
    out = tmp_path / "out" / "deeper"
    ended = fill(good, locked, linked, orphan, damaged, "-o", out, "--render=contact-sheet")
    assert ended.code == 1
    assert "5 shots: 3 filled, 2 failed." in ended.text
    assert f"orphan: FAILED: Library {orphan_library} is missing" in ended.text
    assert 'damaged: FAILED: Loading "' in ended.text
    assert 'locked: left alone: Layer "Ink" of "locked" is locked' in ended.text
    assert not (out / "damaged.blend").exists()
    assert (out / "good.contact-sheet.png").read_bytes().startswith(b"\x89PNG")
    # The library is found from the other folder, too, and is part of what the result depends on.
    assert list(result_of(out / "linked.blend")["fingerprint"]["libraries"]) == [str(library)]
    open_blend(out / "linked.blend")
    assert bpy.data.libraries[0].filepath.startswith("//")
    assert Path(bpy.path.abspath(bpy.data.libraries[0].filepath)).resolve() == library
    assert 'Left alone: "rig"' not in result_of(out / "linked.blend")["left"]
    assert [one for one in result_of(out / "linked.blend")["left"] if "linked from another file" in one]


def test_in_place_and_only_what_is_asked(make_shot: Any, fill: Any, tmp_path: Path) -> None:
    source = make_shot("sh010")
    assert fill(source, "--in-place", "--layers=In*", "--frames=5-6").code == 0
    data = open_blend(source).data
    assert (generated(data.layers["Ink"]), generated(data.layers["Lines"])) == ([5, 6], [])
    assert "done before" in fill(source, "--in-place", "--layers=In*", "--frames=5-6").text
    assert "2 layers, 4 gaps, 8 in-betweens" in fill(source, "--in-place", "--dry-run").text


def test_the_scenes_own_settings_count_unless_others_are_given(make_shot: Any, tmp_path: Path) -> None:
    """In this process, as Blender does it behind its option --command."""

    def settle(obj: Any) -> None:
        bpy.context.scene.inkbetween.step = 2

    source = make_shot("sh010", prepare=settle)
    assert command_line.run(["fill", str(source), "-o", str(tmp_path / "a"), "--engine=CLASSICAL"]) == 0
    assert generated(open_blend(tmp_path / "a/sh010.blend").data.layers["Ink"]) == [3, 6]
    assert command_line.run(["fill", str(source), "-o", str(tmp_path / "b"), "--engine=CLASSICAL", "--step=1"]) == 0
    assert generated(open_blend(tmp_path / "b/sh010.blend").data.layers["Ink"]) == [2, 3, 5, 6]


def add_rig(obj: Any) -> None:
    """An armature of one bone that swings once from frame 1 to 7, and a second scene without it."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = data.edit_bones.new("arm")
    bone.head, bone.tail, bone.roll = (0, 0, 0), (1, 0, 0), 1.5708
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.pose.bones["arm"].rotation_mode = "XYZ"
    for number, angle in ((1, 0.0), (4, 0.9), (7, 0.2)):
        rig.pose.bones["arm"].rotation_euler = (0, 0, angle)
        rig.pose.bones["arm"].keyframe_insert("rotation_euler", frame=number)
    twin = bpy.data.objects.new("Twin", obj.data.copy())
    bpy.data.scenes.new("Other").collection.objects.link(twin)


def test_a_guide_leads_as_it_leads_tween(make_shot: Any, tmp_path: Path, result_of: Any) -> None:
    source = make_shot("sh010", prepare=add_rig)
    digest = {}
    for name, words in {"free": [], "led": ["--guide=Rig"]}.items():
        out = tmp_path / name
        assert command_line.run(["fill", str(source), "-o", str(out), "--engine=CLASSICAL", *words]) == 0
        digest[name] = result_of(out / "sh010.blend")["inbetweens"]
    assert digest["free"] != digest["led"]
    assert 'scene "Other" has no "Rig"' in " ".join(result_of(tmp_path / "led" / "sh010.blend")["left"])
    obj = open_blend(source)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.inkbetween.tween(scope="OBJECT", engine="CLASSICAL", guide="Rig")
    bpy.context.window.scene = bpy.data.scenes["Other"]
    bpy.context.view_layer.objects.active = bpy.data.objects["Twin"]
    bpy.ops.inkbetween.tween(scope="OBJECT", engine="CLASSICAL")
    assert digests()[0] == digest["led"]


def test_a_guide_that_is_not_there_is_named(make_shot: Any, tmp_path: Path, capfd: Any) -> None:
    source = make_shot("sh010")
    assert command_line.run(["fill", str(source), "-o", str(tmp_path / "out"), "--guide=Nobody"]) == 1
    assert "Nobody" in capfd.readouterr().out


def test_a_changed_key_is_never_saved(make_shot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inkbetween.batch.settings import Settings
    from inkbetween.batch.unit import ShotError
    from inkbetween.ops.filling import file as module

    source = make_shot("sh010")
    answers = iter([("", "before"), ("", "after")])
    monkeypatch.setattr(module, "digests", lambda: next(answers))
    with pytest.raises(ShotError, match="artist's was changed"):
        fill_file(source, tmp_path / "out.blend", Settings(engine="CLASSICAL"))
    assert not (tmp_path / "out.blend").exists()


def test_digests_see_every_bit(make_shot: Any) -> None:
    obj = open_blend(make_shot("sh010"))
    bpy.context.view_layer.objects.active = obj
    bpy.ops.inkbetween.tween(scope="OBJECT", engine="CLASSICAL")
    ours, theirs = digests()
    layer = obj.data.layers["Ink"]
    drawing = adapter.frame_at(layer, 2).drawing
    drawing.attributes["radius"].data[3].value += 1e-7
    assert digests()[0] != ours
    assert digests()[1] == theirs
    adapter.frame_at(layer, 4).drawing.attributes["radius"].data[3].value += 1e-7
    assert digests()[1] != theirs
