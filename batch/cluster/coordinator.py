"""Hands shots to Dask's workers and gathers results.

It sees names and sizes of files, never what is in them.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, Future, LocalCluster, as_completed

from ..child import Limits
from ..fingerprint import version
from ..report import Tell
from ..result import Result, write_result
from ..settings import Settings
from ..shots import Shot
from ..unit import failed
from .task import ShotDiedError, fill_on_worker

WORKER_DEATHS = 3
"""So many workers may die with one shot in hand before it counts as failed: machines are taken away, too."""


@dataclass(frozen=True)
class Cluster:
    """Where to run: `workers` processes of this machine, or a scheduler's.

    A shot whose process died is tried again, up to `retries` times.
    """

    workers: int | None = None
    scheduler: str | None = None
    retries: int = 1


def run(
    cluster: Cluster,
    shots: Sequence[Shot],
    settings: Settings,
    limits: Limits,
    force: bool,
    tell: Tell,
    say: Callable[[str], None],
) -> list[Result]:
    """All results, in the order in which they came.

    A shot that fails, or kills its worker, stops no other.

    Raises OSError where the scheduler cannot be reached.
    """
    results: list[Result] = []
    with _client(cluster) as client:
        say(f"Dashboard: {dashboard(client)}")
        if not client.scheduler_info()["workers"]:
            say("No workers have come to this scheduler yet; waiting for them.")
        pending = _send(client, shots, (settings, limits, force, version()), cluster.retries)
        for future in as_completed(list(pending)):
            results.append(_result(future, pending.pop(future), settings))
            tell(results[-1], len(results), len(shots))
            future.release()
    return results


def _send(client: Client, shots: Sequence[Shot], arguments: tuple[Any, ...], retries: int) -> dict[Future, Shot]:
    """Every shot as a task, large files first.

    Whatever is long then does not begin when all others have ended.
    """
    run_of = uuid4().hex[:8]  # a scheduler takes tasks of one name for one task, whoever sends them
    tasks = {}
    for number, shot in enumerate(sorted(shots, key=_size, reverse=True)):
        name = f"inkbetween-{run_of}-{number}-{shot.name}"
        future = client.submit(
            fill_on_worker, shot, *arguments, key=name, pure=False, retries=retries, priority=-number
        )
        tasks[future] = shot
    return tasks


def dashboard(client: Client) -> str:
    """Where to watch the work in a browser.

    Graphs where Bokeh is installed beside the scheduler, tables elsewhere.
    """
    link = str(client.dashboard_link)
    if importlib.util.find_spec("bokeh") is None:
        return f"{link.removesuffix('/status')}/info/main/workers.html"
    return link


@contextmanager
def _client(cluster: Cluster) -> Iterator[Client]:
    """A client of the scheduler, or of one made for this run.

    Its workers restart when they die.
    """
    if cluster.scheduler:
        with Client(cluster.scheduler) as client:
            yield client
        return
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": max(WORKER_DEATHS, cluster.retries)}),
        LocalCluster(
            n_workers=cluster.workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as local,
        Client(local) as client,
    ):
        yield client


def _result(future: Future, shot: Shot, settings: Settings) -> Result:
    """What came of a shot, in good and in bad."""
    error = future.exception()
    if error is None:
        return future.result()
    reason = str(error) if isinstance(error, ShotDiedError | RuntimeError) else f"{type(error).__name__}: {error}"
    result = failed(shot, settings, reason, died=isinstance(error, ShotDiedError))
    write_result(shot.record, result)
    return result


def _size(shot: Shot) -> int:
    try:
        return shot.source.stat().st_size
    except OSError:
        return 0
