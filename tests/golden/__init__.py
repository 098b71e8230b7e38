"""Golden cases, typed by hand from the spec by somebody who had not seen the builder. See docs/testing.md."""
