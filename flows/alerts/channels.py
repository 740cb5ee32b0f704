"""Sending one message to one channel: the console, or anything that Apprise reaches.

A channel's address is a secret: it comes from the environment or a Prefect Secret block when it is needed, is
handed to nobody, and whatever comes back from the channel is shown with every part of the address struck out.
"""

import contextlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Protocol
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from cuadra.flows.alerts.form import as_card, as_html
from cuadra.flows.alerts.routes import DEFAULT_CHANNEL, Channel
from cuadra.flows.words.plain import as_markdown

TIMEOUT = 20.0
"""Seconds to wait for a channel; Apprise's own four take a slow mail server for one that refused."""


SLACK_SECTION = 3_000
"""So many characters Slack takes in one section of a message; a longer one it refuses."""

CERTAIN = (
    "refused", "newconnectionerror", "connecttimeout", "name or service", "nameresolution", "no route to host",
    "authentication", "not accepted", "smtpsenderrefused", "smtprecipientsrefused", "smtpconnecterror",
)  # fmt: skip
"""Signs that a message never left, or was refused in so many words."""


class ChannelError(Exception):
    """A message was not taken by its channel; the text holds no part of the channel's address.

    ``may_be_taken`` says that nobody knows: the channel broke off or did not answer in time, as a slow one does
    that took the message. Sending again must then say that it is a repeat.
    """

    def __init__(self, text: str, *, may_be_taken: bool = False) -> None:
        super().__init__(text)
        self.may_be_taken = may_be_taken


@dataclass(frozen=True)
class Message:
    """One digest: ``digest`` is its idempotency key, ``events`` what it tells."""

    title: str
    body: str
    digest: str
    events: Sequence[str] = ()


class Outlet(Protocol):
    """A channel that is ready to send."""

    most_characters: int | None

    def send(self, message: Message) -> None:
        """Return when the channel has taken the message; raise `ChannelError` when it has not."""


class Console:
    """Prints messages where the run is watched or logged."""

    most_characters: int | None = None

    def __init__(self, echo: Callable[[str], object]) -> None:
        self._echo = echo

    def send(self, message: Message) -> None:
        """Print the message."""
        try:
            self._echo(f"{message.title}\n\n{message.body}")
        except (OSError, ValueError) as error:
            raise ChannelError(f"channel 'console': expected to print, got {str(error)!r}.") from error


class Service:
    """Sends messages through Apprise to one address."""

    def __init__(self, name: str, address: str, where: str) -> None:
        import apprise  # not needed by the console, and slow to import

        self._name, self._address, self._where = name, address, where
        with _overhear() as heard:
            plugin = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if plugin is None:
            raise ChannelError(
                f"channel {name!r}: expected an address that Apprise knows, such as "
                f"mailtos://user:password@example.org, got {self._reply(heard)!r}. "
                f"Correct {where}."
            )
        query = dict(parse_qsl(urlsplit(address).query))
        ours = {
            "format": ("notify_format", apprise.NotifyFormat.TEXT),
            "overflow": ("overflow_mode", apprise.OverflowMode.SPLIT),  # never cut off
            "cto": ("socket_connect_timeout", TIMEOUT),
            "rto": ("socket_read_timeout", TIMEOUT),
        }
        for parameter, (attribute, value) in ours.items():
            if parameter not in query:
                setattr(plugin, attribute, value)
        plugin.optional = False  # or a refused message would count as taken
        self._plugin = plugin
        self._form = "text" if "format" in query or "template" in query else _form(plugin)
        if self._form == "blocks":
            setattr(plugin, "use_blocks", True)  # noqa: B010 - only Slack's has it
            plugin.body_maxlen = min(plugin.body_maxlen, SLACK_SECTION)
        room = plugin.body_maxlen - (plugin.title_maxlen if plugin.title_maxlen < plugin.body_maxlen else 0)
        if self._form == "html":
            plugin.body_maxlen *= 4  # a mail has no limit of its own, and a tag must not be parted
        elif self._form == "card":
            room //= 3  # for what is escaped
        self.most_characters: int | None = room

    def send(self, message: Message) -> None:
        """Send it with its key, in a header and, to a JSON webhook, in the payload too."""
        with _overhear() as heard, _details() as details:
            try:
                if isinstance(headers := getattr(self._plugin, "headers", None), dict):
                    headers["Idempotency-Key"] = message.digest
                if isinstance(extras := getattr(self._plugin, "payload_extras", None), dict):
                    extras.update(digest=message.digest, events=" ".join(message.events))
                is_taken = self._notify(message)
            except Exception as error:  # a hundred plugins, any of which may raise anything
                is_taken, _ = False, heard.write(f"{type(error).__name__}: {error}")
                details.write(str(error))
        if not is_taken:
            # Not chained: a traceback would print the address.
            raise ChannelError(
                f"channel {self._name!r}: expected it to take the message, got {self._reply(heard)!r}. "
                f"Correct the channel or {self._where}; what waits goes out with the next run.",
                may_be_taken=not _is_certain(details.getvalue()),
            )

    def _notify(self, message: Message) -> bool:
        """Send it in the form that the channel shows best."""
        from apprise import NotifyFormat

        if self._form == "html":
            self._plugin.notify_format = NotifyFormat.HTML
            return bool(self._plugin.notify(body=as_html(message.body), title=message.title, body_format="html"))
        if self._form == "card":
            title, body = as_markdown(message.title), as_card(message.body)
            return bool(self._plugin.notify(body=body, title=title, body_format="text"))
        return bool(self._plugin.notify(body=message.body, title=message.title, body_format="text"))

    def _reply(self, heard: StringIO) -> str:
        return redact(" ".join(heard.getvalue().split()), self._address) or "no reason"


