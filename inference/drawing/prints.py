"""Prints: what things are known by, so that equal content has equal prints.

It does not matter what object holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

SIZE = 16
"""Bytes: two different contents share a print once in 10^19 pairs."""


def print_of(*things: Any) -> bytes:
    """The print of arrays, numbers, texts, and of dataclasses and collections of them.

    Raises TypeError for anything else: what has no content to read would seem equal to everything.
    """
    found = hashlib.blake2b(digest_size=SIZE)
    for thing in things:
        _feed(found, thing)
    return found.digest()


def _feed(found: Any, thing: Any) -> None:
    found.update(type(thing).__name__.encode())
    if isinstance(thing, np.ndarray):
        found.update(f"{thing.dtype.str}{thing.shape}".encode())
        found.update(np.ascontiguousarray(thing).tobytes())
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            _feed(found, getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        for name, value in thing.items():
            _feed(found, name)
            _feed(found, value)
    elif isinstance(thing, (list, tuple, range)):
        found.update(str(len(thing)).encode())
        for one in thing:
            _feed(found, one)
    elif thing is None or isinstance(thing, (bool, int, float, complex, str, bytes, np.generic)):
        found.update(repr(thing).encode())
    else:
        raise TypeError(f"A {type(thing).__name__} has no print.")
