"""Public accounts as a whole project, by data alone: decimals, balances below zero, and what is wrong of them."""

import json
import shutil
from pathlib import Path

import pytest

ACCOUNTS = Path(__file__).parents[1] / "projects" / "accounts"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def accounts(cuadra, tmp_path_factory):
    """How to call the project after its first run, and what that said, as data and in words."""
    folder = Path(shutil.copytree(ACCOUNTS, tmp_path_factory.mktemp("projects") / "accounts"))

    def call(*arguments):
        return cuadra(folder / "data", *arguments, CUADRA_PROJECT=str(folder))

    return call, json.loads(call("run", "--json").stdout)


def test_project_has_no_python():
    assert list(ACCOUNTS.rglob("*.py")) == []


def test_only_the_balance_that_lost_its_sign_is_found(accounts):
    call, said = accounts
    failing = {each["rule"]: each for each in said["findings"] if each["verdict"] in ("fails", "doubtful")}
    (cause,) = said["causes"]
    told = call("explain", cause["cause"]).stdout

    assert said["exit_code"] == 1
    assert failing.keys() == {"balance_is_revenue_less_spending", "periods_make_year"}
    assert failing["periods_make_year"]["left_lower"] == pytest.approx(-0.64)
    assert cause["kind"] == "one"
    assert "the sign is lost or one too many: -0.6 fits" in " ".join(told.split())


def test_sectors_of_a_deficit_add_up_within_rounding(accounts):
    call, _ = accounts
    asked = "SELECT figures, relations, open FROM source_tested WHERE source = 'elstat_net_lending'"

    assert json.loads(call("sql", asked, "--json").stdout) == [{"figures": 5, "relations": 1, "open": 1}]


def test_view_of_the_project_shows_balances_below_zero_and_the_flag(accounts):
    call, _ = accounts
    asked = (
        "SELECT time_period, balance, is_contradicted FROM account_by_year WHERE body = 'XA-TOWN' ORDER BY 1 LIMIT 3"
    )

    assert json.loads(call("sql", asked, "--json").stdout) == [
        {"time_period": "2023", "balance": -0.7, "is_contradicted": False},
        {"time_period": "2024", "balance": 0.8, "is_contradicted": False},
        {"time_period": "2025", "balance": 0.6, "is_contradicted": True},
    ]


def test_export_keeps_amounts_as_they_are(accounts, tmp_path):
    call, _ = accounts
    result = call("export", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert "-14483" in (tmp_path / "out" / "figure.csv").read_text(encoding="utf-8")
