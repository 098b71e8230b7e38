import pytest

from ods.models import Organization
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.records import LEA, SCHOOL
from tests.ods.posting.filing import OTHER_LEA, OTHER_LEAS_SCHOOL, SECOND_SCHOOL


@pytest.fixture(autouse=True)
def directory(db: None) -> Organization:
    """Two LEAs, the first with two schools, and a SELPA."""
    lea, other = make_lea(LEA), make_lea(OTHER_LEA)
    make_school(lea, SCHOOL)
    make_school(lea, SECOND_SCHOOL)
    make_school(other, OTHER_LEAS_SCHOOL)
    make_selpa("1901", members=(lea, other))
    return lea
