"""`cuadra sources learn`: what a table has that nobody has described is asked for, line by line, and written down."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cuadra.checks.codelist import CodeError
from cuadra.flows.commands.options import open_project, open_settings, refuse
from cuadra.flows.project import Project
from cuadra.flows.words.plain import plain
from cuadra.flows.words.said import error_line
from cuadra.flows.words.sentence import say
from cuadra.sources.places import DESCRIPTION

if TYPE_CHECKING:
    from cuadra.sources.described.unknown import Unknown

LEFT = "?"
"""The answer that leaves a question open."""

_SHOWN_MAX = 12
"""So many codes of a list are shown with a question."""

_ROUNDS_MAX = 4
"""Columns are asked for first, then labels, then signs; a last look says what is left."""


def learn(
    source: Annotated[str, typer.Argument(help="The source, a table by description.")],
    file: Annotated[
        Path | None, typer.Option("--from", exists=True, help="Look at this file in place of the source's address.")
    ] = None,
) -> None:
    """Ask what unknown columns, labels and signs of a table mean, and write the answers into its description."""
    settings = open_settings()
    project = open_project(settings)
    folder = project.sources / source
    if project.folder is None or not (folder / DESCRIPTION).is_file():
        refuse(
            f"learn, {source!r}: expected a folder of sources with {DESCRIPTION}, got none. `cuadra draft FILE --open` "
            "makes one."
        )
    asking = _Asking(folder, project, settings.language)
    try:
        asking.finish_draft()
        asking.describe(lambda: _unknown(source, project, file))
    except typer.Abort:  # whoever stops leaves the rest open
        asking.left.add("")
        typer.echo("")
    asking.report(source)


def _unknown(name: str, project: Project, file: Path | None) -> "tuple[Unknown, ...]":
    from cuadra.flows import contained
    from cuadra.flows.steps import fetch_source
    from cuadra.sources.catalog import find_source

    settings = open_settings()
    found = find_source(name, project.sources, project.topic, project.area)
    snapshot = fetch_source(found, settings, str(file) if file else None, datetime.now(UTC))
    return contained.unknown(found, project, snapshot, settings)


class _Asking:
    """Questions about one source; each answer is written at once, where the description takes it."""

    def __init__(self, folder: Path, project: Project, language: str) -> None:
        self.toml, self.codes = folder / DESCRIPTION, folder / "codes.csv"
        self.project, self.topic, self.language = project, project.topic, language
        self.written, self.left = 0, set[str]()

    def finish_draft(self) -> None:
        """Ask for what a draft has left to a person."""
        from cuadra.sources.described import learned
        from cuadra.sources.described.drafted_columns import quoted
        from cuadra.sources.described.labelled import COLUMN_OF
        from cuadra.sources.described.unknown import Unknown

        while entry := next((e for e in learned.open_entries(self._text(self.toml)) if e.key not in self.left), None):
            of = entry.name or entry.key
            column = COLUMN_OF.get(of, of)
            listed = self.topic.code_list(column).codes if column in self.topic.code_lists else ()
            question = say(self.language, "learn.entry", key=f"{entry.key}, {entry.name}" if entry.name else entry.key)
            if entry.is_name:
                question = say(self.language, "learn.name", key=entry.key, names=", ".join(self.topic.names))
            elif listed:
                some = ", ".join(listed[:_SHOWN_MAX]) + (", …" if len(listed) > _SHOWN_MAX else "")
                question = f"{question} {say(self.language, 'learn.codes', codes=some)}"

            def filled(
                answer: str, entry: learned.Open = entry, column: str = column, line: int = entry.line
            ) -> Mapping[Path, str]:
                if column in self.topic.code_lists and not entry.is_name:
                    self.topic.code_list(column).check(answer)
                is_text = bool(entry.name) or entry.key.isidentifier()
                said = quoted(answer) if is_text else learned.column_as_toml(answer, self.topic.names)
                said = answer if entry.is_name and answer.isidentifier() else said
                return {self.toml: learned.with_entry(self._text(self.toml), line, said)}

            self._ask(entry.key, question, LEFT, filled)
        while entry := next((e for e in learned.open_codes(self._text(self.codes)) if e.label not in self.left), None):

            def coded(answer: str, line: int = entry.line) -> Mapping[Path, str]:
                return {self.codes: learned.with_open_code(self._text(self.codes), line, answer)}

            self._ask_label(Unknown("label", entry.label, entry.key, entry.key), coded)

    def describe(self, unknown: "Callable[[], tuple[Unknown, ...]]") -> None:
        """Ask for what the file has that is not described, until all is, or the rest is left open."""
        from cuadra.sources.described import learned

        if self.left:
            return
        for _ in range(_ROUNDS_MAX):
            found = [each for each in unknown() if each.text not in self.left]
            for each in found:
                if each.kind == "column":
                    self._ask_column(each)
                elif each.kind == "sign":
                    self._ask_sign(each)
                elif not self._is_known(each):
                    self._ask_label(
                        each,
                        lambda code, each=each: {  # type: ignore[misc] # bound at once
                            self.codes: learned.with_code(self._text(self.codes), each.column, each.text, code)
                        },
                    )
            if self.left or not found:
                return

    def _is_known(self, each: "Unknown") -> bool:
        """Whether a line for all other labels was written meanwhile."""
        return f"\n{each.column},*," in self._text(self.codes)

    def _ask_column(self, each: "Unknown") -> None:
        from cuadra.sources.described import learned

        def described(answer: str) -> Mapping[Path, str]:
            said = learned.column_as_toml(answer, self.topic.names)
            text = learned.with_column(self._text(self.toml), each.table, each.text, said)
            return {} if text is None else {self.toml: text}

        self._ask(
            each.text, say(self.language, "learn.column", name=each.text), next(iter(each.nearest), LEFT), described
        )

    def _ask_sign(self, each: "Unknown") -> None:
        from cuadra.sources.described import learned

        def declared(answer: str) -> Mapping[Path, str]:
            key, status = (answer, "") if answer in {"missing", "nil"} else ("marks", answer.replace("note", ""))
            text = learned.with_sign(self._text(self.toml), key, each.text, status)
            return {} if text is None else {self.toml: text}

        question = say(self.language, "learn.sign", sign=each.text, count=each.cells)
        self._ask(each.text, question, next(iter(each.nearest), LEFT), declared)

    def _ask_label(self, each: "Unknown", coded: Callable[[str], Mapping[Path, str]]) -> None:
        from cuadra.sources.described import learned
        from cuadra.sources.described.labelled import COLUMN_OF, LEFT_OUT
        from cuadra.sources.described.nearest import likeliest, near_codes

        column = COLUMN_OF.get(each.dimension, each.dimension)
        near, likely = near_codes(column, each.text, self.topic), likeliest(column, each.text, self.topic)
        words = [f"{code} ({label})" if (label := self._label(column, code)) != code else code for code in near]
        question = say(self.language, "learn.label", label=each.text, column=each.column)
        if near and near != (likely,):
            question = f"{question} {say(self.language, 'learn.near', codes=', '.join(words))}"

        def written(answer: str) -> Mapping[Path, str]:
            star, _, code = answer.partition(" ")
            is_for_all = star == "*" and bool(code)
            said = code.strip() if is_for_all else answer
            if column in self.topic.code_lists and said != LEFT_OUT:
                self.topic.code_list(column).check(said.replace("{label}", each.text))
            if is_for_all:
                return {self.codes: learned.with_code(self._text(self.codes), each.column, "*", said)}
            return coded(answer)

        self._ask(each.text, question, likely or LEFT, written)

    def _label(self, column: str, code: str) -> str:
        return self.topic.code_list(column).label(code, self.language) if column in self.topic.code_lists else code

    def _ask(self, about: str, question: str, likely: str, becomes: Callable[[str], Mapping[Path, str]]) -> None:
        """Ask until an answer can be written, or the question is left open."""
        while True:
            answer = str(typer.prompt(plain(question), default=likely)).strip()
            if answer == LEFT:
                self.left.add(about)
                return
            try:
                files = becomes(answer)
            except CodeError as error:
                self._say(str(error))
                continue
            if not files:
                typer.echo(say(self.language, "learn.by_hand", file=self.project.shown(str(self.toml)), name=about))
                self.left.add(about)
                return
            if self._is_written(files):
                self.written += 1
                return

    def _is_written(self, files: Mapping[Path, str]) -> bool:
        """Write the files; they are put back as they were, with a line why, where the description does not take it."""
        from cuadra.sources.described import described_source
        from cuadra.sources.entry import lines_of
        from cuadra.sources.source import SourceError

        before = {path: path.read_bytes() if path.exists() else None for path in files}
        was = set(self._faults(described_source))
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        try:
            described_source(self.toml.parent, self.topic, self.project.area)
        except SourceError as error:
            # What a draft leaves open elsewhere was so before.
            new = [line for line in lines_of(error) if line not in was and "'?'" not in line]
            if not new:
                return True
            for path, data in before.items():
                path.write_bytes(data) if data is not None else path.unlink()
            self._say(new[0])
            return False
        return True

    def _say(self, line: str) -> None:
        typer.echo(plain(error_line(self.project.shown(line), self.language)))

    def _faults(self, described: Callable[..., object]) -> tuple[str, ...]:
        from cuadra.sources.entry import lines_of
        from cuadra.sources.source import SourceError

        try:
            described(self.toml.parent, self.topic, self.project.area)
        except SourceError as error:
            return lines_of(error)
        return ()

    def report(self, source: str) -> None:
        """Say how much was written, and what is next."""
        typer.echo(say(self.language, "learn.written", count=self.written, folder=self._folder()))
        if self.left:
            typer.echo(say(self.language, "learn.left", count=len(self.left), command=f"cuadra sources learn {source}"))
        else:
            typer.echo(say(self.language, "learn.next", command=f"cuadra run --source {source}"))

    def _folder(self) -> str:
        return self.project.shown(str(self.toml.parent))

    def _text(self, path: Path) -> str:
        return path.read_text(encoding="utf-8-sig") if path.exists() else ""
