"""Credentials of other systems (SFTP passwords and keys, API secrets), sealed before they reach the database.

The key is derived from SECRET_KEY: a copy of the database alone opens nothing. While that key is being changed, what
SECRET_KEY_FALLBACKS sealed still opens (docs/decisions/0129-sealing.md).
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """What was sealed cannot be opened here: SECRET_KEY is another one, or the text was changed."""

    def __init__(self) -> None:
        super().__init__("The kept credentials cannot be opened: SECRET_KEY has changed. Enter them again.")


def sealed(text: str) -> str:
    """`text`, encrypted and authenticated, as ASCII; another one each time."""
    return _keys().encrypt(text.encode()).decode("ascii")


def opened(token: str) -> str:
    """What was sealed. Raises SealBroken."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"calpads_portal accounts.sealing").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
