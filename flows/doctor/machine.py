"""The machine and its settings: libraries, folder, disk, channels, and the files that people edit."""

import importlib.metadata
import os
import shutil
from collections.abc import Iterator
from datetime import datetime

from packaging.requirements import Requirement

from cuadra.checks.waiver import WaiverError, expired, load_waivers
from cuadra.flows.alerts.delivery import send_test
from cuadra.flows.alerts.routes import DEFAULT_CHANNEL, AlertsError, load_routes
from cuadra.flows.doctor.check import Check, State, some
from cuadra.flows.settings import Settings


def versions() -> Iterator[Check]:
    """Whether the installed libraries are of versions that are known to work."""
    wrong = []
    lines = [Requirement(line) for line in importlib.metadata.requires("cuadra") or []]
    # What only an extra asks for is not missing where the extra was not asked for; what is there must fit all the same.
    needs = [each for each in lines if each.marker is None or each.marker.evaluate({"extra": ""}) or _is_there(each)]
    for need in needs:
        try:
            version = importlib.metadata.version(need.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} {version} is not {need.specifier}")
    if wrong:
        yield Check("versions", "fails", "; ".join(wrong[:5]), "Install what constraints.txt pins: `make run`.")
    else:
        yield Check("versions", "ok", f"{len(needs)} libraries are of versions known to work")


def _is_there(need: Requirement) -> bool:
    try:
        importlib.metadata.version(need.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def folder(settings: Settings) -> Iterator[Check]:
    """Whether the data folder can be written to, and has room for the next publication."""
    where = settings.data
    if not where.is_dir():
        yield Check("data folder", "warning", f"{where} does not exist yet", "Run `cuadra run`.")
        return
    denied = [str(path) for path in (where, settings.snapshots) if path.exists() and not os.access(path, os.W_OK)]
    if denied:
        yield Check("permissions", "fails", f"cannot write to {', '.join(denied)}", "Give this user the folder.")
    else:
        yield Check("permissions", "ok", f"{where} can be written to")
    free = shutil.disk_usage(where).free / 1e6
    size = settings.publication.stat().st_size / 1e6 if settings.publication.exists() else 0.0
    needed = max(settings.least_free_megabytes, 3 * size)
    state: State = "ok" if free >= needed else "fails"
    yield Check("disk", state, f"{free:,.0f} MB free, {needed:,.0f} MB wanted", "" if state == "ok" else "Make room.")


def settings_files(settings: Settings, now: datetime) -> Iterator[Check]:
    """Whether the file of waivers can be used, and which expired; a run goes on with the last good one otherwise."""
    try:
        waivers = load_waivers(settings.waivers)
    except WaiverError as error:
        yield Check("waivers", "fails", str(error), "Correct the file; runs use the last good one until then.")
        return
    if over := expired(waivers, now.date()):
        found = some([f"{each.finding} ({each.until})" for each in over])
        yield Check(
            "waivers", "warning", f"{len(over)} of {len(waivers)} expired: {found}", "Renew them, or remove them."
        )
        return
    yield Check("waivers", "ok", f"{len(waivers)} in {settings.waivers}")


def channels(settings: Settings, *, send_tests: bool) -> Iterator[Check]:
    """Whether every channel has an address and, if asked for, takes a test message."""
    try:
        routes = load_routes(settings.data, settings.alerts).in_language(settings.language)
    except AlertsError as error:
        yield Check("channels", "fails", str(error), "Correct alerts.toml; runs use the last good one until then.")
        return
    without = [
        name
        for name, channel in routes.channels.items()
        if name != DEFAULT_CHANNEL
        and not channel.prefect_block
        and not os.environ.get(f"CUADRA_CHANNEL_{name.upper().replace('-', '_')}")
    ]
    if without:
        yield Check("channels", "fails", f"no address for {some(without)}", "Set CUADRA_CHANNEL_<NAME>.")
    elif not send_tests:
        yield Check("channels", "ok", f"{len(routes.channels)} have an address; --send-test tries them")
    if send_tests:
        lines: list[str] = []
        errors = send_test(sorted(routes.channels), routes, os.environ, lines.append)
        yield from (Check("channel", "fails", error) for error in errors)
        if not errors:
            yield Check("channels", "ok", f"{len(routes.channels)} took a test message")
