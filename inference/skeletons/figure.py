"""A figure: trunk, limbs and joints, what a drawing can show of a skeleton.

A drawing cannot show fingers. Captures and production rigs name and split their bones in many ways, so that
structure decides, not names: where chains branch, how long they are, which come in pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Index
from .guide import GuideError
from .rig import Rig

TRUNK = 0


@dataclass(frozen=True)
class FigureSettings:
    """What of a rig is drawn; lengths as shares of the figure's size.

    one     joints nearer to their parent than this are one with it
    small   chains that reach less far than this are fingers, helpers and the like, unless nothing else ends a limb
    tuft    where all that branches off reaches less far than this, it is a hand or a foot, and one of it is enough
    end     what is left of a limb beyond a joint is one piece where it is shorter than this: a hand, a foot
    piece   pieces of the trunk shorter than this are one with the next
    girdle  a limb begins after the leading pieces of its chain that are together less than this share of it,
    step    and each of them shorter than this share of the longest: those are the girdle
    alike   limbs are a pair where the shorter is longer than this share of the other
    """

    one: float = 0.022
    small: float = 0.07
    tuft: float = 0.24
    end: float = 0.14
    piece: float = 0.1
    girdle: float = 0.42
    step: float = 0.75
    alike: float = 0.85


@dataclass(frozen=True)
class Figure:
    """N joints, parents before children; the first is the root.

    A joint's segment leads to it from its parent.

    names    of the joints: that of the bone that starts there, or of the one that ends there and " end"
    parents  (N,) -1 for the root
    part     (N,) the part the joint's segment belongs to: 0 the trunk, then a number for each limb, the head among them
    fixed    (N,) the segment is no bone but holds a limb's first joint to the trunk: it is carried by `carrier`
    carrier  (N,) the joint whose segment carries the joint's own: its parent, as a rule
    pairs    parts that hang on the same joint and are alike, as arms are
    rig      the segments as bones, in the order of the joints; the root's has no length
    """

    names: tuple[str, ...]
    parents: Index
    part: Index
    fixed: NDArray[np.bool_]
    carrier: Index
    pairs: tuple[tuple[int, int], ...]
    rig: Rig

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def bones(self) -> Index:
        """Joints whose segments are bones."""
        return np.flatnonzero((self.parents >= 0) & ~self.fixed)

    @property
    def places(self) -> Array:
        """(T, N, 3) of the joints in the world."""
        return self.rig.tails

    def chain(self, part: int) -> Index:
        """The joints of a part's bones from the trunk outwards."""
        return np.flatnonzero((self.part == part) & (self.parents >= 0) & ~self.fixed)

    def below(self, joint: int) -> Index:
        """A joint and all that hang on it."""
        inside = np.zeros(self.count, bool)
        inside[joint] = True
        for child in range(joint + 1, self.count):
            inside[child] |= self.parents[child] >= 0 and inside[self.parents[child]]
        return np.flatnonzero(inside)


@dataclass
class _Node:
    """A joint while the figure is made: its places (T, 3), children and reach."""

    name: str
    at: Array
    children: list[_Node] = field(default_factory=list)
    reach: float = 0.0

    def far(self, other: _Node) -> float:
        return float(np.linalg.norm(self.at - other.at, axis=1).mean())


def figure_of(rig: Rig, settings: FigureSettings = FigureSettings()) -> Figure:
    """The figure of a rig; raises `GuideError` where it has no bone of any length."""
    rig.check()
    root = _tree(rig)
    size = _size(root)
    if size <= 0.0:
        raise GuideError("The bones of the guide have no length: choose an armature with a body.")
    near = settings.one * size
    _merge(root, near)
    _prune(root, size, settings)
    _merge(root, near)
    while len(root.children) == 1 and root.children[0].children and _branches(root.children[0]):
        root = root.children[0]
    _thin(root, settings.piece * size)
    return _laid_out(root, rig, settings)


