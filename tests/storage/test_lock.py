import os
import subprocess
import sys

import pytest

from mornet.errors import StorageError
from mornet.storage.lock import hold


def test_a_lock_is_held_until_its_process_ends_which_is_silent(tmp_path, monkeypatch):
    lock = tmp_path / "results" / ".lock"
    holding = "from pathlib import Path; from mornet.storage.lock import hold; import os, sys;"
    code = f"{holding} hold(Path(sys.argv[1])); print(os.getpid(), flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    command = [sys.executable, "-W", "always", "-c", code, str(lock)]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
    ) as process:
        pid = process.stdout.readline().strip()
        with pytest.raises(StorageError, match=rf"is being written by the process {pid}: wait"):
            hold(lock)
        monkeypatch.setenv("MORNET_RUN_PID", pid)
        hold(lock)  # a child of that process shares its lock
        assert process.communicate() == ("", "")
    hold(lock)
    assert lock.read_text() == str(os.getpid())
