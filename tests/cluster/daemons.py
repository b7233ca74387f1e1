"""Programs in the foreground that end with a context, and how to wait for them."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def found(name: str) -> str | None:
    """Where a program is, None if it is missing."""
    return shutil.which(name, path=PATH)


def program(name: str) -> str:
    """Where a program is that is there."""
    path = found(name)
    assert path is not None, name
    return path


def free_ports(count: int) -> list[int]:
    """As many ports of this machine, which nobody listens to."""
    with ExitStack() as sockets:
        taken = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]


@contextmanager
def running(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a daemon in the foreground until the end of the context."""
    with open(folder / f"{Path(command[0]).name}.out", "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def said(*command: str, environment: Mapping[str, str] = os.environ, given: str = "") -> str:
    """What a command says, whether it fails or not."""
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, input=given
    )
    return done.stdout


def wait_until(what, folder: Path, seconds: float = 60.0) -> None:
    """Wait until ``what()`` holds; the error shows the ends of the logs in the folder."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            logs = [path.read_text()[-1000:] for path in sorted(folder.glob("*.log"))]
            raise RuntimeError("Slurm did not start:\n" + "\n".join(logs))
        time.sleep(0.1)
