"""The house: every module has a room, rooms are not too full, modules not too long, and none import in a circle."""

from __future__ import annotations

from inkbetween.tests.unit.test_architecture import ROOT, STAGES, imports, read, ruled_paths, shipped_paths, targets

LONGEST = 350
MOST_MODULES = 16


def test_every_module_of_the_engine_lies_in_a_room_of_the_table() -> None:
    rooms = {path.relative_to(ROOT / "inference").parts[0] for path in (ROOT / "inference").rglob("*.py")}
    assert rooms - {"__init__.py"} == set(STAGES)


def circle_of(reads: dict[tuple[str, ...], set[tuple[str, ...]]]) -> list[str]:
    """Modules that read each other in a ring, by who reads whom; empty where there is none."""
    left = dict(reads)
    while ends := [module for module, read in left.items() if not read & left.keys()]:
        for module in ends:
            del left[module]
    return sorted("/".join(module) for module in left)


def modules_read() -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """By module, as a path from the root, the modules that it imports, also inside functions."""
    sources = {tuple(s.path.removesuffix(".py").split("/")): s for s in map(read, shipped_paths())}
    return {
        name: {
            end
            for one in imports(source.tree)
            if one.level
            for target in targets(source, one)
            for end in (target, target[:-1])
            if end in sources and end != name
        }
        for name, source in sources.items()
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    reads = modules_read()
    assert circle_of(reads) == []
    assert ("inference", "tween", "plan") in reads
    low, high = ("inference", "geometry", "points"), ("inference", "drawing", "contract")
    assert low in reads[high]
    assert "/".join(low) in circle_of(reads | {low: {high}})


def test_no_room_holds_too_many_modules() -> None:
    folders = {path.parent for path in ruled_paths()}
    many = {f.relative_to(ROOT).as_posix(): n for f in folders if (n := len(list(f.glob("*.py"))) - 1) > MOST_MODULES}
    assert many == {}, f"divide these rooms, the limit is {MOST_MODULES} modules"


def test_modules_stay_short() -> None:
    everything = [
        *shipped_paths(),
        *(p for folder in ("tests", "tools", "training") for p in (ROOT / folder).rglob("*.py")),
    ]
    long = {p.relative_to(ROOT).as_posix(): n for p in everything if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}, f"split these by purpose, the limit is {LONGEST} lines"
