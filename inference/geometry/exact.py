"""Sums and functions that come out the same, bit for bit, on every machine.

How a library sums products (how many threads it uses, in which order it adds, whether it rounds between the two)
differs from one processor to the next, and so does the last bit of its exponentials. Where a network's answers are
compared with each other, that bit decides which line becomes which. Therefore factors are rounded first, so coarsely
that every product and every sum of products is a whole multiple of one unit and fits the 24 bits of a float32: then
nothing is left to round and any order gives the same sum (as in the error-free products of Ozaki, Ogita, Oishi, Rump
2012). Functions are made of additions, multiplications and divisions, which IEEE 754 rounds alike everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
BITS = 12
"""Units to the length of a row of factors, as a power of two: twice that fits a float32."""
LOG2E = np.float32(1.4426950408889634)
LEAST = np.float32(-120.0)
"""Powers of two below this are not told from it: float32 ends at -126."""
GRAIN = 2.0**-20
"""What is compared in float64 counts as equal within this: the noise of the last bits is a millionth of it."""

_ROUND = np.float32(1.5 * 2.0**23)
"""Added and taken off again, it leaves a float32 a whole number; its bits then hold that number."""
_MANTISSA = 23
_EXP2 = tuple(np.float32(c) for c in (0.0013276271, 0.0096755475, 0.055507135, 0.2402212, 0.69314694, 1.0))
"""2^f for |f| <= 1/2, to the precision of float32; the highest power first."""
_EXP2_BRIEF = tuple(np.float32(c) for c in (0.055171374, 0.24261121, 0.69326103, 0.99992806))
"""The same to 13 bits: fine enough for what is rounded to BITS afterwards."""
_COLUMNS = 128
"""Of factors that are rounded together: fewer round more finely, but take more products."""
_BLOCK = 65536
"""Numbers worked on at a time, so that they stay in the processor's cache."""


def steady(x: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """x rounded to GRAIN.

    What only noise tells apart is equal, and then the first comes first everywhere.
    """
    return np.asarray(np.rint(np.asarray(x) * (1.0 / GRAIN)) * GRAIN)


def length(vector: NDArray[np.float64]) -> float:
    """The length of one vector.

    numpy.linalg.norm asks BLAS, whose last bit depends on the machine.
    """
    return float(np.sqrt(np.add.reduce(vector * vector)))


def smallest(values: NDArray[np.floating], number: int) -> NDArray[np.int64]:
    """(N, number) columns of the smallest of values (N, M) in each row, ascending.

    Of equal ones the first count.
    """
    count = values.shape[1]
    if number >= count:
        return np.broadcast_to(np.arange(count), values.shape).copy()
    last = np.partition(values, number - 1, axis=1)[:, number - 1 : number]
    chosen = values <= last
    for row in np.flatnonzero(np.count_nonzero(chosen, 1) > number):
        equal = np.flatnonzero(values[row] == last[row])
        chosen[row, equal[len(equal) - np.count_nonzero(chosen[row]) + number :]] = False
    return np.nonzero(chosen)[1].reshape(-1, number)


def product(x: Tensor, y: Tensor, bits: int = BITS) -> Tensor:
    """x @ y.T of x (N, K) and y (M, K), the same everywhere.

    It is exact but for their rounding (`snapped`).
    """
    return pieced(snapped(x, bits), snapped(y, bits))


def snapped(x: Tensor, bits: int = BITS) -> Tensor:
    """x (..., K) with each row, or each of equal pieces of it, in whole units.

    Its length is 2**bits at most.

    By Cauchy's inequality no sum of products of two such pieces, nor any part of it, exceeds 2**(2 * bits) units.
    Pieces are shorter than rows and so rounded more finely.
    """
    width = _width(x.shape[-1])
    pieces = x.reshape(*x.shape[:-1], x.shape[-1] // width, width)
    size = np.sqrt(np.einsum("...k,...k->...", pieces, pieces))[..., None]
    return rounded(pieces + np.float32(0.0), size * np.float32(1.0625), bits).reshape(x.shape)


def pieced(x: Tensor, y: Tensor) -> Tensor:
    """x @ y.T of what is `snapped`, piece by piece."""
    width = _width(x.shape[1])
    out = x[:, :width] @ y[:, :width].T
    for first in range(width, x.shape[1], width):
        out += x[:, first : first + width] @ y[:, first : first + width].T
    return np.asarray(out)


def _width(columns: int) -> int:
    """The width of the widest equal pieces of so many columns, up to _COLUMNS.

    If they can be had.
    """
    count = -(-columns // _COLUMNS)
    return columns // count if columns % count == 0 else columns


def rounded(x: Tensor, size: Tensor, bits: int) -> Tensor:
    """x, in place, in whole units.

    A unit is a power of two. At least 2**(bits - 1) and at most 2**bits of them are `size`.
    """
    _, power = np.frexp(size)
    unit = np.ldexp(_ROUND, power - bits)
    x += unit
    x -= unit
    return x


def logarithm(x: Tensor) -> Tensor:
    """The natural logarithm, rounded from float64.

    Of its last bit, which depends on the machine, nothing is left.
    """
    return np.asarray(np.log(x, dtype=np.float64).astype(np.float32))


def exp2(x: Tensor, bits: int = _MANTISSA) -> Tensor:
    """2**x for x <= 126, in place, as fine as `bits` need; x is contiguous."""
    terms = _EXP2_BRIEF if bits <= BITS else _EXP2
    flat = x.ravel(order="K")
    for begin in range(0, len(flat), _BLOCK):
        part = flat[begin : begin + _BLOCK]
        np.maximum(part, LEAST, out=part)
        whole = part + _ROUND
        power = whole.view(np.int32) << _MANTISSA
        whole -= _ROUND
        part -= whole
        np.multiply(part, terms[0], out=whole)
        for c in terms[1:-1]:
            whole += c
            whole *= part
        np.add(whole, terms[-1], out=part)
        exponent = part.view(np.int32)
        exponent += power
    return x
