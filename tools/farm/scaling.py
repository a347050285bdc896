"""How much two workers do in the time of one, and what a task costs the scheduler."""

from __future__ import annotations

import logging
import os
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .runs import records, start


@dataclass(frozen=True)
class Timing:
    """Seconds from start to end; the share of the workers' time that passed inside shots, Blender's start apart; CPU
    seconds of the shots; the machine's load (1 minute) before and after."""

    workers: int
    seconds: float
    inside: float
    cpu: float
    load: tuple[float, float]


def time_run(shots: Path, scratch: Path, workers: int, engine: str) -> Timing:
    """Fill all shots of a list anew."""
    out = scratch / f"timed-{workers}"
    shutil.rmtree(out, ignore_errors=True)
    before, started = os.getloadavg()[0], time.perf_counter()
    start(shots, out, workers, scratch / "timed.log", engine).process.wait()
    seconds = time.perf_counter() - started
    done = records(out).values()
    inside = sum(value for record in done for name, value in record["seconds"].items() if name != "expected")
    cpu = sum(record["about"].get("cpu_seconds", 0.0) for record in done)
    return Timing(workers, seconds, inside / (workers * seconds), cpu, (before, os.getloadavg()[0]))


def efficiency(shots: Path, scratch: Path, rounds: int, engine: str) -> tuple[float, list[Timing]]:
    """Time of one worker over twice the time of two, the median of rounds that take turns; and all timings."""
    timings, ratios = [], []
    for number in range(rounds):
        pair = [time_run(shots, scratch, workers, engine) for workers in ((1, 2) if number % 2 else (2, 1))]
        by_workers = {timing.workers: timing for timing in pair}
        ratios.append(by_workers[1].seconds / (2 * by_workers[2].seconds))
        timings += pair
    return statistics.median(ratios), timings


def nothing(*_arguments: Any) -> int:
    """What the scheduler is timed with."""
    return 0


def overhead(tasks: int) -> dict[str, float]:
    """Seconds that a task costs from its submission to its result, with two workers that do nothing, and the share
    that submitting takes. Tasks are sent one by one with the arguments that shots have."""
    from distributed import Client, LocalCluster, as_completed

    from inkbetween.batch.child import Limits
    from inkbetween.batch.settings import Settings
    from inkbetween.batch.shots import Shot

    shot = Shot(Path("/show/sequence/shot.blend"), Path("/show/filled/sequence/shot.blend"), Path("/show/filled"))
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        client.gather([client.submit(nothing, n, pure=False) for n in range(50)])
        started, cpu = time.perf_counter(), time.process_time()
        arguments = (shot, Settings(), Limits(), False, "0.1.0")
        futures = [client.submit(nothing, *arguments, pure=False, retries=1, priority=-n) for n in range(tasks)]
        sent = time.perf_counter()
        for future in as_completed(futures):
            future.release()
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
    return {"per_task": seconds / tasks, "cpu_per_task": used / tasks, "sending": (sent - started) / tasks}
