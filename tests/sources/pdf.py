"""A PDF of one page with ruled tables, made by hand."""

from collections.abc import Sequence
from pathlib import Path

WIDTH, HEIGHT = 110, 20


def write(path: Path, tables: Sequence[Sequence[Sequence[str]]], note: str = "", width: int = WIDTH) -> Path:
    """Write the tables one below the other, with ruled cells, and a note at the top of the page."""
    drawn = [_text(40, 800, note)]
    top = 770
    for rows in tables:
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                left, bottom = 40 + place * width, top - (number + 1) * HEIGHT
                drawn.append(f"{left} {bottom} {width} {HEIGHT} re S")
                for line, text in enumerate(cell.split("\n")):
                    drawn.append(_text(left + 4, bottom + 6 - line * 9 + 4 * cell.count("\n"), text))
        top -= (len(rows) + 2) * HEIGHT
    wide = max([842, *(80 + width * len(row) for rows in tables for row in rows)])
    return _page(path, "\n".join(drawn).encode("cp1252"), wide)


def _page(path: Path, page: bytes, wide: int = 842) -> Path:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    return _save(path, [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d 842] /Contents 4 0 R " % wide +
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        font,
    ])  # fmt: skip


def write_pages(path: Path, count: int) -> Path:
    """Write so many empty pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    catalog, pages = b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"
    return _save(path, [catalog, pages.encode(), *[page] * count])


def write_words(path: Path, lines: Sequence[Sequence[tuple[int, str]]]) -> Path:
    """Write lines of texts, each text at its distance from the left, without any rules."""
    drawn = [_text(left, 770 - number * HEIGHT, text) for number, line in enumerate(lines) for left, text in line]
    return _page(path, "\n".join(drawn).encode("cp1252"))


def write_scan(path: Path) -> Path:
    """Write a page that is one picture of a single dot."""
    return _page(path, b"q 500 0 0 500 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q")


def write_locked(path: Path) -> Path:
    """Write a page that opens with a password which nobody knows."""
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>]" % (
        b"11" * 32,
        b"22" * 32,
    )
    _page(path, b"BT ET")
    path.write_bytes(path.read_bytes().replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock))
    return path


def _text(left: int, bottom: int, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F 9 Tf {left} {bottom} Td ({escaped}) Tj ET"


def _save(path: Path, objects: Sequence[bytes]) -> Path:
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(data),
    )  # fmt: skip
    path.write_bytes(data)
    return path
