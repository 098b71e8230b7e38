"""The Docker files, as far as they can be checked without Docker (tests/calpads_portal/test_production runs them)."""

import json
from pathlib import Path

import yaml
from jsonschema import Draft201909Validator

from calpads_portal import processes

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def test_the_compose_file_follows_the_compose_specification() -> None:
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text())
    document = {name: value for name, value in COMPOSE.items() if name != "name"}  # newer than the schema
    assert [error.message for error in Draft201909Validator(schema).iter_errors(document)] == []


def test_the_services_run_the_commands_that_serve_and_the_tests_run() -> None:
    services = COMPOSE["services"]
    assert {name: services[name]["command"] for name in ("migrate", "web", "worker", "beat")} == {
        "migrate": ["python", *processes.MIGRATE],
        "web": ["python", *processes.WEB],
        "worker": ["python", *processes.WORKER],
        "beat": ["python", *processes.BEAT],
    }


def test_every_lasting_service_is_watched_and_started_again() -> None:
    lasting = {name: service for name, service in COMPOSE["services"].items() if name != "migrate"}
    assert lasting.keys() == {"postgres", "redis", "web", "worker", "beat"}
    assert {("healthcheck" in service, service["restart"]) for service in lasting.values()} == {
        (True, "unless-stopped")
    }


def test_data_lie_in_named_volumes_and_secrets_in_files() -> None:
    mounts = [mount for service in COMPOSE["services"].values() for mount in service["volumes"]]
    assert {mount.partition(":")[0] for mount in mounts} == COMPOSE["volumes"].keys()
    assert {name: list(secret) for name, secret in COMPOSE["secrets"].items()} == {
        "postgres_password": ["file"],
        "secret_key": ["file"],
    }
    variables = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    assert {name for name in variables if name.endswith(("PASSWORD", "SECRET_KEY"))} == set()


def test_the_image_starts_the_web_server_as_an_ordinary_user() -> None:
    lines = (REPOSITORY / "Dockerfile").read_text().splitlines()
    assert json.loads(lines[-1].removeprefix("CMD ")) == ["python", *processes.WEB]
    assert [line for line in lines if line.startswith("USER ")] == ["USER portal"]
    assert [line for line in lines if "pip install" in line] == [
        "RUN python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock"
    ]


def test_the_image_holds_every_package_the_portal_loads() -> None:
    held = {
        line.strip("!/ \n") for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert held == packages | {"manage.py", "requirements.lock", "templates", "static"}
