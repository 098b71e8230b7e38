"""`python -m tests.mutants`: take away or flip one predicate, join or filter at a time, and see which test turns red.

Each mutant is a change of one line in a copy of the project; the tests named beside it run there until the first
fails. A mutant that survives is a hole in the tests, and the exit code says so. Prints the table, and writes it to
docs/mutants.md. Takes a quarter of an hour: it is no part of `make test`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.catalogue import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


def main() -> None:
    wanted = sys.argv[1:]
    survivors = 0
    table = ["| what is changed | where | the test that turns red |", "| --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "portal"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "results"))
        for mutant in MUTANTS:
            if wanted and not any(word in mutant.what for word in wanted):
                continue
            killer = killed_by(mutant, copy)
            survivors += killer is None
            row = f"| {mutant.what} | `{mutant.file}` | {f'`{killer}`' if killer else '**none: survives**'} |"
            print(row, flush=True)
            table.append(row)
    if not wanted:
        (ROOT / "docs" / "mutants.md").write_text("\n".join([PREFACE, *table, ""]))
    print(f"{len(table) - 2} mutants, {survivors} survived")
    sys.exit(1 if survivors else 0)


PREFACE = """# Mutants

One predicate, join or filter taken away or flipped at a time, and the test that then fails. Made by
`python -m tests.mutants`.
"""


def killed_by(mutant: Mutant, copy: Path) -> str | None:
    """The first test that fails on the mutant, without its folder."""
    path = copy / mutant.file
    original = path.read_text()
    assert original.count(mutant.before) == 1, f"{mutant.what}: stands {original.count(mutant.before)} times"
    path.write_text(original.replace(mutant.before, mutant.after))
    pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    try:
        done = subprocess.run(
            [*pytest, *mutant.tests, *(["-k", mutant.only] if mutant.only else [])],
            check=False,
            cwd=copy,
            env={"PATH": "/usr/bin:/bin", "VAR_DIR": str(copy / "var")},
            capture_output=True,
            text=True,
        )
    finally:
        path.write_text(original)
    found = FAILED.search(done.stdout)
    if found:
        return found[1].removeprefix("tests/")
    # Exit 5: the words beside the mutant select no test; anything else but 0 is a run that could not be judged.
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return None


if __name__ == "__main__":
    main()
