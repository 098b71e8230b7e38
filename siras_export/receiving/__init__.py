"""The receiving end as SIRAS describes it: when it takes a file, what it does with each row, and its log.

Pure but for `nightly`, `server` and `records`. Preview runs it on the file in memory, `manage.py emulate_siras` on what
was uploaded. What the published pages leave open is decided in docs/siras.md.
"""
