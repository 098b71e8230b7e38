"""Django admin: people, their roles, the directory, the audit trail, the home page's messages."""

from accounts.admin import audit_trail, directory, groups, messages, users

__all__ = ["audit_trail", "directory", "groups", "messages", "users"]
