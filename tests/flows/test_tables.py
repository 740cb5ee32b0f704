from cuadra.flows.commands.tables import show


def test_cells_are_shown_as_they_are(capsys):
    show([{"says": "455 [printed: 454] :smile:"}], as_json=False)

    assert "455 [printed: 454] :smile:" in capsys.readouterr().out
