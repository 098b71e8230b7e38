"""The extracts app: registers its kind of job."""

from django.apps import AppConfig


class ExtractsConfig(AppConfig):
    name = "extracts"

    def ready(self) -> None:
        from extracts import requesting  # noqa: PLC0415  # models are ready only now
        from extracts.definitions import covering_roles  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same

        register(JobKind(name=requesting.KIND, run=requesting.run, covering_roles=covering_roles))
