"""Model of `alerts.toml`: channels, routes, owners, quiet hours."""

import tomllib
from datetime import datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from cuadra.flows.last_good import last_good
from cuadra.flows.words.vocabulary import Language

SHIPPED = Path(__file__).parent / "alerts.toml"
DEFAULT_CHANNEL = "console"

Severity = Literal["error", "warning", "note"]


class AlertsError(Exception):
    """The file of routes cannot be used."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Quiet(_Strict):
    """Hours in which a channel keeps still; they may run over midnight."""

    starts: time = Field(alias="from")
    ends: time = Field(alias="to")
    timezone: str = "UTC"
    lets_through: tuple[Severity, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"expected a time zone such as 'America/Lima', got {name!r}") from error
        return name

    def covers(self, now: datetime) -> bool:
        """Whether ``now`` (with a zone) falls into the quiet hours; their end no longer does."""
        local = now.astimezone(ZoneInfo(self.timezone)).time()
        if self.starts <= self.ends:
            return self.starts <= local < self.ends
        return local >= self.starts or local < self.ends


class Channel(_Strict):
    """One place to send messages to; its address is a secret and not part of it."""

    language: Language | None = None
    prefect_block: str | None = None
    quiet: Quiet | None = None

    def holds(self, severity: str, now: datetime) -> bool:
        """Whether an event of this severity waits until the quiet hours are over."""
        return self.quiet is not None and severity not in self.quiet.lets_through and self.quiet.covers(now)


class Route(_Strict):
    """Where events that fit go; an empty list of patterns fits all."""

    channels: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    def fits(self, kind: str, rule: str, severity: str, sources: list[str], owners: list[str]) -> bool:
        """Whether everything that this route names fits; of several sources one is enough."""
        return (
            _fits(self.kinds, [kind])
            and _fits(self.severities, [severity])
            and _fits(self.rules, [rule])
            and _fits(self.sources, sources)
            and _fits(self.owners, owners)
        )


class Routes(_Strict):
    """The whole of `alerts.toml`."""

    remind_after_days: float = Field(default=7, gt=0)
    worse_by_percent: float = Field(default=10, ge=0)
    page: str | None = None
    language: Language = "en"
    items_per_group: int = Field(default=3, ge=1)
    most_items: int = Field(default=10, ge=1)
    channels: dict[str, Channel] = {DEFAULT_CHANNEL: Channel()}
    owners: dict[str, str] = {}
    routes: tuple[Route, ...] = ()

    @field_validator("page")
    @classmethod
    def _is_on_the_web(cls, address: str | None) -> str | None:
        parts = urlsplit(address or "")
        if address and not (parts.scheme in {"http", "https"} and parts.netloc and address.isprintable()):
            raise ValueError("expected the address of the pages, such as 'https://example.org/figures'")
        if address and (parts.query or parts.fragment or " " in address or parts.username):
            raise ValueError("expected an address without spaces, password, '?' and '#'")
        return address

    @model_validator(mode="after")
    def _names_known_channels(self) -> "Routes":
        named = {channel for route in self.routes for channel in route.channels}
        if unknown := sorted(named - self.channels.keys() - {DEFAULT_CHANNEL}):
            raise ValueError(f"expected routes to known channels, got {unknown[:5]}")
        return self

    def page_of(self, cause: str, language: str) -> str | None:
        """Where the page of a cause is; none where no base address is set."""
        return f"{self.page.rstrip('/')}/{language}/cause/{cause}.html" if self.page else None

    @property
    def remind_after(self) -> timedelta:
        """How long an episode may stay open before it is reported again."""
        return timedelta(days=self.remind_after_days)

    def with_owners(self, owners: dict[str, str]) -> "Routes":
        """The same, with sources that name their owner themselves; they go before the patterns."""
        return self.model_copy(update={"owners": owners | self.owners})

    def channel(self, name: str) -> Channel:
        """The channel of this name; one that is gone from the file speaks to the console."""
        return self.channels.get(name, Channel())

    def language_of(self, name: str) -> Language:
        """The language of a channel: its own, or that of the whole."""
        return self.channel(name).language or self.language

    def in_language(self, language: Language) -> "Routes":
        """The same, in this language where neither a channel nor the file names one."""
        return self if "language" in self.model_fields_set else self.model_copy(update={"language": language})

    def owners_of(self, source: str) -> list[str]:
        """Whom to ask about these sources (space-separated), each once; none where no pattern fits."""
        found = [
            next((owner for pattern, owner in self.owners.items() if fnmatchcase(name, pattern)), None)
            for name in source.split()
        ]
        return list(dict.fromkeys(owner for owner in found if owner))

    def route(self, kind: str, rule: str, severity: str, source: str) -> set[str]:
        """The channels of an event: those of every route that fits, the console where none does."""
        owners = self.owners_of(source)
        fitting = [r for r in self.routes if r.fits(kind, rule, severity, source.split(), owners)]
        return {channel for r in fitting for channel in r.channels} if fitting else {DEFAULT_CHANNEL}


def load_routes(data: Path, own: Path | None = None) -> Routes:
    """The routes in ``alerts.toml`` of the data folder, else in the project's own file, else the shipped ones.

    Raises:
        AlertsError: the file cannot be used.
    """
    return _read(_file(data, own) or SHIPPED)


def usable_routes(data: Path, own: Path | None = None) -> tuple[Routes, str | None]:
    """The same routes, and one line where their file cannot be used and the last good one is."""
    path = _file(data, own)
    if path is None:
        return _read(SHIPPED), None
    return last_good(path, data, _read, _read(SHIPPED), AlertsError)


def _file(data: Path, own: Path | None) -> Path | None:
    return next((path for path in (data / "alerts.toml", own) if path and path.exists()), None)


def _read(path: Path) -> Routes:
    try:
        return Routes.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AlertsError(f"alerts, {path}: expected TOML, got {str(error)!r}. Correct the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise AlertsError(
            f"alerts, {path}, {where}: expected a form that the shipped file shows, got {first['msg']!r}. "
            "Correct the file."
        ) from None  # the chained error would print what the file holds


def _fits(patterns: tuple[str, ...], values: list[str]) -> bool:
    return not patterns or any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
