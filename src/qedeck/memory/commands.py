"""The commands that review, and that tell how it goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qedeck.console import busy, project_root

if TYPE_CHECKING:
    from qedeck.memory.learner import Learner
    from qedeck.memory.stats import Share

NOTE = click.option("--note", metavar="NAME", help="Only the cards of one note.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.option("--terminal", is_flag=True, help="Review here, without a browser.")
@NOTE
@click.option("--limit", type=click.IntRange(0), help="Stop after so many answers.")
@click.option("--new", type=click.IntRange(0), help="How many new cards a day may bring.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="A free one by default.")
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser.")
def review(
    terminal: bool,
    note: str | None,
    limit: int | None,
    new: int | None,
    port: int,
    browser: bool,
) -> None:
    """Review the cards that are due, then new ones.

    Opens the review page of the built site, served to this machine alone. Answers are appended to
    a file of this device in reviews/.
    """
    root = project_root()
    if terminal:
        _review_here(root, note, limit, new)
    else:
        _serve(root, note, limit, new, port, browser)


@click.command()
@NOTE
@click.option("--new", type=click.IntRange(0), help="How many new cards a day may bring.")
@JSON
def due(note: str | None, new: int | None, as_json: bool) -> None:
    """Say what is due, and list it by note."""
    from qedeck.memory.learner import now, read_cards
    from qedeck.memory.queue import NEW, queue

    root = project_root()
    learner = _learner(root)
    with busy("reading cards"):
        cards = read_cards(root)
    if note is not None:
        cards.of_note(note)
    by_id = {card.id: card for card in cards.listed}
    found = queue(
        cards.listed, learner.memory(), now(), learner.days, NEW if new is None else new,
        lambda card: note in {None, by_id[card.id].note},
    )  # fmt: skip
    if as_json:
        _print_json({"due": found.due, "new": found.new, "soon": found.soon})
        return
    counts: dict[str, list[int]] = {}
    for column, ids in enumerate((found.due, found.new, found.soon)):
        for card in ids:
            counts.setdefault(by_id[card].note, [0, 0, 0])[column] += 1
    ordered = [item.name for item in cards.deck.notes if item.name in counts]
    _table(
        ("note", "due", "new", "in minutes"),
        [(name, *(str(count or "") for count in counts[name])) for name in ordered],
    )
    total = f"{len(found.due)} due, {len(found.new)} new, {len(found.soon)} in a few minutes"
    click.echo(total if counts else "nothing is due")


@click.command()
@JSON
def stats(as_json: bool) -> None:
    """Say how it goes: today, the days to come, retention by note, predicted against true."""
    from qedeck.cards.export import NothingVerifiedError
    from qedeck.memory.learner import now, read_cards
    from qedeck.memory.replay import Recall
    from qedeck.memory.stats import stats as computed

    root = project_root()
    learner = _learner(root)
    try:
        with busy("reading cards"):
            cards = read_cards(root).listed
    except NothingVerifiedError as error:
        # What was answered can be told without the cards.
        click.echo(str(error), err=True)
        cards = ()
    recalls: list[Recall] = []
    memory = learner.memory(recalls.append)
    events = learner.history.events.values()
    found = computed(cards, memory, events, recalls, now(), learner.days)
    if as_json:
        _print_json(found.to_json())
        return
    click.echo(
        f"today: {found.today} answers, {found.again_today} forgotten, "
        f"{found.minutes_today:g} minutes; {found.streak} days in a row\n"
        f"cards: {found.learned} of {found.cards} begun, {found.mature} known for three weeks or "
        f"more, {found.suspended} suspended; {found.reviews} answers in all"
    )
    if found.gone:
        click.echo(f"{found.gone} answers are to cards that cannot be asked now")
    week = "  ".join(f"{day:%a} {count}" for day, count in found.forecast[:7])
    click.echo(f"due: {week}; {sum(count for _, count in found.forecast)} within 30 days")
    _shares("retention", (*found.notes, found.total) if found.notes else ())
    _shares("predicted", found.calibration)


@click.command()
@NOTE
@JSON
def weak(note: str | None, as_json: bool) -> None:
    """Say what is forgotten most, by section, and what it rests on that was never learned."""
    from qedeck.memory.learner import read_cards
    from qedeck.memory.replay import Recall
    from qedeck.memory.weak import weak as computed

    root = project_root()
    learner = _learner(root)
    with busy("reading cards"):
        cards = read_cards(root)
    if note is not None:
        cards.of_note(note)
    recalls: list[Recall] = []
    memory = learner.memory(recalls.append)
    found = [
        section
        for section in computed(cards.listed, memory, recalls, cards.uses, cards.titles)
        if note in {None, section.name.partition("#")[0]}
    ]
    if as_json:
        _print_json([section.to_json() for section in found])
        return
    for section in found:
        click.echo(f"{section.name}: forgotten {section.lapses} of {section.tested} times")
        for card in section.cards:
            click.echo(f"  {card.card}: {card.lapses} of {card.tested}  {card.place}")
            for link in card.chain:
                state = {None: "no card", True: "learned", False: "never learned"}[link.learned]
                way = " ← ".join(link.through)
                mark = "  ← learn this first" if link == card.missing else ""
                click.echo(f"      {way} ({state}){mark}")
    if not found:
        click.echo("nothing was forgotten a day or more after it was known")


@click.group()
def reviews() -> None:
    """Take what was answered to other places, and from there."""


@reviews.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Standard output by default.")
def export_(output: Path | None) -> None:
    """Write all events as JSON Lines, in order."""
    from qedeck.place import whole_file

    ordered = _learner(project_root()).history.ordered
    text = "".join(f"{event}\n" for event in ordered)
    if output is None:
        click.echo(text, nl=False)
        return
    with whole_file(output) as target:
        target.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{output}: {len(ordered)} events", err=True)


@reviews.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def import_(files: tuple[Path, ...]) -> None:
    """Add events: JSON Lines, also the site's export, or Anki's .anki2, .apkg and .colpkg."""
    from qedeck.memory.incoming import bring_in

    root = project_root()
    learner = _learner(root)
    for file in files:
        with busy(f"reading {file.name}"):
            brought = bring_in(root, learner.folder, file)
        click.echo(str(brought))


@reviews.command()
def check() -> None:
    """Say whether all events can be read, and what is odd about them."""
    from qedeck.memory.checking import look_through

    root = project_root()
    for line in look_through(_learner(root, quiet=True).history):
        click.echo(line)


@click.command()
@click.option("--retention", type=click.FloatRange(0.7, 0.97), help="Wanted from now on.")
def optimize(retention: float | None) -> None:
    """Fit FSRS to your own answers, where that predicts them better.

    Needs: pip install 'qedeck[optimize]'.
    """
    from qedeck.memory.optimize import fit

    learner = _learner(project_root())
    with busy("fitting"):
        fitted = fit(learner, retention)
    click.echo(str(fitted))


def _learner(root: Path, *, quiet: bool = False) -> Learner:
    """What a learner did; torn lines are told, and stay as they are."""
    from qedeck.memory.learner import read_learner

    learner = read_learner(root)
    for torn in () if quiet else learner.history.torn:
        click.echo(f"{torn}; it counts for nothing", err=True)
    return learner


def _review_here(root: Path, note: str | None, limit: int | None, new: int | None) -> None:
    from rich.console import Console

    from qedeck.memory.editor import edit
    from qedeck.memory.history import Journal
    from qedeck.memory.learner import read_cards
    from qedeck.memory.queue import NEW
    from qedeck.memory.terminal import Session, keys

    learner = _learner(root)
    with busy("reading cards"):
        cards = read_cards(root)
    if note is not None:
        cards.of_note(note)
    session = Session(
        learner, cards.listed, Journal(learner.folder), Console(), keys(), note, limit,
        NEW if new is None else new, places=cards.places, edit=partial(edit, root),
    )  # fmt: skip
    try:
        session.run()
    except OSError as error:
        raise click.ClickException(f"the last answer was not kept: {error}") from error


def _serve(
    root: Path, note: str | None, limit: int | None, new: int | None, port: int, browser: bool
) -> None:
    import webbrowser

    from qedeck.memory.history import Journal
    from qedeck.memory.learner import built_site
    from qedeck.memory.server import ReviewServer

    learner = _learner(root)
    site = built_site(root)
    given = {"fresh": new, "limit": limit}
    chosen = {name: value for name, value in given.items() if value is not None}
    journal = Journal(learner.folder)
    try:
        server = ReviewServer(site, journal, port, chosen)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}") from error
    page = "review.html" if (site / "review.html").is_file() else "review/"
    address = f"{server.address}/{page}?token={server.token}"
    address += f"#note={note}" if note else ""
    click.echo(f"{address}\nanswers go to {learner.folder.name}/{journal.path.name}; Ctrl-C ends")
    if browser:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    for torn in server.torn:
        click.echo(f"{torn}; it was taken away")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False, default=str))


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for k, heading in enumerate(headings):
        table.add_column(heading, justify="right" if k else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _shares(heading: str, shares: tuple[Share, ...]) -> None:
    """How much was remembered of each part, beside what was expected."""
    rows = [
        (one.name, f"{one.retention or 0:.0%}", f"{one.predicted:.0%}", str(one.tested))
        for one in shares
    ]
    _table((heading, "remembered", "expected", "tests"), rows)
