import pytest

from cuadra.flows.login import login_of
from cuadra.sources.fetch import Limits, fetch
from cuadra.sources.login import Login, LoginError, server_of, variable
from cuadra.sources.newest import newest
from cuadra.sources.source import Source, SourceError
from tests.sources.test_fetch import NOW, send, server

SECRET = "Bearer s3cret"  # noqa: S105 - of no server


def limits(url):
    return Limits(allow_private=True, seconds=2, tries=1, login=Login("Authorization", SECRET, server_of(url)))


def test_login_is_sent_and_the_answer_kept(tmp_path):
    def answer(handler, _):
        is_known = handler.headers.get("authorization") == SECRET
        send(handler, 200 if is_known else 401, b"a,b\n" if is_known else b"")

    with server(answer) as (url, _):
        assert fetch(url, tmp_path, now=NOW, limits=limits(url)).path.read_bytes() == b"a,b\n"
        with pytest.raises(SourceError, match=r"got 401 without a login\. Correct its login"):
            fetch(url, tmp_path, now=NOW, limits=Limits(allow_private=True, tries=1))


def test_login_that_is_refused_is_said_without_it(tmp_path):
    with server(lambda handler, _: send(handler, 403)) as (url, _), pytest.raises(SourceError) as caught:
        fetch(url, tmp_path, now=NOW, limits=limits(url))

    assert "got 403 with the login that it has" in str(caught.value)
    assert "s3cret" not in str(caught.value) + repr(limits(url))


def test_login_does_not_follow_a_redirect_or_a_link_to_another_server(tmp_path):
    page = b'<html><a href="%s/files/a_2025.csv">2025</a></html>'
    with server(lambda handler, _: send(handler, body=b"a,b\n")) as (other, asked):
        elsewhere = other.rpartition("/")[0]
        with server(lambda handler, _: send(handler, 302, location=other)) as (url, first):
            fetch(url, tmp_path, now=NOW, limits=limits(url))
        with server(lambda handler, _: send(handler, body=page % elsewhere.encode())) as (url, _):
            newest(url, "a[href$=.csv]", lambda each: fetch(each, tmp_path, now=NOW, limits=limits(url)), NOW)

    assert first[0]["authorization"] == SECRET
    assert [each.get("authorization") for each in asked] == [None, None]


def test_login_follows_a_redirect_within_its_server(tmp_path):
    def answer(handler, number):
        send(handler, **({"status": 302, "location": "/there"} if number == 1 else {"body": b"a,b\n"}))

    with server(answer) as (url, asked):
        fetch(url, tmp_path, now=NOW, limits=limits(url))

    assert [each.get("authorization") for each in asked] == [SECRET, SECRET]


@pytest.mark.parametrize("value", ["", " ", "a\nHost: x", "a\r\nb", "ñ", "\x07"])
def test_value_that_no_header_can_hold_is_refused_unseen(value):
    with pytest.raises(LoginError) as caught:
        Login("X-Api-Key", value, "https://example.org:443")

    assert not value.strip() or value not in str(caught.value)


@pytest.mark.parametrize("header", ["Host", "content-length", "X Key", "a:b", "", "X-Ñ"])
def test_header_that_is_none_or_ours_is_refused(header):
    with pytest.raises(LoginError, match="expected the name of a header"):
        Login(header, "x", "https://example.org:443")


def test_value_comes_from_the_environment(monkeypatch):
    source = Source("open-data.v2", "t", "p", "r", "https://example.org/x", parse=lambda _: None, login="X-Api-Key")
    with pytest.raises(SourceError, match=r"open-data.v2, login: .* in CUADRA_LOGIN_OPEN_DATA_V2, got none"):
        login_of(source)
    monkeypatch.setenv(variable(source.name), "s3cret")

    assert login_of(source).headers("https://example.org/y") == {"x-api-key": "s3cret"}
    assert login_of(source).headers("http://example.org/y") == {}
