"""The small demo, in the portal's database and in the reference's store."""

from tests.reference.fixtures import demo_data, demo_ods, demo_store, files_folder

__all__ = ["demo_data", "demo_ods", "demo_store", "files_folder"]
