"""Bringing files to an SFTP server: known host key or nothing, whole file or nothing (spec siras, sections 1 and 9).

No Django. A file is written under a temporary name, its size is checked, and a rename gives it its final name; whatever
goes wrong before leaves the file of the night before in its place.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

import paramiko

SECONDS = 20.0
"""How long the server may say nothing."""
_CHUNK = 1 << 15
_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Target:
    """A server and how to sign in to it. `host_key` is `type base64`, '' if none is pinned. Its repr hides secrets."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    host_key: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to bring: its final name, its bytes, and what they must come to."""

    name: str
    open: Callable[[], BinaryIO]
    size: int
    sha256: str


class TransferError(Exception):
    """It was not brought. `words` say why and what to do; `again`: trying later may help."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.words, self.again = words, again


class UnknownHostKey(TransferError):
    """The server's key is not the pinned one, or none is pinned. `offered` is what it showed."""

    def __init__(self, words: str, offered: str) -> None:
        super().__init__(words, again=False)
        self.offered = offered


class BadKey(ValueError):
    """Not a private key that can be read."""


def fingerprint(host_key: str) -> str:
    """`SHA256:...` as ssh shows it; '' for no key.

    Raises:
        BadKey: it is none.
    """
    return parsed_host_key(host_key).fingerprint if host_key else ""


def parsed_host_key(text: str) -> paramiko.PKey:
    """A public host key written `type base64`, as in known_hosts without the host.

    Raises:
        BadKey: it is none.
    """
    kind, _, rest = text.strip().partition(" ")
    try:
        encoded = rest.split()[0]
        return paramiko.PKey.from_type_string(kind, base64.b64decode(encoded))
    except Exception:  # whatever the parsers of five kinds of key raise
        raise BadKey("not a host key") from None


def private_key(text: str, passphrase: str = "") -> paramiko.PKey:
    """A private key in OpenSSH or PEM form.

    Raises:
        BadKey: it cannot be read; the words say whether the passphrase is to blame.
    """
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text), password=passphrase or None)
        except paramiko.PasswordRequiredException:
            raise BadKey("The key is locked with a passphrase. Give the passphrase, too.") from None
        except Exception:  # noqa: S112  # another kind of key, or none at all
            continue
    raise BadKey("This is no private key (Ed25519, ECDSA or RSA) that can be read, or the passphrase is wrong.")


