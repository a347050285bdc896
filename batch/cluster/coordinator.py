"""Hands shots to Dask's workers and gathers results. It sees names and sizes of files, never what is in them."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import dask
from distributed import Client, Future, LocalCluster, as_completed

from ..child import Limits
from ..command import Tell
from ..fingerprint import version
from ..result import Result, write_result
from ..settings import Settings
from ..shots import Shot
from ..unit import failed
from .task import ShotDiedError, fill_on_worker


@dataclass(frozen=True)
class Cluster:
    """Where to run: `workers` processes of this machine, or whatever the scheduler at an address has; `retries` of a
    shot whose process died, and of a worker that died with it."""

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
    """All results, in the order in which they came; a shot that fails, or kills its worker, stops no other.

    Raises OSError where the scheduler cannot be reached.
    """
    results: list[Result] = []
    with _client(cluster) as client:
        say(f"Dashboard: {dashboard(client)}")
        if not client.scheduler_info()["workers"]:
            say("No workers have come to this scheduler yet; waiting for them.")
        expected = version()
        # Large files first: whatever is long then does not begin when all others have ended.
        shots = sorted(shots, key=_size, reverse=True)
        pending: dict[str, Shot] = {}
        futures = []
        for number, shot in enumerate(shots):
            future = client.submit(
                fill_on_worker,
                shot,
                settings,
                limits,
                force,
                expected,
                key=f"inkbetween-{number}-{shot.name}",
                pure=False,
                retries=cluster.retries,
                priority=-number,
            )
            pending[str(future.key)] = shot
            futures.append(future)
        for future in as_completed(futures):
            results.append(_result(future, pending.pop(str(future.key)), settings))
            tell(results[-1], len(results), len(shots))
            future.release()
    return results


def dashboard(client: Client) -> str:
    """Where to watch the work in a browser: graphs where Bokeh is installed beside the scheduler, tables elsewhere."""
    link = str(client.dashboard_link)
    if importlib.util.find_spec("bokeh") is None:
        return f"{link.removesuffix('/status')}/info/main/workers.html"
    return link


@contextmanager
def _client(cluster: Cluster) -> Iterator[Client]:
    """A client of the scheduler, or of one made for this run alone, with workers that restart when they die."""
    if cluster.scheduler:
        with Client(cluster.scheduler) as client:
            yield client
        return
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": cluster.retries}),
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
