"""What a kind of work is handed: its job, a way to report progress, and files to write."""

from jobs.lease import Lease
from jobs.models import Job
from jobs.storage import OutputFile


class Execution:
    """One attempt at a job, as the kind's `run` sees it."""

    def __init__(self, *, job: Job, lease: Lease) -> None:
        self.job = job
        self.files: list[OutputFile] = []
        self._lease = lease

    def progress(self, rows: int) -> None:
        """Say how many rows are done so far. Cheap: call it every chunk.

        Raises:
            Stopped: the job was cancelled or taken over by another attempt. Let it pass.
        """
        self._lease.rows = rows
        self._lease.check()

    def open_file(self, *, role: str, download_name: str, counted: bool = True) -> OutputFile:
        """A new file of the job. Write to it, then set its `rows`; it is checked and published when `run` returns.

        `counted` False is for files that are no lines of text, such as workbooks.

        Raises:
            ValueError: the job has a file in that role.
            Failed: the storage is full.
        """
        if any(file.role == role for file in self.files):
            raise ValueError(f"this job has a file in the role {role!r} already")
        file = OutputFile(role=role, download_name=download_name, counted=counted)
        self.files.append(file)
        return file
