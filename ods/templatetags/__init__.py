"""Template filters of the record layouts."""
