import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragments_fromstring

from cuadra.flows.alerts.channels import ChannelError, Message, open_channel, redact
from cuadra.flows.alerts.form import as_card, as_html
from cuadra.flows.alerts.routes import Channel
from cuadra.flows.words.plain import plain_lines
from tests.flows.receivers import Mailbox, Webhook, running

MESSAGE = Message("cuadra: 1 new", "454 against 1,054\n  niños “1.054”", "d1", ["e1", "e2"])


def open_desk(address, channel=None):
    return open_channel("desk", channel or Channel(), {"CUADRA_CHANNEL_DESK": address}, print)


def test_mail_server_receives_the_message_as_html_and_as_text():
    with running(Mailbox()) as mailbox:
        open_desk(f"mailto://127.0.0.1:{mailbox.port}/?from=cuadra@example.org&to=ana@example.org").send(MESSAGE)

    (mail,) = mailbox.messages
    assert (mail["Subject"], mail["To"], mail["Idempotency-Key"]) == (
        "cuadra: 1 new",
        "ana@example.org",
        "d1",
    )
    text, html = (mail.get_body([each]).get_content() for each in ("plain", "html"))
    assert text.split() == MESSAGE.body.split()
    assert html.splitlines() == ["<h2>454 against 1,054</h2>", "<p>niños “1.054”</p>"]


def test_mail_that_is_asked_for_as_text_has_no_html():
    with running(Mailbox()) as mailbox:
        open_desk(f"mailto://127.0.0.1:{mailbox.port}/?from=c@example.org&to=ana@example.org&format=text").send(MESSAGE)

    (mail,) = mailbox.messages
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == MESSAGE.body.splitlines()


def test_slack_receives_a_block_in_which_nothing_acts():
    with running(Webhook()) as webhook:
        outlet = open_desk("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general")
        outlet._plugin.webhook_url = f"http://127.0.0.1:{webhook.port}"
        with pytest.raises(ChannelError):  # the receiver does not answer as Slack does
            outlet.send(Message("cuadra", "<!channel> *454*", "d1"))

    ((_, _, payload),) = webhook.calls
    blocks = payload["attachments"][0]["blocks"]
    assert blocks[1]["text"] == {"type": "plain_text", "text": "<!channel> *454*"}
    assert outlet.most_characters <= 3000


def test_card_for_teams_holds_nothing_that_acts():
    body = "NEW\n  <at>all</at> [x](https://evil.example)\n  Its page: https://example.org/en/"
    plugin = open_desk("workflow://127.0.0.1:443/a1/b2")._plugin
    card = plugin.gen_payload(as_card(body), "cuadra")["attachments"][0]["content"]
    text = next(each["text"] for each in card["body"] if each.get("id") == "body")

    assert text.split("\n\n") == [
        "**NEW**",
        r"&lt;at&gt;all&lt;/at&gt; \[x\]\(https://evil.example\)",
        "Its page: https://example.org/en/",
    ]
    assert card["msteams"].get("entities", []) == []


def test_webhook_receives_the_message_with_its_key():
    with running(Webhook()) as webhook:
        open_desk(f"json://127.0.0.1:{webhook.port}/hook").send(MESSAGE)

    ((path, key, payload),) = webhook.calls
    assert (path.strip("/"), key) == ("hook", "d1")
    assert (payload["title"], payload["message"]) == (MESSAGE.title, MESSAGE.body)
    assert (payload["digest"], payload["events"]) == ("d1", "e1 e2")


def test_console_prints_the_message(capsys):
    open_channel("console", Channel(), {}, print).send(MESSAGE)

    assert capsys.readouterr().out == f"{MESSAGE.title}\n\n{MESSAGE.body}\n"


SECRETS = [
    "json://ana:s3cr3t-pass@127.0.0.1:{port}/hush-path/tok%2Fen?+X-Auth=hush-header&rto=2",
    "json://127.0.0.1:{port}/T0K3N/?+Authorization=Bearer%20hush",
    "mailto://ana:s3cr3t-pass@127.0.0.1:{port}/?from=a@hush.example&to=b@hush.example&cto=0.2",
]
PIECES = ("s3cr3t-pass", "hush", "tok/en", "tok%2Fen", "T0K3N", "ana", "Bearer")


@pytest.mark.parametrize("address", SECRETS)
def test_refused_message_shows_no_secret(address, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    with running(Webhook()) as webhook:
        webhook.status = 401
        with pytest.raises(ChannelError) as error:
            open_desk(address.format(port=webhook.port)).send(MESSAGE)

    shown = repr(error.getrepr(chain=True)) + str(error.value) + caplog.text + "".join(capfd.readouterr())
    assert [piece for piece in PIECES if piece in shown] == []
    assert error.value.__cause__ is None
    assert "channel 'desk'" in str(error.value)


def test_unknown_address_shows_no_secret():
    with pytest.raises(ChannelError, match="CUADRA_CHANNEL_DESK") as error:
        open_desk("nonsense://ana:s3cr3t-pass@host/T0K3N")

    assert [piece for piece in PIECES if piece in str(error.value)] == []


def test_missing_address_says_where_to_put_it():
    with pytest.raises(ChannelError, match="CUADRA_CHANNEL_NEWS_DESK"):
        open_channel("news-desk", Channel(), {}, print)


def test_redact_strikes_every_part_of_an_address():
    address = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    heard = "POST https://hooks.slack.com/services/t1jj3t3l2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ: 403"

    assert redact(heard, address) == "POST https://hooks.slack.com/services/•••/•••/•••: 403"


def test_room_of_a_channel_is_known():
    assert open_desk("discord://1234567890/abcdefghijklmnop").most_characters <= 2000
    assert open_desk("json://127.0.0.1/").most_characters > 30000


@pytest.mark.parametrize(
    "address",
    ["json://[::1", "json://ana:s3cr3t@[", "mailto://ana:s3cr3t@host:notaport", "s3cr3t", "", "json://\x00s3cr3t",
     "slack://s3cr3t", "json://%zz:s3cr3t@h/", "json://ana:s3cr3t@[v1.x]:99999/"],
)  # fmt: skip
def test_malformed_address_is_one_error_without_its_secrets(address):
    with pytest.raises(ChannelError) as error:
        open_desk(address).send(MESSAGE)

    assert "s3cr3t" not in str(error.value)
    assert "\n" not in str(error.value)


@given(st.text())
def test_html_of_a_message_has_no_tag_but_its_own(text):
    parsed = fragments_fromstring(f"<div>{as_html(plain_lines(text))}</div>")

    assert {each.tag for top in parsed for each in top.iter()} <= {"div", "h2", "p", "br", "a"}
    assert all(each.get("href").startswith("http") for top in parsed for each in top.iter("a"))


@given(st.text(), st.text(min_size=4))
def test_redact_never_raises(text, address):
    assert address not in redact(f"{text} {address}", address)
