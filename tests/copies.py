"""What costs seconds to make and is the same for all who need it is made once and copied.

`python -m tests.services` lends a folder that lives as long as its servers, so that all suites of `make test` share it;
a run of its own makes one (tests/conftest.py), which pytest-xdist's workers inherit.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.services import COPIES, LENT


def lent() -> bool:
    """Whether the folder is that of tests.services, and goes when its servers go."""
    return Path(os.environ[COPIES], LENT).exists()


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The file or folder `name`, made by whoever comes first; others wait for it. A maker that fails leaves nothing."""
    path = Path(os.environ[COPIES], name)
    with Path(os.environ[COPIES], f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = path.with_name(f"{name}.part")
            if made.is_dir():
                shutil.rmtree(made)
            make(made)
            made.rename(path)
    return path
