"""A Slurm of one node, whose files and processes live in one folder and end with the context.

Debian's packages slurmctld, slurmd, slurm-client and munge suffice; no daemon of the system runs,
and root is not needed. Memory limits are enforced by polling, since there need not be control
groups.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
DAEMONS = ("munged", "slurmctld", "slurmd")
CLIENTS = ("sbatch", "srun", "squeue", "scontrol", "scancel", "sinfo", "sacct", "sacctmgr")
PBS = ("qsub", "qstat", "qdel")  # Debian: slurm-wlm-torque
# no control groups, no accounting, jobs over their memory are killed within seconds
CONF = """
ClusterName=mornet
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=600
SchedulerParameters=batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The programs of Slurm that this machine does not have."""
    return [name for name in (*DAEMONS, *CLIENTS) if not _found(name)]


def _found(name: str) -> str | None:
    return shutil.which(name, path=PATH)


@contextmanager
def slurm(folder: Path) -> Iterator[Mapping[str, str]]:
    """Start a Slurm in the empty ``folder``; yield the environment in which its commands work.

    Snakemake takes away all variables of Slurm, so that SLURM_CONF does not reach its jobs. The
    commands are therefore wrapped, each in a script that sets it.
    """
    _configure(folder)
    environment = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{PATH}"}
    conf = {"SLURM_CONF": str(folder / "slurm.conf")}
    with ExitStack() as daemons:
        daemons.enter_context(_munge(folder))
        for name in ("slurmctld", "slurmd"):
            command = [_program(name), "-D"]
            daemons.enter_context(_running(command, folder, environment | conf))
        _wait_until(lambda: "idle" in _said(folder, environment, "sinfo", "-h"), folder)
        yield environment


def _configure(folder: Path) -> None:
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o400)
    user = _user()
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    values = {"host": socket.gethostname().split(".")[0], "user": user, "folder": folder}
    values |= {"ports": _free_ports(2), "cpus": os.cpu_count(), "memory": megabytes * 9 // 10}
    (folder / "slurm.conf").write_text(CONF.format(**values))
    for name in (*CLIENTS, *filter(_found, PBS)):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {_program(name)} "$@"\n')
        script.chmod(0o755)


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _program(name: str) -> str:
    found = _found(name)
    assert found is not None, name
    return found


def _free_ports(count: int) -> list[int]:
    with ExitStack() as sockets:
        taken = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]


@contextmanager
def _munge(folder: Path) -> Iterator[None]:
    command = [_program("munged"), "--foreground", "--force", f"--key-file={folder}/munge.key"]
    command += [f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid"]
    command += [f"--seed-file={folder}/munge.seed", f"--log-file={folder}/munged.log"]
    with _running(command, folder, os.environ):
        _wait_until((folder / "munge.socket").exists, folder)
        yield


@contextmanager
def _running(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
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


def _said(folder: Path, environment: Mapping[str, str], name: str, *words: str) -> str:
    command = [str(folder / "bin" / name), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def _wait_until(what, folder: Path, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            logs = [path.read_text()[-1000:] for path in sorted(folder.glob("*.log"))]
            raise RuntimeError("Slurm did not start:\n" + "\n".join(logs))
        time.sleep(0.1)
