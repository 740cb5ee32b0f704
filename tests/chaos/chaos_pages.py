"""Prefect's pages work on every port: a browser sees runs, deployments and artifacts."""

import contextlib
import json
import shutil
import subprocess
import time
import urllib.request

import pytest
from websockets.sync.client import connect

from tests.chaos.chaos_schedule import PATIENCE, fired
from tests.chaos.serving import Serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """A page of a Chromium without a window, spoken to by its debugging protocol."""

    def __init__(self, program, folder):
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            "--window-size=1400,2000",
        ]
        command = [program, *options, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        note, deadline = folder / "DevToolsActivePort", time.monotonic() + 60
        while not note.exists() or len(note.read_text().split()) < 2:
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{note.read_text().split()[0]}/json/list") as reply:
            pages = [each for each in json.loads(reply.read()) if each["type"] == "page"]
        self.socket = connect(pages[0]["webSocketDebuggerUrl"], max_size=None)
        self.number = 0

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv(timeout=60))).get("id") != self.number:
            pass
        return answer["result"]

    def text(self, address, words, seconds=60):
        """What the page says once it has these words, or when time is up."""
        self.call("Page.navigate", url=address)
        deadline, said = time.monotonic() + seconds, ""
        while words not in said and time.monotonic() < deadline:
            time.sleep(0.5)
            result = self.call("Runtime.evaluate", expression="document.body ? document.body.innerText : ''")
            said = str(result["result"].get("value", ""))
        return said

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def browser(tmp_path):
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("needs a Chromium: apt-get install chromium")
    browser = Browser(program, tmp_path / "browser")
    yield browser
    browser.close()


def test_pages_show_runs_deployments_and_artifacts(prefect_server, tmp_path, browser):
    serving = Serving(tmp_path, every_seconds=30)
    serving.seed(prefect_server.home)
    serving.start()
    wanted = {"v2/runs": "every source 20", "deployments": "every-source", "artifacts": "findings"}
    try:
        serving.wait(lambda: fired(serving), PATIENCE)
        home = f"http://127.0.0.1:{serving.port}"
        seen = {page: browser.text(f"{home}/{page}", words) for page, words in wanted.items()}
    finally:
        serving.sweep()

    assert {page: words for page, words in wanted.items() if words not in seen[page]} == {}, seen
    assert not any("connect to" in page for page in seen.values())
