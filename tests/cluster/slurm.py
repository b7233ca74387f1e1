"""A Slurm of one node, whose files and processes live in one folder and end with the context.

Debian's packages slurmctld, slurmd, slurm-client and munge suffice; no daemon of the system runs,
and root is not needed. Memory limits are enforced by polling, since there need not be control
groups.
"""

import os
import pwd
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.cluster import accounting
from tests.cluster.daemons import PATH, found, free_ports, program, running, said, wait_until

DAEMONS = ("munged", "slurmctld", "slurmd")
CLIENTS = ("sbatch", "srun", "squeue", "scontrol", "scancel", "sinfo", "sacct", "sacctmgr")
PBS = ("qsub", "qstat", "qdel")  # Debian: slurm-wlm-torque
NO_ACCOUNTS = "AccountingStorageType=accounting_storage/none"
# no control groups, jobs over their memory are killed within seconds
CONF = """
ClusterName=mornet
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
SlurmctldPort={ports[2]}
SlurmdPort={ports[3]}
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
ReturnToService=2
MinJobAge=600
SchedulerParameters=batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The programs of Slurm that this machine does not have."""
    return [name for name in (*DAEMONS, *CLIENTS) if not found(name)]


@contextmanager
def slurm(folder: Path, *, accounts: bool = False) -> Iterator[Mapping[str, str]]:
    """Start a Slurm in the empty ``folder``; yield the environment in which its commands work.

    With ``accounts`` it has a database, and jobs need an account. Snakemake takes away all
    variables of Slurm, so that SLURM_CONF does not reach its jobs. The commands are therefore
    wrapped, each in a script that sets it.
    """
    values = _configure(folder, accounting.OF_SLURM if accounts else NO_ACCOUNTS)
    environment = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{PATH}"}
    conf = environment | {"SLURM_CONF": str(folder / "slurm.conf")}
    with ExitStack() as daemons:
        daemons.enter_context(_munge(folder))
        if accounts:
            daemons.enter_context(accounting.accounts(folder, conf, values))
            accounting.open_account(values["user"], environment)
        for name in ("slurmctld", "slurmd"):
            daemons.enter_context(running([program(name), "-D"], folder, conf))
        idle = [str(folder / "bin" / "sinfo"), "-h"]
        wait_until(lambda: "idle" in said(*idle, environment=environment), folder)
        yield environment


def _configure(folder: Path, storage: str) -> Mapping[str, Any]:
    """Write the files of a Slurm; return what stands in them."""
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o400)
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    values = {"host": socket.gethostname().split(".")[0], "folder": folder}
    values |= {"user": pwd.getpwuid(os.getuid()).pw_name, "memory": megabytes * 9 // 10}
    values |= {"ports": free_ports(4), "cpus": os.cpu_count()}
    (folder / "slurm.conf").write_text((CONF + storage).format(**values))
    for name in (*CLIENTS, *filter(found, PBS)):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {program(name)} "$@"\n')
        script.chmod(0o755)
    return values


@contextmanager
def _munge(folder: Path) -> Iterator[None]:
    command = [program("munged"), "--foreground", "--force", f"--key-file={folder}/munge.key"]
    command += [f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid"]
    command += [f"--seed-file={folder}/munge.seed", f"--log-file={folder}/munged.log"]
    with running(command, folder, os.environ):
        wait_until((folder / "munge.socket").exists, folder)
        yield
