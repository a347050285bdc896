"""The Flamenco job type, compiled as Flamenco compiles it, and its task graph taken apart."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from inkbetween.batch import command

quickjs = pytest.importorskip("quickjs")

FARMS = Path(__file__).resolve().parents[2] / "batch" / "farms"
# What Flamenco gives a job type (internal/manager/job_compilers): strict mode, `author`, `path`, and a job to fill.
AUTHOR = """
const tasks = [];
const author = {
    Task: (name, type) => {
        if (!name.trim() || !type.trim()) throw "author.Task(name, type): both are required";
        return {
            name, type, commands: [], dependencies: [],
            addCommand(command) { this.commands.push(command); },
            addDependency(task) { this.dependencies.push(task.name); },
        };
    },
    Command: (name, parameters) => ({ name, parameters }),
};
const path = { stem: (p) => p.split("/").pop().replace(/\\.[^.]*$/, "") };
function print() {}
function compileWith(settings) {
    tasks.length = 0;
    compileJob({ settings, addTask: (task) => tasks.push(task) });
    return JSON.stringify(tasks);
}
"""
# Commands that a Flamenco Worker knows and their parameters (internal/worker/cmd_executor.go).
COMMANDS = {"exec": {"exe", "args"}}
TYPES = {"string", "int32", "float", "bool"}
SETTING_KEYS = {
    *("key", "type", "subtype", "choices", "propargs", "description", "label", "default"),
    *("eval", "evalInfo", "visible", "required", "editable"),
}


@pytest.fixture(scope="module")
def script() -> Any:
    context = quickjs.Context()
    context.eval('"use strict";\n' + AUTHOR + (FARMS / "inkbetween_fill.js").read_text())
    return context


def compiled(script: Any, **settings: Any) -> list[dict[str, Any]]:
    defaults = {one["key"]: one["default"] for one in job_type(script)["settings"] if "default" in one}
    wanted = {**defaults, "output_dir": "/show/filled", "blendfile": "/show/open.flamenco.blend", **settings}
    return json.loads(script.eval(f"compileWith({json.dumps(wanted)})"))


def job_type(script: Any) -> dict[str, Any]:
    return json.loads(script.eval("JSON.stringify(JOB_TYPE)"))


def test_the_job_type_is_well_formed(script: Any) -> None:
    kind = job_type(script)
    assert kind["label"] == "Inkbetween Fill"
    for setting in kind["settings"]:
        assert set(setting) <= SETTING_KEYS
        assert setting["type"] in TYPES
        assert setting.get("subtype", "dir_path") in {"file_path", "dir_path", "hashed_file_path"}
        assert setting.get("visible", "visible") in {"visible", "hidden", "submission", "web"}
        assert setting["description"][0].isupper()
        assert not setting["description"].endswith(".")


def test_one_task_a_shot_then_a_summary(script: Any) -> None:
    shots = "/show/sq1/sh 010.blend; /show/sq1/sh020.blend;\n/show/sq2/sh020.blend;/show/sq1/sh020.blend"
    tasks = compiled(script, shots=shots, root_dir="/show", layers="Ink*", step=2, contact_sheets=True)
    assert [task["name"] for task in tasks] == ["fill-sh 010", "fill-sh020", "fill-sh020-3", "summary"]
    assert {task["type"] for task in tasks} == {"blender"}
    assert [task["dependencies"] for task in tasks] == [[], [], [], ["fill-sh 010", "fill-sh020", "fill-sh020-3"]]
    for task in tasks:
        (only,) = task["commands"]
        assert set(only["parameters"]) == COMMANDS[only["name"]]
        assert only["parameters"]["exe"] == "{blender}"
        assert all(isinstance(word, str) for word in only["parameters"]["args"])
    assert tasks[0]["commands"][0]["parameters"]["args"] == [
        *("--background", "--command", "inkbetween", "fill", "/show/sq1/sh 010.blend"),
        *("--output", "/show/filled", "--root", "/show"),
        *("--layers=Ink*", "--step=2", "--engine=LEARNED", "--render=contact-sheet"),
    ]
    assert tasks[-1]["commands"][0]["parameters"]["args"][3:] == [
        *("summary", "/show/filled", "/show/sq1/sh 010.blend", "/show/sq1/sh020.blend", "/show/sq2/sh020.blend"),
        *("--root", "/show"),
    ]


def test_the_tasks_are_understood_by_the_command_line(script: Any) -> None:
    tasks = compiled(script, shots="/show/a.blend;/show/b.blend", root_dir="/show", frames="1-9", contact_sheets=True)
    for task in tasks:
        words = task["commands"][0]["parameters"]["args"]
        assert words[:3] == ["--background", "--command", "inkbetween"]
        parsed = command._parser().parse_args(words[3:])
        assert parsed.root == Path("/show")


def test_without_shots_the_open_file_is_filled(script: Any) -> None:
    tasks = compiled(script)
    assert [task["name"] for task in tasks] == ["fill-open.flamenco", "summary"]
    assert tasks[0]["commands"][0]["parameters"]["args"][4:] == [
        *("/show/open.flamenco.blend", "--output", "/show/filled", "--engine=LEARNED")
    ]


def test_without_an_output_folder_it_refuses(script: Any) -> None:
    with pytest.raises(quickjs.JSException, match="choose an output folder"):
        compiled(script, output_dir="")


def test_its_name_makes_the_job_type() -> None:
    assert PurePosixPath(FARMS / "inkbetween_fill.js").stem.replace("_", "-") == "inkbetween-fill"
