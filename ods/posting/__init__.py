"""Posting records to the operational data store (spec ods-extracts 10.2).

A file is staged in a temporary table, compared with the posted records in SQL, and the difference is carried out, in
one transaction: `post` is the way in. Replacement is a difference too, so that Upload Date survives.
"""

from ods.posting.files import empty_scope, post
from ods.posting.outcome import Counts, Outcome

__all__ = ["Counts", "Outcome", "empty_scope", "post"]
