"""Sentences for reports: counts with their nouns, lists that stay short."""

from __future__ import annotations

from collections.abc import Sequence


def count(number: int, noun: str, plural: str = "") -> str:
    """ "1 key", "3 keys"; `plural` for nouns that don't just take an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def were(number: int) -> str:
    return "was" if number == 1 else "were"


def listed(items: Sequence[str], most: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def frames(numbers: Sequence[int], most: int = 3) -> str:
    """ "frame 5", "frames 2, 4 to 8 and 12"; `numbers` ascending."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    text = listed([str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs], most)
    return f"frame{'' if len(numbers) == 1 else 's'} {text}"


def sentence(parts: Sequence[str]) -> str:
    """The parts that are there, as one report.

    As in "Drew 3 in-betweens; 1 hold was left as it is.".
    """
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "." if text else ""


def duration(seconds: float) -> str:
    """ "less than a second", "about 40 s", "about 5 min", "about 2.5 h"."""
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"


def orphans(lost: Sequence[tuple[str, Sequence[int]]]) -> str:
    """In-betweens that went because they lay between no two keys, by layer.

    "" if there are none.
    """
    number = sum(len(numbers) for _, numbers in lost)
    where = listed([f'{frames(numbers)} of layer "{layer}"' for layer, numbers in lost])
    return f"removed {count(number, 'in-between')} that lay between no two keys: {where}" if lost else ""


def kept(edited: int, placed: int, end: str = "") -> list[str]:
    """Generated frames that are the artist's.

    They are those that the artist drew on, and those that the artist put where they stand.
    """
    parts = []
    if edited:
        parts.append(f"{count(edited, 'generated frame')} you had edited {were(edited)} kept{end}")
    if placed:
        parts.append(f"{count(placed, 'generated frame')} you had copied or moved {were(placed)} kept{end}")
    return parts


def stuck(number: int) -> str:
    """Why in-betweens were not removed, and what to do.

    See `adapter.has_exposure_ends`.
    """
    return (
        f"{count(number, 'in-between')} could not be removed, because on one of the object's layers a key of fixed "
        "length ends, and Blender breaks such ends when it removes frames: put an empty key there instead"
    )


def skeletons(bones: Sequence[int]) -> str:
    """Where skeletons inferred from the drawings led.

    By how many bones they have in each gap, 0 for none: "a skeleton of 9 bones led 3 of 4 gaps".
    """
    led = sorted(number for number in bones if number)
    if not led:
        return f"no skeleton was found to lead {count(len(bones), 'gap')}" if bones else ""
    few, many = led[0], led[-1]
    what = f"a skeleton of {count(few, 'bone')}" if few == many else f"skeletons of {few:,} to {count(many, 'bone')}"
    gaps = count(len(bones), "gap")
    return f"{what} led {gaps}" if len(led) == len(bones) else f"{what} led {len(led):,} of {gaps}"


def doubts(doubtful: int, carried: int, held: int) -> list[str]:
    """Strokes that the engine is not sure of: "3 strokes, low confidence".

    By how many in-betweens have of low confidence, and what was done with those that it let go of.
    """
    did = ((doubtful, ", low confidence"), (carried, " carried along"), (held, " held"))
    return [f"{count(number, 'stroke')}{how}" for number, how in did if number]
