"""The language of names and docstrings: what can be checked of it without reading.

A first line says what a thing is or returns, in one line that fits beside code. One thing has one word: what has no
counterpart is unmatched, and layers that are planned together are a stack.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkbetween.tests.unit.test_architecture import ROOT, shipped_paths

LONGEST = 80
# Rooms whose first lines are short. New rooms are asked for, too: see the test of the list.
ROOMS = ("", "addon", "batch", "inference", "ops")
# Blender shows docstrings of operators as tooltips, which wrap by themselves and have no first line.
TOOLTIP = re.compile(r"INKBETWEEN_OT_")
# Words that stand for `unmatched` or `single` and would be a second word for it.
BANNED_NAMES = {"leftover", "leftovers", "lonely", "lone", "loose"}
BANNED_CLASSES = {"Rest"}
BANNED_WORDS = re.compile(r"\b(leftovers?|left over|parts? of the body)\b", re.IGNORECASE)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def docstrings(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """Names and docstrings of the module ("") and of its classes and functions; None where there is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield getattr(node, "name", ""), ast.get_docstring(node)


def faults(code: str) -> list[str]:
    """What is wrong with the docstrings of a module."""
    found = []
    for name, said in docstrings(ast.parse(code)):
        if said is None:
            found += [] if name else ["the module has no docstring"]
        elif not TOOLTIP.match(name) and len(first := said.splitlines()[0]) > LONGEST:
            found.append(f"{name or 'module'}: {len(first)} characters: {first}")
    return found


def names(tree: ast.Module) -> Iterator[str]:
    """All names that a module gives or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ImportFrom(module=module, names=aliases):
                yield from (module or "").split(".")
                yield from (alias.asname or alias.name for alias in aliases)


def banned(code: str) -> set[str]:
    """Names in a module with a word that another word is there for."""
    used = set(names(ast.parse(code)))
    return {name for name in used if BANNED_NAMES & {word.lower() for word in WORD.findall(name)}} | (
        used & BANNED_CLASSES
    )


def said_otherwise(code: str) -> list[str]:
    """Comments and docstrings with such a word."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    texts = [token.string for token in tokens if token.type in (tokenize.COMMENT, tokenize.STRING)]
    return [text for text in texts if BANNED_WORDS.search(text)]


def in_rooms(rooms: tuple[str, ...]) -> list[Path]:
    return [path for path in shipped_paths() if room_of(path) in rooms]


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else ""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", in_rooms(ROOMS), ids=named)
def test_first_lines_are_short(path: Path) -> None:
    assert faults(path.read_text()) == []


def test_every_room_that_ships_is_asked() -> None:
    assert {room_of(path) for path in shipped_paths()} == set(ROOMS)


@pytest.mark.parametrize("path", in_rooms(("inference",)), ids=named)
def test_one_word_for_one_thing(path: Path) -> None:
    code = path.read_text()
    assert banned(code) == set()
    assert said_otherwise(code) == []
    assert not BANNED_NAMES & set(path.stem.split("_"))


@pytest.mark.parametrize(
    "code",
    [
        "import re",
        f'"""{"x" * 81}"""',
        f'"""\n{"x" * 81}"""',
        f'"""A module."""\nclass Thing:\n    """{"x" * 81}\n\n    More."""',
        f'"""A module."""\nclass Thing:\n    def do(self):\n        """{"x" * 81}"""',
        f'"""A module."""\ndef _hidden():\n    def inner():\n        """{"x" * 81}"""',
        f'"""A module."""\nasync def wait():\n    """{"x" * 81}"""',
    ],
)
def test_the_rule_of_first_lines_catches(code: str) -> None:
    assert len(faults(code)) == 1


def test_the_rule_of_first_lines_allows() -> None:
    body = f'"""{"x" * 80}\n\n{"y" * 100}"""'
    assert faults(f"{body}\nclass INKBETWEEN_OT_do:\n    '''{'x' * 100}'''\ndef f():\n    pass") == []


@pytest.mark.parametrize(
    "code",
    [
        "class Rest: pass",
        "from .spans import Rest",
        "from .leftovers import chosen",
        "def leftover(found): pass",
        "def align_leftovers(found): pass",
        "def f(lone_stroke): pass",
        "loose_a = 1",
        "ribbon.loose_a",
        "f(leftovers=1)",
        "LOOSE = 1",
        "class LonelyLine: pass",
    ],
)
def test_the_rule_of_names_catches(code: str) -> None:
    assert len(banned(code)) == 1


@pytest.mark.parametrize("code", ["at_rest = capture.rest", "class Unmatched: pass", "alone = closed = 1"])
def test_the_rule_of_names_allows(code: str) -> None:
    assert banned(code) == set()


@pytest.mark.parametrize(
    "code", ['"""Every leftover goes."""', "x = 1  # what is left over", "'''A part of the body.'''"]
)
def test_the_rule_of_words_catches(code: str) -> None:
    assert len(said_otherwise(code)) == 1
