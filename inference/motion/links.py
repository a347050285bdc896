"""Which ends of pieces are linked, and the chains that they make."""

from __future__ import annotations

import numpy as np


class Links:
    """Ends of pieces, two a piece, each linked to at most one other."""

    def __init__(self, count: int) -> None:
        self.to = np.full(2 * count, -1, np.int64)

    def join(self, end: int, other: int) -> None:
        if end != other and self.to[end] < 0 and self.to[other] < 0:
            self.to[end], self.to[other] = other, end

    def chains(self) -> tuple[list[list[tuple[int, bool]]], list[bool]]:
        """Lists of (piece, drawn backwards), and whether each closes on itself."""
        seen = np.zeros(len(self.to) // 2, bool)
        starts = [end for end in range(len(self.to)) if self.to[end] < 0]
        out, loops = [], []
        for begin in [*starts, *range(0, len(self.to), 2)]:
            if seen[begin // 2]:
                continue
            end, chain = begin, []
            while end >= 0 and not seen[end // 2]:
                seen[end // 2] = True
                chain.append((int(end // 2), bool(end % 2)))
                end = int(self.to[end ^ 1])
            out.append(chain)
            loops.append(end == begin)
        return out, loops
