"""The real servers tests need: found, installed where that is allowed, started, and stopped again.

`python -m tests.services -- COMMAND ...` runs a command with PostgreSQL, Redis and Chromium at hand. Fault tests take
`tests.services.postgres.Postgres` and `tests.services.redis.RedisServer` for servers of their own to stop and kill.
"""

COPIES = "PORTAL_TEST_COPIES"
"""Names the folder of tests.copies to the tests."""
LENT = "lent-by-tests.services"
"""A file in it."""
