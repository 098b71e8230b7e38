"""The submissions app: its kinds of job and its pages."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"

    def ready(self) -> None:
        from accounts.navigation import Entry, Section  # noqa: PLC0415  # models are ready only now
        from accounts.navigation import register as register_page  # noqa: PLC0415  # the same
        from extracts import submission_jobs  # noqa: PLC0415  # the same
        from extracts.kinds import list_kind  # noqa: PLC0415  # the same
        from jobs.registry import JobKind, register  # noqa: PLC0415  # the same
        from submissions import posting, receiving, rejected  # noqa: PLC0415  # the same
        from submissions.access import anything_open, roles_that_cover  # noqa: PLC0415  # the same
        from submissions.queries import postings_of  # noqa: PLC0415  # the same

        register(JobKind(name=receiving.KIND, run="submissions.validating.run", covering_roles=roles_that_cover))
        register(JobKind(name=posting.KIND, run="submissions.posting.run", covering_roles=roles_that_cover))
        register(JobKind(name=rejected.KIND, run="submissions.rejected.run", covering_roles=roles_that_cover))
        list_kind(rejected.KIND)
        submission_jobs.register(postings_of)
        for label, url_name, order in (
            ("File Submission", "submissions:list", 0),
            ("Upload", "submissions:upload", 1),
            ("Validation Rules", "submissions:rules", 2),
        ):
            register_page(
                Entry(
                    Section.FILE_SUBMISSION,
                    label,
                    url_name,
                    visible=lambda user, organization, held: anything_open(held=held, organization=organization),
                    order=order,
                )
            )
