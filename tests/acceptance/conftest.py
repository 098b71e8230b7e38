"""The small demo in the portal's database and in the reference's store, and an LEA smaller still."""

from tests.acceptance.alder import clerk, school
from tests.reference.fixtures import demo_data, demo_ods, demo_store, files_folder

__all__ = ["clerk", "demo_data", "demo_ods", "demo_store", "files_folder", "school"]
