"""What 1,000 workers would do: a simulation of shots, one scheduler and one file server, fed with what was measured."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Farm:
    """What the simulation knows.

    shot_seconds, spread  a shot's time on a core, in the mean, and its standard deviation over that
    scheduler_seconds     the scheduler's time for a task, one after the other
    shot_bytes            that a shot reads and writes on the shared files
    server_bytes          that the file server moves in a second, one after the other
    """

    shot_seconds: float
    spread: float = 0.5
    scheduler_seconds: float = 0.001
    shot_bytes: float = 1e6
    server_bytes: float = 1e9


@dataclass(frozen=True)
class Outcome:
    """Of a run: seconds, shots a second, how much of the workers' time was filling, and of the scheduler's and the file
    server's time was use."""

    workers: int
    seconds: float
    rate: float
    efficiency: float
    scheduler: float
    server: float


def simulate(farm: Farm, workers: int, shots: int, seed: int = 1) -> Outcome:
    """Shots of random length, longest first as far as their size tells, each handed out when a worker is free."""
    draw = random.Random(seed)
    lengths = sorted((_length(farm, draw) for _ in range(shots)), reverse=True)
    free = [(0.0, worker) for worker in range(workers)]
    scheduler = server = busy = end = 0.0
    moving = farm.shot_bytes / farm.server_bytes
    for length in lengths:
        ready, worker = heapq.heappop(free)
        scheduler = max(scheduler, ready) + farm.scheduler_seconds
        server = max(server, scheduler) + moving
        done = max(scheduler, server) + length
        busy += length
        end = max(end, done)
        heapq.heappush(free, (done, worker))
    used = shots * farm.scheduler_seconds / end, shots * moving / end
    return Outcome(workers, end, shots / end, busy / (workers * end), *used)


def table(farm: Farm, counts: Sequence[int], shots_each: int = 50) -> list[Outcome]:
    """Runs of so many shots for each worker."""
    return [simulate(farm, workers, workers * shots_each) for workers in counts]


def _length(farm: Farm, draw: random.Random) -> float:
    """Log-normal: never below nothing, a few very long ones."""
    if farm.spread <= 0:
        return farm.shot_seconds
    sigma = log(1 + farm.spread**2) ** 0.5
    return draw.lognormvariate(log(farm.shot_seconds) - sigma**2 / 2, sigma)
