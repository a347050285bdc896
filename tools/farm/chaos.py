"""Kill workers and coordinators at random moments; is the end the same as if nobody had?"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from .runs import Run, records, stamps, start


@dataclass(frozen=True)
class Verdict:
    """kills; finished results that were written a second time; shots whose end differs from the calm run; unfinished
    files left over; most shots in hand when something was killed."""

    kills: tuple[str, ...]
    redone: tuple[str, ...]
    different: tuple[str, ...]
    leftovers: tuple[str, ...]
    in_hand: int

    @property
    def good(self) -> bool:
        return not (self.redone or self.different or self.leftovers)


def chaos(
    shots: Path, out: Path, calm: Path, workers: int, kills: int, seed: int, within: float, engine: str
) -> Verdict:
    """Fill into `out` under `kills` SIGKILLs, a worker and the coordinator in turn, each `within` so many seconds of
    the first shot in hand, then to the end; compare with the results of a run that nobody disturbed."""
    moments = random.Random(seed)
    log = out.parent / f"{out.name}.log"
    out.mkdir(parents=True)
    told: list[str] = []
    first_written: dict[str, int] = {}
    in_hand = 0
    run = start(shots, out, workers, log, engine)
    while len(told) < kills and run.process.poll() is None:
        at_work = _wait_for_work(run)
        time.sleep(moments.uniform(0, within))
        if run.process.poll() is not None:
            break
        in_hand = max(in_hand, len(run.blenders()), at_work)
        for name, stamp in stamps(out).items():
            first_written.setdefault(name, stamp)
        if len(told) % 2:
            run.process.send_signal(signal.SIGKILL)
            run.process.wait()
            told.append(f"coordinator, {len(first_written)} shots finished")
            run = start(shots, out, workers, log, engine)
        else:
            victims = run.workers()
            if victims:
                os.kill(moments.choice(victims).pid, signal.SIGKILL)
                told.append(f"worker, {len(first_written)} shots finished")
        print(f"killed: {told[-1] if told else 'nobody yet'}", flush=True)
    run.process.wait()
    first_written = {**stamps(out), **first_written}
    again = start(shots, out, workers, log, engine)  # a run after the end finds everything done
    again.process.wait()
    last = stamps(out)
    redone = tuple(name for name, stamp in first_written.items() if last.get(name) != stamp)
    ours, theirs = records(out), records(calm)
    same = ("state", "inbetweens", "keys", "left")
    different = tuple(
        name
        for name in sorted(ours.keys() | theirs.keys())
        if name not in ours or name not in theirs or any(ours[name][key] != theirs[name][key] for key in same)
    )
    leftovers = tuple(path.name for path in out.rglob(".*unfinished*"))
    return Verdict(tuple(told), redone, different, leftovers, in_hand)


def _wait_for_work(run: Run, seconds: float = 300) -> int:
    """Until shots are in hand; how many."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and run.process.poll() is None:
        if blenders := run.blenders():
            return len(blenders)
        time.sleep(0.1)
    return 0
