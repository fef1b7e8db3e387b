"""The command line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qedeck.console import busy, project_root
from qedeck.errors import SourceError
from qedeck.evidence.mutants import OUTCOMES
from qedeck.memory.commands import due, optimize, review, reviews, stats, weak

if TYPE_CHECKING:
    from qedeck.evidence.record import Evidence
    from qedeck.notes.model import Statement


class _Group(click.Group):
    """Commands whose user errors are printed as they are, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SourceError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qedeck")
def main() -> None:
    """Notes whose formulas are verified as they stand on the page.

    Verify them with `pytest checks`, read them with `mkdocs serve`.
    """


for command in (review, due, stats, weak, reviews, optimize):
    main.add_command(command)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON objects.")
@click.option("--note", "note", metavar="NAME", help="Only the statements of one note.")
def claims(as_json: bool, note: str | None) -> None:
    """List every definition, claim and misconception with its evidence."""
    from qedeck.evidence.library import read_shown

    with busy("reading notes"):
        project, shown = read_shown(project_root())
    names = sorted({item.name for item in project.library.notes if item.lang == project.lang})
    if note is not None and note not in names:
        raise click.ClickException(f"no note is called {note}; there are {', '.join(names)}")
    listed: list[Statement] = [
        statement
        for item in project.library.notes
        if item.lang == project.lang and note in (None, item.name)
        for statement in item.statements
    ]
    rows = [_row(statement, *shown[statement.id]) for statement in listed]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _print_table(rows)
    if project.mistakes:
        raise SourceError(*project.mistakes)


@main.group()
def export() -> None:
    """Export cards whose claims are verified."""


@export.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("qedeck.apkg"))
def anki(output: Path) -> None:
    """Write an Anki package."""
    _export("anki", output)


@export.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("qedeck.csv"))
def csv(output: Path) -> None:
    """Write a table with a guid column."""
    _export("csv", output)


@export.command("json")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("qedeck.json"))
def json_(output: Path) -> None:
    """Write the cards as JSON, for other programs."""
    _export("json", output)


def _export(kind: str, output: Path) -> None:
    """Export, unless that would write again what is there."""
    from qedeck.cards.unchanged import unless_unchanged

    root = project_root()

    def act() -> str:
        from qedeck.cards import export

        return str(getattr(export, f"export_{kind}")(root, output))

    with busy("exporting cards"):
        said = unless_unchanged(root, output, kind, act)
    click.echo(said)


@main.command()
@click.option("--note", "notes", multiple=True, help="Also write the file of proofs of this note.")
@click.option("--again", is_flag=True, help="Seek again what was sought in vain.")
def lock(notes: tuple[str, ...], again: bool) -> None:
    """Write cards.lock, what learners have, proofs.lock, how searches for proofs ended, and the
    proofs of each note that has a file of them.
    """
    from qedeck.cards.export import lock_cards
    from qedeck.evidence.library import read_shown
    from qedeck.evidence.searches import lock_searches
    from qedeck.proof.files import notes_with_proofs
    from qedeck.proof.lock import lock_proofs, search

    root = project_root()
    with busy("comparing cards"):
        changes = lock_cards(root)
        ends = lock_searches(root)
    proofs = f"proofs of claims: {ends['found']} found, {ends['in vain']} sought in vain"
    click.echo(f"{changes}\n{proofs}")
    project, shown = read_shown(root)
    wanted = dict.fromkeys((*notes_with_proofs(root, project.lang), *notes))
    known = {note.name for note in project.library.notes}
    for note in wanted:
        if note not in known:
            raise click.UsageError(f"no note is called {note}")
    lock_proofs(
        project, shown, list(wanted), search, lambda name: click.echo(f"  {name}"), again=again
    )


@main.command()
def watch() -> None:
    """Say after every save whether what changed still holds."""
    from rich.console import Console

    from qedeck.watch.run import watch as run

    run(project_root(), Console())


def _row(statement: Statement, evidence: Evidence | None, stale: bool) -> dict[str, Any]:
    from qedeck.evidence.words import scope

    verdict = "not verified" if evidence is None else evidence.verdict
    fits = evidence is not None and not stale
    row: dict[str, Any] = {
        "id": statement.id,
        "kind": statement.called,
        "title": statement.title,
        "path": statement.path,
        "line": statement.line,
        "verdict": "stale" if stale else verdict,
        "method": evidence.method if evidence and fits else None,
        "level": evidence.level if evidence and fits else None,
        "scope": scope(evidence) if evidence and fits else "",
        "latex": statement.display.text,
        "mutants": dict.fromkeys(OUTCOMES, 0),
        "score": "",
        "seconds": None,
    }
    if evidence is not None and fits:
        row["mutants"], row["score"] = evidence.tally, evidence.score
        row["seconds"] = round(evidence.seconds, 4) if math.isfinite(evidence.seconds) else None
    return row


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("statement", "kind", "verdict", "level", "can fail", "place"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "can fail")
    for row in rows:
        good = row["verdict"] == "holds"
        table.add_row(
            row["id"],
            row["kind"],
            Text(row["verdict"], style="green" if good else "red"),
            row["level"] or "",
            row["score"],
            f"{row['path']}:{row['line']}",
        )
    console.print(table)
    held = sum(row["verdict"] == "holds" for row in rows)
    console.print(f"{held} of {len(rows)} verified", highlight=False)