def open_channel(name: str, channel: Channel, environment: Mapping[str, str], echo: Callable[[str], object]) -> Outlet:
    """The channel ready to send; raises `ChannelError` when its address is missing or unusable."""
    if name == DEFAULT_CHANNEL:
        return Console(echo)
    if channel.prefect_block:
        where = f"the Prefect Secret block {channel.prefect_block!r}"
        return _service(name, _from_prefect(name, channel.prefect_block), where)
    variable = f"CUADRA_CHANNEL_{name.upper().replace('-', '_')}"
    where = f"the environment variable {variable}"
    if address := environment.get(variable):
        return _service(name, address, where)
    raise ChannelError(
        f"channel {name!r}: expected its address in {where}, got none. "
        "Set it where the runs are started; what waits goes out with the next run."
    )


def _service(name: str, address: str, where: str) -> Service:
    try:
        return Service(name, address, where)
    except ChannelError:
        raise
    except Exception as error:  # a hundred plugins, and addresses of any form
        raise ChannelError(
            f"channel {name!r}: expected an address that can be used, got {type(error).__name__}. Correct {where}."
        ) from None


def _form(plugin: object) -> str:
    """What a channel shows best: HTML by mail, blocks in Slack, a card in Teams, else plain text."""
    names = {each.__name__ for each in type(plugin).__mro__}
    forms = {"NotifyEmail": "html", "NotifySlack": "blocks", "NotifyWorkflows": "card"}
    return next((form for name, form in forms.items() if name in names), "text")


def redact(text: str, address: str) -> str:
    """The text with every part of the address struck out, as written and as decoded; also of a malformed one."""
    found = re.split(r"[/:@?#&=;,\s\[\]]+", address.partition("://")[2] or address)
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        found += [parts.netloc, parts.path, parts.query, parts.fragment, parts.username or "", parts.password or ""]
        found += [value for _, value in parse_qsl(parts.query)]
    pieces = {address, *found}
    known = {way(piece) for piece in pieces for way in (str, unquote, quote, quote_plus)}
    for word in sorted(known, key=len, reverse=True):
        if len(word.strip("/")) > 1:
            text = re.sub(re.escape(word), "•••", text, flags=re.IGNORECASE)
    return text


def _from_prefect(name: str, block: str) -> str:
    from prefect.blocks.system import Secret  # takes three seconds, and is rarely needed

    try:
        return str(Secret.load(block).get())  # type: ignore[union-attr] # no event loop runs here
    except Exception as error:
        raise ChannelError(
            f"channel {name!r}: expected its address in the Prefect Secret block {block!r}, got "
            f"{type(error).__name__}. Create the block, or start the runs where Prefect can be reached."
        ) from None


def _is_certain(details: str) -> bool:
    """Whether what Apprise said shows that the message was not taken: it was answered so, or never left."""
    return any(sign in details.casefold() for sign in CERTAIN) or re.search(r"error=\d{3}", details) is not None


@contextlib.contextmanager
def _details() -> Iterator[StringIO]:
    """Everything Apprise says meanwhile, down to why a connection failed; to be searched, never shown."""
    details = StringIO()
    handler, logger = logging.StreamHandler(details), logging.getLogger("apprise")
    level, others = logger.level, [(each, each.level) for each in logger.handlers]
    for each, _ in others:
        each.setLevel(logging.INFO + 1)
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield details
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        for each, before in others:
            each.setLevel(before)


@contextlib.contextmanager
def _overhear() -> Iterator[StringIO]:
    """What Apprise says meanwhile, kept from every log: it names addresses."""
    heard = StringIO()
    handler = logging.StreamHandler(heard)
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [(logger.level, logger.propagate, logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO + 1)
        logger.propagate = False
        logger.handlers = [handler]
    try:
        yield heard
    finally:
        for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate, logger.handlers = propagate, handlers
