"""Worker processes with limits: SymPy can hang for minutes or take a process with it."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

CPU_SECONDS = 300.0
"""Only what has lost its way meets this: proofs have limits of their own, far below it."""
MEMORY = 4 << 30
_PATIENCE = 20.0
"""How much longer than its CPU seconds a call may take, on a machine that does other work, too."""
_SLACK = 30.0
PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds before it is tried again to start a worker."""
OVER = "given up: the run is over"


@dataclass(frozen=True)
class Outcome:
    """What became of a call in a worker: a value, or why there is none."""

    value: Any = None
    failure: str = ""
    """Empty where the call returned; else the limit that it met or how it ended."""


@dataclass(frozen=True, order=True)
class _Job:
    """A call that waits for a worker; the lowest comes first."""

    turn: tuple[Any, ...]
    number: int
    future: Future[Outcome] = field(compare=False)
    call: tuple[Any, ...] = field(compare=False)


def processes() -> int:
    """How many workers to run: the cores, shared with the other processes of pytest-xdist."""
    available = getattr(os, "process_cpu_count", None) or os.cpu_count
    share = max(int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") or 1), 1)
    return max((available() or 1) // share, 1)


class Pool:
    """Workers that are started when they are needed and used again.

    A call that crashes, or meets a limit, is tried once more with no other call beside it.
    """

    def __init__(
        self,
        count: int | None = None,
        cpu_seconds: float = CPU_SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self._count = count or processes()
        self._cpu_seconds = cpu_seconds
        self._memory = memory
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._turn = threading.Condition()
        self._busy = 0
        self._alone = 0
        self._closed = False

    def submit(
        self, function: Callable[..., Any], *arguments: Any, turn: tuple[Any, ...] = ()
    ) -> Future[Outcome]:
        """Run an importable function in a worker; of those that wait, the lowest turn is next."""
        job = _Job(turn, next(self._numbers), Future(), (function, *arguments))
        self._jobs.put(job)
        if len(self._threads) < self._count:
            thread = threading.Thread(target=self._work, name="qedeck", daemon=True)
            self._threads.append(thread)
            thread.start()
        return job.future

    def run(self, function: Callable[..., Any], *arguments: Any) -> Outcome:
        """Run an importable function in a worker and wait for it."""
        first = self._attempt(function, arguments, alone=False)
        return self._attempt(function, arguments, alone=True) if first.failure else first

    def close(self) -> None:
        """End all workers; calls that run or wait are given up."""
        with self._turn:
            self._closed = True
            busy = self._workers.difference(self._idle)
        for worker in busy:
            worker.kill()
        with suppress(queue.Empty):
            while True:
                self._jobs.get_nowait().future.cancel()
        for _ in self._threads:
            self._jobs.put(_Job((), next(self._numbers), Future(), ()))
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        """A thread's loop: give calls to workers in turn, until one is no call."""
        while call := (job := self._jobs.get()).call:
            if job.future.set_running_or_notify_cancel():
                try:
                    job.future.set_result(self.run(*call))
                except BaseException as error:  # noqa: BLE001 - for the thread that waits for it
                    job.future.set_exception(error)

    def _attempt(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], *, alone: bool
    ) -> Outcome:
        self._enter(alone)
        try:
            worker = self._taken()
            if isinstance(worker, Outcome):
                return worker
            outcome = worker.call(function, arguments, self._cpu_seconds)
            with self._turn:
                if worker.alive:
                    self._idle.append(worker)
                else:
                    self._workers.discard(worker)
            return outcome
        finally:
            self._leave(alone)

    def _taken(self) -> _Worker | Outcome:
        """An idle worker or a new one, or why there is none."""
        with self._turn:
            if self._closed:
                return Outcome(failure=OVER)
            if self._idle:
                return self._idle.pop()
        worker = _started(self._memory)
        with self._turn:
            if isinstance(worker, _Worker):
                if self._closed:
                    worker.stop()
                    return Outcome(failure=OVER)
                self._workers.add(worker)
        return worker

    def _enter(self, alone: bool) -> None:
        with self._turn:
            if alone:
                self._alone += 1
                self._turn.wait_for(lambda: self._busy == 0)
            else:
                self._turn.wait_for(lambda: self._alone == 0 and self._busy < self._count)
            self._busy += 1

    def _leave(self, alone: bool) -> None:
        with self._turn:
            self._busy -= 1
            self._alone -= alone
            self._turn.notify_all()


def _started(memory: int) -> _Worker | Outcome:
    """A new worker, or why none could be started; tried again, as a fork server may just end."""
    error: Exception
    for pause in (*PAUSES, 0.0):
        try:
            return _Worker(memory)
        except (OSError, EOFError) as now:
            error = now
            time.sleep(pause)
    words = f"{type(error).__name__}: {error}"
    return Outcome(failure=f"no worker process could be started ({words})")


class _Worker:
    """One process and the pipe to it.

    Raises:
        OSError, EOFError: where the fork server refuses, or ends meanwhile; the next one is new.
    """

    def __init__(self, memory: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["qedeck.evidence.prefork"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory), daemon=True)
        try:
            self._process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()
        self.alive = True

    def call(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], cpu_seconds: float
    ) -> Outcome:
        deadline = time.monotonic() + _PATIENCE * cpu_seconds + _SLACK
        try:
            self._pipe.send((function, arguments, cpu_seconds))
            if self._pipe.poll(deadline - time.monotonic()):
                value, failure = self._pipe.recv()
                return Outcome(value, failure)
        except (EOFError, OSError):
            return Outcome(failure=self._end(cpu_seconds))
        self.stop()
        return Outcome(failure=f"gave no answer in {_PATIENCE * cpu_seconds + _SLACK:.0f} s")

    def kill(self) -> None:
        self._process.kill()

    def stop(self) -> None:
        if not self.alive:
            return
        self.alive = False
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()

    def _end(self, cpu_seconds: float) -> str:
        self._process.join(5)
        code = self._process.exitcode
        self.stop()
        if code is not None and -code in _LIMIT_SIGNALS:
            return f"took more than {cpu_seconds:g} s of CPU time"
        return f"the worker process died (exit code {code})"


_LIMIT_SIGNALS = frozenset({24})
"""SIGXCPU."""


def _end_with_parent() -> None:
    """End this process once the one that started it is gone, also in the midst of a call.

    That a killed parent's pipe is closed is seen only between calls.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _serve(pipe: Connection, memory: int) -> None:
    """The worker's loop; it ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    threading.Thread(target=_end_with_parent, name="qedeck-parent", daemon=True).start()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        memory = min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    while True:
        try:
            function, arguments, cpu_seconds = pipe.recv()
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001 - a function that cannot be imported
            pipe.send((None, f"could not begin: {type(error).__name__}: {str(error)[:500]}"))
            continue
        used = time.process_time()
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + cpu_seconds) + 1, hard))
        try:
            answer: tuple[Any, str] = (function(*arguments), "")
        except MemoryError:
            answer = (None, f"needed more than {memory / 2**30:g} GB of memory")
        except Exception as error:  # noqa: BLE001 - a crash of any kind is an unknown
            answer = (None, f"ended by {type(error).__name__}: {str(error)[:500]}")
        try:
            pipe.send(answer)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - what cannot be sent is an unknown
            pipe.send((None, f"ended by {type(error).__name__}: {str(error)[:500]}"))
