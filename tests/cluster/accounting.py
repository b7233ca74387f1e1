"""The accounts of a Slurm: slurmdbd and its database, in the folder of the node.

Debian's packages slurmdbd, mariadb-server-core and mariadb-client-core suffice.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.cluster.daemons import found, program, running, said, wait_until

PROGRAMS = ("slurmdbd", "mariadbd", "mariadb-install-db", "mariadb")
ACCOUNT = "physics"
CONF = """
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost=localhost
DbdPort={ports[0]}
SlurmUser={user}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={ports[1]}
StorageUser=slurm
StoragePass=secret
StorageLoc=accounts
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
"""
OF_SLURM = """
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={ports[0]}
AccountingStoragePass={folder}/munge.socket
AccountingStorageEnforce=associations
"""
RIGHTS = """
CREATE DATABASE accounts;
CREATE USER 'slurm'@'%' IDENTIFIED BY 'secret';
GRANT ALL ON accounts.* TO 'slurm'@'%';
"""


def missing() -> list[str]:
    """The programs for accounts that this machine does not have."""
    return [name for name in PROGRAMS if not found(name)]


@contextmanager
def accounts(
    folder: Path, environment: Mapping[str, str], values: Mapping[str, Any]
) -> Iterator[None]:
    """Run the database and slurmdbd; the Slurm in this folder then needs no more."""
    (folder / "slurmdbd.conf").write_text(CONF.format(**values))
    (folder / "slurmdbd.conf").chmod(0o600)
    log, daemon = folder / "slurmdbd.log", [program("slurmdbd"), "-D"]
    with ExitStack() as daemons:
        daemons.enter_context(_database(folder, values["ports"][1], values["user"]))
        daemons.enter_context(running(daemon, folder, environment))
        wait_until(lambda: log.exists() and "started" in log.read_text(), folder)
        yield


@contextmanager
def _database(folder: Path, port: int, user: str) -> Iterator[None]:
    place, at = folder / "database", f"--socket={folder}/database.socket"
    own = [f"--datadir={place}", f"--user={user}"]
    said(program("mariadb-install-db"), "--no-defaults", *own, "--skip-test-db")
    network = ["--bind-address=127.0.0.1", f"--port={port}", f"--log-error={folder}/database.log"]
    command = [program("mariadbd"), "--no-defaults", *own, at, *network]
    with running([*command, f"--pid-file={folder}/database.pid"], folder, os.environ):
        ask = [program("mariadb"), "--no-defaults", at, "--user=root"]
        wait_until(lambda: said(*ask, "-e", "select 1"), folder)
        said(*ask, given=RIGHTS)
        yield


def open_account(user: str, environment: Mapping[str, str]) -> None:
    """Let the user of this machine have an account; sacctmgr is in the environment."""
    for words in (
        "add cluster mornet",
        f"add account {ACCOUNT} cluster=mornet description=tests organization=tests",
        f"add user {user} account={ACCOUNT}",
    ):
        said("sacctmgr", "-i", *words.split(), environment=environment)
