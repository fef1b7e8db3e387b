"""Worker processes: limits, crashes, reuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path

import pytest

from qedeck.evidence import workers
from qedeck.evidence.workers import Pool, processes


@pytest.fixture
def pool():
    with Pool(2, cpu_seconds=1, memory=2 << 30) as pool:
        yield pool


def test_a_value_comes_back(pool):
    assert pool.run(pow, 2, 10).value == 1024


def test_a_worker_is_used_again(pool):
    assert pool.run(os.getpid).value == pool.run(os.getpid).value != os.getpid()


def test_an_exception_is_named(pool):
    assert pool.run(divmod, 1, 0).failure == (
        "ended by ZeroDivisionError: integer division or modulo by zero"
    )


def test_cpu_time_is_limited_and_the_pool_goes_on(pool):
    outcome = pool.run(eval, "sum(1 for _ in iter(int, 1))")
    assert outcome.failure == "took more than 1 s of CPU time"
    assert pool.run(pow, 2, 3).value == 8


def test_the_limit_is_for_each_call(pool):
    burn = "[0 for _ in iter(lambda e=__import__('time').process_time() + 0.6: "
    burn += "__import__('time').process_time() > e, True)] and 1"
    assert [pool.run(eval, burn).value for _ in range(4)] == [1, 1, 1, 1]


def test_memory_is_limited(pool):
    assert pool.run(bytearray, 3 << 30).failure == "needed more than 2 GB of memory"
    assert pool.run(pow, 2, 3).value == 8


def test_a_killed_worker_is_a_failure(pool):
    outcome = pool.run(eval, f"__import__('os').kill(__import__('os').getpid(), {signal.SIGSEGV})")
    assert outcome.failure == "the worker process died (exit code -11)"


def test_a_crash_is_tried_once_more_alone(pool, tmp_path):
    file = tmp_path / "tried"
    crash = (
        f"__import__('os')._exit(3) if not __import__('pathlib').Path({str(file)!r}).exists()"
        f" and not __import__('pathlib').Path({str(file)!r}).write_text('1') is None else 42"
    )
    others = [pool.submit(time.sleep, 0.2) for _ in range(3)]
    assert pool.run(eval, crash).value == 42
    assert not any(other.result().failure for other in others)


def fork_server() -> int:
    """The process that forks the workers of this one."""
    return int(forkserver._forkserver._forkserver_pid)


def test_after_the_fork_server_was_killed_there_is_a_new_one(pool):
    assert pool.run(pow, 2, 3).value == 8
    before = fork_server()
    os.kill(before, signal.SIGKILL)
    calls = [pool.submit(pow, 2, k) for k in range(6)]
    assert [call.result().value for call in calls] == [2**k for k in range(6)]
    assert pool.run(eval, "__import__('os')._exit(3)").failure
    assert pool.run(pow, 2, 3).value == 8
    assert fork_server() != before


def test_workers_and_their_fork_server_are_killed_while_they_work(pool):
    assert pool.run(pow, 2, 3).value == 8
    calls = [pool.submit(time.sleep, 0.05) for _ in range(6)]
    os.kill(fork_server(), signal.SIGKILL)
    killed = pool.run(eval, "__import__('os').kill(__import__('os').getpid(), 9)")
    assert "died" in killed.failure
    assert not any(call.result().failure for call in calls)


def test_where_no_worker_can_be_started_the_call_says_so(monkeypatch):
    def refused(*_):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(workers, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(forkserver, "connect_to_new_process", refused)
    with Pool(1) as pool:
        outcome = pool.submit(pow, 2, 3).result()
    assert outcome.failure == (
        "no worker process could be started (ConnectionRefusedError: nobody listens)"
    )


def test_closing_ends_what_still_runs():
    pool = Pool(1)
    future = pool.submit(time.sleep, 3600)
    time.sleep(0.5)
    pool.close()
    assert future.result().failure


ABANDONED = """
import os, sys, time
from qedeck.evidence.workers import Pool
if __name__ == "__main__":
    pool = Pool(1)
    print(pool.run(os.getpid).value, flush=True)
    pool.submit(eval, sys.argv[1])
    time.sleep(3600)
"""


@pytest.mark.parametrize("busy", ["sum(1 for _ in iter(int, 1))", "__import__('time').sleep(3600)"])
def test_a_worker_ends_when_its_parent_was_killed_in_the_midst_of_a_call(tmp_path, busy):
    script = tmp_path / "abandoned.py"
    script.write_text(ABANDONED)
    parent = subprocess.Popen([sys.executable, script, busy], stdout=subprocess.PIPE, text=True)
    with parent:
        worker = int(parent.stdout.readline())
        assert running(worker)
        parent.kill()
    while running(worker):
        time.sleep(0.05)


def running(process: int) -> bool:
    """Whether a process has not ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_cores_are_shared_with_xdist(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 4, raising=False)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    assert processes() == 2
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "9")
    assert processes() == 1
