"""Rules that hold for every file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
# Modules that may be longer, each with its reason. Empty is best.
LONGER: dict[str, str] = {}


def tracked(pattern: str = "") -> list[Path]:
    """The files git knows (the index: what a clone would hold)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    return [
        REPOSITORY / name for name in listed.split("\0") if name.endswith(pattern) and (REPOSITORY / name).is_file()
    ]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_management_command_is_called_by_some_test() -> None:
    ours = {name for name, app in get_commands().items() if (REPOSITORY / str(app)).is_dir()}
    tests = "".join(path.read_text() for path in tracked(".py") if "tests" in path.relative_to(REPOSITORY).parts)
    assert {name for name in ours if f'"{name}"' not in tests} == set()


def test_no_module_grows_past_what_can_be_read_at_once() -> None:
    modules = [path for path in tracked(".py") if not {"tests", "migrations", "benchmarks"} & set(path.parts)]
    long = {
        path.relative_to(REPOSITORY).as_posix()
        for path in modules
        if len(path.read_text().splitlines()) > LONGEST_MODULE
    }
    assert long == LONGER.keys()


def test_no_file_names_a_machine_or_a_package_index() -> None:
    # Written in pieces, or this file would name them.
    machine = "|".join(["/ro" + "ot/", "/ho" + r"me/\w+/", "/Us" + r"ers/\w+/", r"(?<![\w.])/wo" + "rk/"])
    index = "|".join(["--index" + "-url", "--extra-index" + "-url", "files.python" + "hosted", r"/sim" + r"ple/\w"])
    forbidden = re.compile(f"{machine}|{index}")
    found = [
        f"{path.relative_to(REPOSITORY)}: {match.group()}"
        for path in tracked()
        if path.suffix not in {".png", ".ico", ".woff2"}
        and (match := forbidden.search(path.read_text(errors="replace")))
    ]
    assert found == []


def test_the_readme_and_contributing_call_only_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    called = {
        word
        for name in ("README.md", "CONTRIBUTING.md", "docs/operations.md", ".ci/run")
        for word in re.findall(r"(?:`|^\s*|exec )make ([a-z-]+)", (REPOSITORY / name).read_text(), re.MULTILINE)
    }
    assert called <= targets
    assert {"run", "test"} <= called


def test_what_the_pages_for_people_link_to_is_there() -> None:
    broken = [
        f"{page.relative_to(REPOSITORY)}: {link}"
        for page in tracked(".md")
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
        if not (page.parent / link).exists()
    ]
    named = re.findall(r"`(docs/[\w/.-]+)`", "".join(page.read_text() for page in tracked(".md")))
    broken += [name for name in named if not (REPOSITORY / name).exists()]
    assert broken == []


def test_every_target_of_the_makefile_is_explained_by_make_help() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"help", "install-dev"}
    targets = {target for target in targets if not target.startswith(("suite", "lint-"))}  # parts of others
    assert set(re.findall(r'@echo "make ([a-z-]+)', makefile)) == targets


def test_ci_runs_the_projects_own_test_command() -> None:
    assert (REPOSITORY / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"
