"""The markup: what programs, screen readers and the security policy rely on."""