def _tree(rig: Rig) -> _Node:
    """All joints, from the root with the most bones."""
    nodes = [_Node(name, rig.heads[:, bone]) for bone, name in enumerate(rig.names)]
    below = np.ones(len(nodes), np.int64)
    order = _parents_last(rig.parents)
    for bone in order:
        if rig.parents[bone] >= 0:
            below[rig.parents[bone]] += below[bone]
    for bone, node in enumerate(nodes):
        if rig.parents[bone] >= 0:
            nodes[rig.parents[bone]].children.append(node)
        leaf = not (rig.parents == bone).any()
        if leaf:
            node.children.append(_Node(f"{node.name} end", rig.tails[:, bone]))
    roots = np.flatnonzero(rig.parents < 0)
    return nodes[int(roots[np.argmax(below[roots])])]


def _parents_last(parents: Index) -> list[int]:
    """Bones so that every one comes before its parent."""
    depth = np.zeros(len(parents), np.int64)
    for bone in range(len(parents)):
        above = int(parents[bone])
        while above >= 0 and depth[bone] <= len(parents):
            depth[bone] += 1
            above = int(parents[above])
    return [int(bone) for bone in np.argsort(-depth, kind="stable")]


def _walk(node: _Node) -> list[_Node]:
    out = [node]
    for child in node.children:
        out += _walk(child)
    return out


def _size(root: _Node) -> float:
    """The longest side of the box around the joints, in the middle of the motion."""
    places = np.stack([node.at for node in _walk(root)], 1)
    return float(np.median(np.ptp(places, axis=1).max(1)))


def _branches(node: _Node) -> bool:
    return any(len(inner.children) > 1 for inner in _walk(node))


def _merge(node: _Node, near: float) -> None:
    """Joints `near` to their parents become one with them."""
    merged: list[_Node] = []
    waiting = list(node.children)
    while waiting:
        child = waiting.pop(0)
        if child.far(node) < near:
            waiting = child.children + waiting
        else:
            merged.append(child)
    node.children = merged
    for child in merged:
        _merge(child, near)


def _prune(node: _Node, size: float, settings: FigureSettings) -> None:
    """Leave out what is too small to be drawn as a limb of its own."""
    for child in node.children:
        _prune(child, size, settings)
        child.reach = child.far(node) + max((deep.reach for deep in child.children), default=0.0)
    if len(node.children) > 1:
        longest = max(node.children, key=lambda child: child.reach)
        if longest.reach < settings.tuft * size:
            node.children = [longest]
        else:
            node.children = [child for child in node.children if child.reach >= settings.small * size]
    if len(node.children) == 1 and node.children[0].reach < settings.end * size:
        node.children = [_line(node.children[0])[-1]]


def _thin(node: _Node, least: float) -> None:
    """Of a spine in many pieces only those of some length."""
    for number, child in enumerate(node.children):
        while len(child.children) == 1 and _branches(child) and child.far(node) < least:
            child = child.children[0]
        node.children[number] = child
        _thin(child, least)


@dataclass
class _Rows:
    """Joints as they are numbered."""

    nodes: list[_Node] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    part: list[int] = field(default_factory=list)
    fixed: list[bool] = field(default_factory=list)
    carrier: list[int] = field(default_factory=list)

    def add(self, node: _Node, parent: int, part: int, fixed: bool, carrier: int) -> int:
        self.nodes.append(node)
        for values, value in ((self.parents, parent), (self.part, part), (self.carrier, carrier)):
            values.append(value)
        self.fixed.append(fixed)
        return len(self.nodes) - 1


def _laid_out(root: _Node, rig: Rig, settings: FigureSettings) -> Figure:
    rows = _Rows()
    limbs: list[tuple[_Node, int]] = []  # the first joint of each, and the number of the joint it hangs on
    _lay_trunk(rows, root, -1, limbs, settings.alike)
    first = next((n for n in range(1, len(rows.nodes)) if rows.parents[n] == 0), -1)
    girdles = _girdles(limbs, rows, settings)
    hung: dict[int, list[tuple[int, float]]] = {}
    for number, (node, parent) in enumerate(limbs):
        carrier = parent if parent else first
        girdle = 0 if len(limbs) == 1 or carrier < 0 else girdles[number]
        length = _lay_limb(rows, node, parent, number + 1, carrier, girdle)
        hung.setdefault(parent, []).append((number + 1, length))
    pairs = []
    for several in hung.values():
        several = sorted(several, key=lambda one: -one[1])
        alike = [(a[0], b[0]) for a, b in pairwise(several) if b[1] > settings.alike * a[1]]
        pairs += alike[:1]
    places = np.stack([node.at for node in rows.nodes], 1)
    parents = np.array(rows.parents, np.int64)
    heads = places[:, np.where(parents >= 0, parents, 0)]
    names = tuple(node.name for node in rows.nodes)
    flat = Rig(names, parents, rig.frames, heads, places)
    part, fixed = np.array(rows.part, np.int64), np.array(rows.fixed, bool)
    return Figure(names, parents, part, fixed, np.array(rows.carrier, np.int64), tuple(pairs), flat)


