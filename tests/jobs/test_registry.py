"""The kinds of jobs the apps register."""

import subprocess
import sys

from jobs.registry import kinds


def test_the_work_of_every_kind_is_there() -> None:
    assert [kind.name for kind in kinds() if not callable(kind.work)] == []


def test_starting_imports_no_library_of_one_kind_of_work() -> None:
    """A process that builds extracts carries neither spreadsheets nor the clients of other systems."""
    code = (
        "import sys, django; django.setup()\n"
        "print(*{'openpyxl', 'numpy', 'paramiko', 'cryptography', 'requests', 'rapidfuzz', 'xlwt'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.split() == []
