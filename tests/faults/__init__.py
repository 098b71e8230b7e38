"""The job under faults: users, a nemesis, and a checker over what the users saw.

`portal` starts and kills real processes, `driver` is the users (a process of its own that records its history),
`checker` reads the history afterwards and knows nothing of how it came about. docs/jobs.md says what is promised.
"""
