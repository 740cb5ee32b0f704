import pytest

from cuadra.sources.address import is_public, shown


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",  # noqa: S104
        "100.64.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.2.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.1.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "ff0e::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:a00:1",
        "100::1", "5f00::1", "4000::1", "localhost", "", "1.2.3", "0x7f.1",
    ],
)  # fmt: skip
def test_private_address_of_any_form_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_public_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    [
        "https://ana:s3cret@example.org/x", "https://s3cret@example.org", "https://ana:s3cret/@example.org/x",
        "https://ana:s3#cret@example.org", "http://ana:s3cret@[::1/x", "postgresql+asyncpg://u:s3cret@db/x",
        "//ana:s3cret@example.org", "got http://a:s3cret@b.org/x and http://c:s3cret@d.org/y.",
        "https://example.org/x?api_key=s3cret&a=1", "https://example.org/?a=1;Access_Token=s3cret",
        "https://example.org/?sig=s3cret", "http://ana:p@s3cret@example.org/",
        "http://ana:s3cret?@example.org/", "http://ana:12/s3cret@example.org",
    ],
)  # fmt: skip
def test_secrets_of_addresses_are_not_shown(text):
    assert "s3cret" not in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a?page=2&year=2019", "https://medium.com/@ana/figures", "no address at all: a@b.org",
        "http://127.0.0.1:4200/api", "http://localhost:4200/@x", "file:///data/figures.csv", "12 // 3 @ 4",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_shown_as_it_is(text):
    assert shown(text) == text
