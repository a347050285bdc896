"""Properties: what operators and the scene's settings share, and those settings."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, PointerProperty, StringProperty

# What an operator is asked with holds for that call: a button or a shortcut means the same each time it is pressed,
# whatever was set in Adjust Last Operation before.
ONCE = {"SKIP_SAVE"}

STEP: Any = IntProperty(
    name="Step",
    description="Draw every so many frames: 1 draws on ones, 2 on twos",
    default=1,
    min=1,
    soft_max=8,
    options=ONCE,
)

# Identifiers are those of inference.timing.EASINGS, which is not imported to keep registering light; a test compares.
EASING: Any = EnumProperty(
    name="Easing",
    description="How the in-betweens are spaced between the two keys",
    items=(
        ("LINEAR", "Linear", "Space the in-betweens evenly"),
        ("EASE_IN", "Ease In", "Start slowly: in-betweens bunch up after the first key"),
        ("EASE_OUT", "Ease Out", "End slowly: in-betweens bunch up before the second key"),
        ("EASE_IN_OUT", "Ease In and Out", "Start and end slowly: in-betweens bunch up at both keys"),
    ),
    default="LINEAR",
    options=ONCE,
)

DEFAULT_ENGINE = "LEARNED"

# Identifiers are those of inference.engines.ENGINES, likewise.
ENGINE: Any = EnumProperty(
    name="Engine",
    description="Who finds what becomes what, and the way between: trained networks or the classical engine",
    items=(
        ("LEARNED", "Learned", "Trained networks do both; the classical engine steps in where weights are missing"),
        ("CORRESPONDENCE", "Learned Correspondence", "A trained network finds what becomes what; the way is classical"),
        ("MOTION", "Learned Motion", "What becomes what is found classically; a trained network bends the way"),
        ("CLASSICAL", "Classical", "Do both without anything trained"),
    ),
    default=DEFAULT_ENGINE,
    options=ONCE,
)


# That of ops.guiding, likewise.
AUTO = "AUTO"


def _armatures(_owner: Any, context: Any, _typed: str) -> list[str]:
    return sorted(obj.name for obj in context.scene.objects if obj.type == "ARMATURE")


def _guides(owner: Any, context: Any, typed: str) -> list[str]:
    return [AUTO, *(name for name in _armatures(owner, context, typed) if name != AUTO)]


GUIDE: Any = StringProperty(
    name="Guide",
    description="Let the bones of this armature, seen through the scene's camera, lead the lines between the keys",
    search=_armatures,
    options=ONCE,
)

TWEEN_GUIDE: Any = StringProperty(
    name="Guide",
    description=(
        "Let the bones of this armature, seen through the scene's camera, lead the lines between the keys. AUTO infers "
        "a skeleton from the drawings themselves"
    ),
    search=_guides,
    options=ONCE,
)


VIEWS: Any = StringProperty(
    name="Views",
    description="Frames of further drawings of the figure that show as the performer turns, as in: 10 SIDE, 20 BACK",
    options=ONCE,
)


def scope_property(gap: str, layer: str, whole: str) -> Any:
    """The scope of an operator.

    The arguments say what it does to the gap, the layer and the object.
    """
    return EnumProperty(
        name="Scope",
        description="Which in-betweens are meant",
        items=(("GAP", "Gap", gap), ("LAYER", "Layer", layer), ("OBJECT", "Object", whole)),
        default="GAP",
        options=ONCE,
    )


class InkbetweenSettings(bpy.types.PropertyGroup):
    """What the sidebar and the menus hand to Tween; stored with the scene."""

    step: STEP
    easing: EASING
    guide: PointerProperty(  # type: ignore[valid-type]
        type=bpy.types.Object,
        name="Guide",
        description="Armature whose bones, seen through the scene's camera, lead the lines between the keys",
        options=set(),
        poll=lambda _, obj: obj.type == "ARMATURE",
    )
    views: VIEWS
    infer: BoolProperty(  # type: ignore[valid-type]
        name="Skeleton from Drawings",
        description="Without an armature as the guide, infer a skeleton from the drawings themselves and let it lead",
        options=set(),
    )

    @property
    def guide_name(self) -> str:
        """What Tween takes as its guide."""
        if self.guide:
            return str(self.guide.name)
        return AUTO if self.infer else ""
