"""A site with five cards, and somebody who reviews them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.site.review.learner import CARDS, DESK, MONDAY, Learner, deal


@pytest.fixture(scope="module")
def shop(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site with five cards."""
    folder = tmp_path_factory.mktemp("review") / "site"
    shutil.copytree(site, folder)
    deal(folder, CARDS)
    return folder


@pytest.fixture(params=["file", "served"])
def address(request: pytest.FixtureRequest, shop: Path, serve: Callable[[Path], str]) -> str:
    """The review page, from the file system and served."""
    return f"{shop.as_uri() if request.param == 'file' else serve(shop)}/review.html"


Enter = Callable[..., Any]


@pytest.fixture
def enter(browser: Browser, shop: Path) -> Enter:
    """Opens the page from the file system for a new learner, with options of a context."""

    @contextmanager
    def entered(where: Path = shop, script: str = "", **options: Any) -> Iterator[Learner]:
        settings = {"viewport": DESK, "timezone_id": "UTC", "accept_downloads": True} | options
        context = browser.new_context(**settings)
        context.clock.install(time=MONDAY)
        if script:
            context.add_init_script(script)
        somebody = Learner(context, f"{where.as_uri()}/review.html")
        yield somebody
        context.close()
        assert somebody.complaints == []

    return entered


@pytest.fixture
def learner(browser: Browser, address: str) -> Iterator[Learner]:
    context = browser.new_context(viewport=DESK, timezone_id="UTC")
    context.clock.install(time=MONDAY)
    somebody = Learner(context, address)
    yield somebody
    context.close()
    assert somebody.complaints == []
