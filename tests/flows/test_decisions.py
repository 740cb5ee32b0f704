import json
from datetime import UTC, datetime, timedelta

import pytest

from cuadra.flows import decisions, steps
from cuadra.flows.alerts.journal import Journal
from cuadra.flows.commands.options import WrongUsageError
from cuadra.flows.project import find_project
from cuadra.flows.runlog import RunRecord
from cuadra.flows.settings import Settings
from cuadra.flows.steps import Reading
from cuadra.warehouse.decision import sources_in_force
from tests.warehouse.loading import in_memory

ARTICLE = """title = "t"
publisher = "p"
published = 2020-01-30
url = "https://example.org"
register = "DIRCTPTIM"
area = "PE"
figures = [
  { at = "¶1", says = "10", indicator = "victims_rescued", period = "2019" },
  { at = "¶1", says = "6", indicator = "victims_rescued", period = "2019", sex = "F" },
]
"""
START = datetime(2026, 11, 1, tzinfo=UTC)


class World:
    """A project in a folder and its warehouse in memory; a run is each step of a run but for Prefect."""

    def __init__(self, folder, monkeypatch):
        (folder / "sources").mkdir()
        (folder / "cuadra.toml").write_text('title = "t"\nextends = "trafficking"\n', encoding="utf-8")
        monkeypatch.setenv("CUADRA_PROJECT", str(folder))
        monkeypatch.setenv("CUADRA_DATA", str(folder / "data"))
        self.folder, self.runs = folder, 0
        self.settings, self.project = Settings(), find_project(folder, {}, folder)
        self.settings.data.mkdir(exist_ok=True)
        self.journal = Journal(self.settings.data)
        self.con = in_memory()

    def write(self, name, text=ARTICLE):
        (self.folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")

    def decide(self, entry, source, reason="a typo", **more):
        self.journal.append(entry, source=source, reason=reason, by="ana", at=self.now().isoformat(), **more)

    def now(self):
        return START + timedelta(days=self.runs)

    def run(self):
        """Read and check everything; returns the sentences of what is new about sources."""
        self.runs += 1
        record = RunRecord(f"r{self.runs:02}", self.now().isoformat())
        sources, readings = steps.choose(self.project)
        for each in decisions.still_read(sources, None, self.journal.read()):
            snapshot = steps.fetch_source(each, self.settings, None, self.now())
            readings.append(Reading(each.name, each, snapshot, each.parse(snapshot)))
        steps.load(self.con, readings, record, self.project, self.settings, self.now())
        steps.check(self.con, readings, record, self.project, self.settings, self.now())
        rows = self.con.execute(
            "SELECT detail FROM alert_event WHERE run = ? AND change = 'NEW' AND kind <> 'finding'", [record.run]
        ).fetchall()
        return [json.loads(detail)["sentence"] for (detail,) in rows]

    def decisions(self):
        sql = "SELECT kind, subject, reason, made_by, undone_by, undone_reason FROM decision ORDER BY made_at, kind"
        return self.con.execute(sql).fetchall()


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_withdrawn_source_is_told_so_and_put_back(world):
    world.write("press")
    world.write("other", ARTICLE.replace("DIRCTPTIM", "RETA"))
    world.run()
    world.decide("withdraw", "press")
    told = world.run()
    before = world.con.execute("SELECT count(*) FROM as_known_on('2026-11-02') WHERE source = 'press'").fetchone()
    gone = sources_in_force(world.con)
    again = world.run()
    world.decide("reinstate", "press", "it was right")
    back = world.run()

    assert told == ["press is withdrawn by ana: a typo. Its 2 figures are no longer in force; the history is kept."]
    assert before == (2,)
    assert gone == {"other": 2}
    assert again == []
    assert back == ["press is put back by ana: it was right. 2 figures are in force as before."]
    assert sources_in_force(world.con) == {"other": 2, "press": 2}
    assert world.decisions() == [("withdrawal", "press", "a typo", "ana", "ana", "it was right")]
    assert world.run() == []


@pytest.mark.slow
def test_withdrawn_source_without_a_file_is_put_back_too(world):
    world.write("press")
    world.run()
    world.decide("withdraw", "press")
    (world.folder / "sources" / "press.toml").unlink()
    world.run()
    world.decide("reinstate", "press")
    world.run()

    assert sources_in_force(world.con) == {"press": 2}


def test_deleted_file_is_noticed_with_advice_until_it_is_restored_or_withdrawn(world):
    world.write("press")
    world.run()
    (world.folder / "sources" / "press.toml").unlink()
    told = world.run()
    again = world.run()
    world.decide("withdraw", "press")

    assert told == [
        "The file of press is gone, and its figures are still in force. Restore the file, or: "
        'cuadra withdraw press --reason "…"'
    ]
    assert again == []
    assert world.run()[0].startswith("press is withdrawn by ana")
    assert sources_in_force(world.con) == {}


@pytest.mark.slow
def test_renamed_file_is_recognised_by_its_content_and_counts_once(world):
    world.write("press")
    world.run()
    (world.folder / "sources" / "press.toml").rename(world.folder / "sources" / "2020_press.toml")
    told = world.run()

    assert told == ["press is now 2020_press, which has the very same content; its 2 figures count once."]
    assert sources_in_force(world.con) == {"2020_press": 2}
    assert world.run() == []


def test_file_that_is_rewritten_under_another_name_is_no_renamed_one(world):
    world.write("press")
    world.run()
    (world.folder / "sources" / "press.toml").unlink()
    world.write("2020_press", ARTICLE.replace('"6"', '"7"'))

    assert world.run()[0].startswith("The file of press is gone")


@pytest.mark.slow
def test_accepted_edition_is_taken_back_and_the_one_before_is_in_force_again(world):
    rows = "".join(f"p. {page},{page},victims_rescued,{2000 + page},PE\n" for page in range(1, 21))
    table = world.folder / "sources" / "press.csv"
    facts = ARTICLE.partition("figures")[0] + 'figures_file = "press.csv"\n'

    def fill(most):
        lines = rows.splitlines()[:most]
        table.write_text("\n".join(["at,says,indicator,period,area", *lines]) + "\n", encoding="utf-8")

    fill(19)
    world.write("press", facts)
    world.run()
    fill(5)
    held = world.run()
    sha256 = steps.fetch_source(steps.choose(world.project)[0][0], world.settings, None, world.now()).sha256
    world.decide("accept", "press", "they did shrink it", snapshot=sha256)
    world.run()
    accepted = sources_in_force(world.con)
    world.decide("unaccept", "press", "no, it was cut", snapshot=sha256)
    back = world.run()

    assert "of the 19 figures in force, got 5" in held[0]
    assert accepted == {"press": 5}
    assert any("press is put back by ana: no, it was cut. 19 figures" in line for line in back)
    assert sources_in_force(world.con) == {"press": 19}
    assert world.decisions()[-1] == (
        "acceptance",
        f"press {sha256[:12]}",
        "they did shrink it",
        "ana",
        "ana",
        "no, it was cut",
    )
    world.run()
    assert sources_in_force(world.con) == {"press": 19}


def test_waivers_and_corrections_that_leave_their_file_end_in_the_history(world):
    world.write("press")
    waivers = world.folder / "checks" / "waivers.toml"
    waivers.parent.mkdir()
    waiver = '[[waiver]]\nfinding = "0123456789ab"\nuntil = 2027-01-01\nreason = "known"\nwho = "ana"\n'
    waivers.write_text(waiver, encoding="utf-8")
    corrections = world.folder / "sources" / "corrections.toml"
    corrections.write_text(
        '[[correction]]\nsource = "press"\nlocator = "¶1"\nwas = "10"\nbecomes = "11"\nreason = "a slip"\n'
        'told = "the ministry"\nstatus = "told"\nuntil = 2027-01-01\n', encoding="utf-8",
    )  # fmt: skip
    world.run()
    standing = world.con.execute("SELECT kind FROM decision WHERE undone_at IS NULL ORDER BY kind").fetchall()
    waivers.write_text("", encoding="utf-8")
    corrections.unlink()
    world.run()

    assert standing == [("correction",), ("waiver",)]
    assert world.con.execute("SELECT count(*) FROM decision WHERE undone_at IS NOT NULL").fetchone() == (2,)


def test_withdrawn_source_that_is_named_is_refused_with_how_to_put_it_back(world):
    world.write("press")
    world.decide("withdraw", "press")
    sources, _ = steps.choose(world.project)

    with pytest.raises(WrongUsageError, match=r"ana withdrew \(a typo\). `cuadra withdraw press --undo"):
        decisions.still_read(sources, "press", world.journal.read())