def _lay_trunk(rows: _Rows, node: _Node, parent: int, limbs: list[tuple[_Node, int]], alike: float) -> None:
    """The joint, those up to other branches, and the neck as far as shoulders go.

    What else hangs on them comes last."""
    number = rows.add(node, parent, TRUNK, False, parent)
    inner = [child for child in node.children if _branches(child)]
    outer = [child for child in node.children if not _branches(child)]
    if not inner and number and (neck := _neck(node, outer, alike)) is not None:
        outer.remove(neck)
        top = rows.add(neck, number, TRUNK, False, number)
        limbs += [(child, top) for child in neck.children]
    for child in inner:
        _lay_trunk(rows, child, number, limbs, alike)
    limbs += [(child, number) for child in outer]


def _neck(chest: _Node, outer: list[_Node], alike: float) -> _Node | None:
    """The joint at the neck's base, where the trunk goes on beyond the shoulders."""
    paired = [child for child in outer if any(_alike(child, other, alike) for other in outer if other is not child)]
    single = [child for child in outer if child not in paired and child.children]
    if len(single) != 1 or len(paired) != 2:
        return None
    up = single[0].at - chest.at
    half = float((up**2).sum(1).mean()) / 2.0
    starts = [_first_joint(child) for child in paired]
    level = float(np.mean([((start.at - chest.at) * up).sum(1).mean() for start in starts]))
    return single[0] if half < level else None


def _alike(a: _Node, b: _Node, share: float) -> bool:
    return min(a.reach, b.reach) > share * max(a.reach, b.reach)


def _line(node: _Node) -> list[_Node]:
    """A chain from its first joint to its end."""
    out = [node]
    while out[-1].children:
        out.append(out[-1].children[0])
    return out


def _girdle(node: _Node, before: Array, settings: FigureSettings) -> int:
    """How many joints of the chain are girdle; `before` (T, 3) is where it hangs on."""
    line = _line(node)
    places = [before, *(one.at for one in line)]
    steps = np.array([np.linalg.norm(b - a, axis=1).mean() for a, b in pairwise(places)])
    count = 0
    while count < len(line) - 2:
        short = steps[count] < settings.step * steps.max()
        if not short or steps[: count + 1].sum() > settings.girdle * steps.sum():
            break
        count += 1
    return count


def _first_joint(node: _Node) -> _Node:
    """Where the limb begins: the shoulder of an arm."""
    line = _line(node)
    return line[min(1, len(line) - 1)] if len(line) > 3 else line[0]


def _girdles(limbs: list[tuple[_Node, int]], rows: _Rows, settings: FigureSettings) -> list[int]:
    """How many joints of each limb are girdle: of an arm as many as of the other."""
    own = [_girdle(node, rows.nodes[parent].at, settings) for node, parent in limbs]
    out = []
    for node, parent in limbs:
        like = [n for n, (other, hangs) in enumerate(limbs) if hangs == parent and _alike(node, other, settings.alike)]
        out.append(max(own[n] for n in like))
    return out


def _lay_limb(rows: _Rows, node: _Node, parent: int, part: int, carrier: int, girdle: int) -> float:
    """A limb's joints; how long it is."""
    line = _line(node)
    at, length = parent, 0.0
    if girdle:
        at = rows.add(line[girdle - 1], parent, TRUNK, True, carrier)
    for one in line[girdle:]:
        held = at if at != parent or parent else carrier
        length += one.far(rows.nodes[at])
        at = rows.add(one, at, part, False, held if held >= 0 else at)
    return length