class _Ask(paramiko.MissingHostKeyPolicy):
    """Refuses every key that is not pinned, and tells which it was."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        raise _unknown(key, pinned="")


def _unknown(key: paramiko.PKey, *, pinned: str) -> UnknownHostKey:
    shown = f"{key.get_name()} {key.fingerprint}"
    if pinned:
        words = (
            f"The server shows another host key than the pinned one: {shown}. Nothing was sent. Ask SIRAS whether "
            "they changed it; if so, press Check the connection and pin the new one."
        )
    else:
        words = (
            f"The server's host key is not known here: {shown}. Nothing was sent. Compare the fingerprint with the "
            "one SIRAS tells you, then pin it."
        )
    return UnknownHostKey(words, f"{key.get_name()} {key.get_base64()}")


@contextmanager
def connected(target: Target) -> Iterator[paramiko.SFTPClient]:
    """A session in the target's folder.

    Raises:
        TransferError: no connection, an unknown key, a refused sign-in, no such folder.
    """
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_Ask())
    if target.host_key:
        known = parsed_host_key(target.host_key)
        place = target.host if target.port == 22 else f"[{target.host}]:{target.port}"
        client.get_host_keys().add(place, known.get_name(), known)
    try:
        key = private_key(target.key, target.passphrase) if target.key else None
    except BadKey as error:
        raise TransferError(str(error), again=False) from None
    try:
        with _explained(target):
            client.connect(
                target.host,
                target.port,
                target.username,
                password=target.password or None,
                pkey=key,
                timeout=SECONDS,
                banner_timeout=SECONDS,
                auth_timeout=SECONDS,
                channel_timeout=SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )
            session = client.open_sftp()
            channel = session.get_channel()
            assert channel is not None
            channel.settimeout(SECONDS)
            if target.folder:
                try:
                    session.chdir(target.folder)
                except FileNotFoundError:
                    raise TransferError(
                        f"The server has no folder {target.folder}. Correct it in the profile, or leave it blank for "
                        "the district's own.",
                        again=False,
                    ) from None
        yield session
    finally:
        client.close()


@contextmanager
def _explained(target: Target) -> Iterator[None]:
    """Errors of the network and of the server, in words."""
    place = f"{target.host} port {target.port}"
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise _unknown(error.key, pinned=target.host_key) from None
    except paramiko.AuthenticationException:
        raise TransferError(
            f"{place} refused the sign-in of {target.username}. Check user name, password or key in the profile.",
            again=False,
        ) from None
    except socket.gaierror:
        raise TransferError(f"There is no host {target.host}. Check the name in the profile.", again=True) from None
    except TimeoutError:
        raise TransferError(f"{place} did not answer within {SECONDS:.0f} seconds.", again=True) from None
    except (paramiko.SSHException, EOFError, ConnectionError, paramiko.ssh_exception.NoValidConnectionsError) as error:
        raise TransferError(
            f"The connection to {place} failed or was cut ({type(error).__name__}).", again=True
        ) from None
    except PermissionError:
        raise TransferError(
            "The server does not allow writing there. Check the folder in the profile.", again=False
        ) from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise TransferError(
            f"The server could not take the file ({reason}). Its disk may be full.", again=True
        ) from None


def check(target: Target) -> None:
    """Sign in and look at the folder; raises `TransferError` like `connected`."""
    with connected(target) as session, _explained(target):
        session.listdir(".")


def deliver(
    target: Target,
    parcels: list[Parcel],
    *,
    say: Callable[[str], None],
    tried_since: datetime | None = None,
    give_up_after: float = 900.0,
) -> None:
    """Bring all parcels. With `tried_since` (an earlier attempt began then) what is there already stays as it is.

    `say` is told each step, in words for the log.

    Raises:
        TransferError: not all of them arrived; those that did stay, none is there by half.
    """
    until = time.monotonic() + give_up_after
    with connected(target) as session:
        say(f"Signed in at {target.host} as {target.username}.")
        for parcel in parcels:
            with _explained(target):
                if tried_since and _there_already(session, parcel, tried_since):
                    say(f"{parcel.name} is there already, whole: an earlier attempt had brought it.")
                    continue
                _put(session, parcel, until)
                say(f"{parcel.name}: {parcel.size:,} bytes are there under their final name.")


def _put(session: paramiko.SFTPClient, parcel: Parcel, until: float) -> None:
    draft = f"{parcel.name}.{secrets.token_hex(4)}.part"
    try:
        sent = 0
        with parcel.open() as source, session.open(draft, "wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                sent += len(chunk)
                if time.monotonic() > until:
                    raise TransferError(
                        f"The server is too slow: {sent:,} of {parcel.size:,} bytes in the time there is.", again=True
                    )
        _check_size(session, draft, parcel)
        _rename(session, draft, parcel.name)
        _check_size(session, parcel.name, parcel)
    except BaseException:
        # A server that is gone keeps the draft; the name says what it is.
        with contextlib.suppress(Exception):
            session.remove(draft)
        raise


def _check_size(session: paramiko.SFTPClient, name: str, parcel: Parcel) -> None:
    size = session.stat(name).st_size
    if size != parcel.size:
        raise TransferError(f"The server has {size:,} of {parcel.size:,} bytes of {parcel.name}.", again=True)


def _rename(session: paramiko.SFTPClient, draft: str, name: str) -> None:
    try:
        session.posix_rename(draft, name)  # over the file of the night before, in one step
    except OSError as error:
        if "support" not in str(error).lower():
            raise
        # A server without that extension: the old file has to go first. Status codes paramiko keeps to itself.
        with contextlib.suppress(FileNotFoundError):
            session.remove(name)
        session.rename(draft, name)


def _there_already(session: paramiko.SFTPClient, parcel: Parcel, since: datetime) -> bool:
    try:
        found = session.stat(parcel.name)
    except FileNotFoundError:
        return False
    if found.st_size != parcel.size or (found.st_mtime or 0) < (since - _SKEW).timestamp():
        return False
    digest = hashlib.sha256()
    with session.open(parcel.name, "rb") as file:
        file.prefetch(parcel.size)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == parcel.sha256
