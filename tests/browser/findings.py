"""What axe finds against WCAG 2.2 AA, in every sort of window a state of a page is seen in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, HEIGHT, PHONE

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TAGS = [*WCAG, "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that look at colours, among those of TAGS."""


@dataclass(frozen=True)
class Window:
    """A width and a colour scheme. In the dark nothing but colours differs, so only rules about colours are asked."""

    name: str
    width: int
    scheme: Any = "light"


WINDOWS = (Window("phone", PHONE), Window("desktop", DESKTOP), Window("dark", DESKTOP, "dark"))


class Findings:
    """Looks at one state after another and keeps what is wrong with each, in each window.

    No script of the portal and no answer of its server depends on the window's size or colours; style sheets do, and
    they follow at once. So each state is reached once and looked at in every window; then the page has its own again.
    Where a walk is gone at two widths, because nothing else uses its controls at both, each looks `at` its own width.
    """

    def __init__(self, page: Page, tags: list[str] = TAGS, *, at: int | None = None) -> None:
        self.page = page
        self.tags = tags
        self.windows = [window for window in WINDOWS if at in (None, window.width)]
        self.found: dict[str, list[str]] = {}

    def look(self, state: str) -> None:
        own = self.page.viewport_size
        assert own is not None
        self.page.evaluate(AXE)
        for window in self.windows:
            self.page.emulate_media(color_scheme=window.scheme)
            self.page.set_viewport_size({"width": window.width, "height": HEIGHT})
            self.page.evaluate(SETTLE)
            if wrong := self._wrong(COLOURS if window.scheme == "dark" else None):
                self.found[f"{state}, {window.name}"] = wrong
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(own)

    def _wrong(self, rules: list[str] | None) -> list[str]:
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": self.tags}
        # Without preloading: axe would try style sheets of its own, which the security policy refuses.
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
        violations = json.loads(self.page.evaluate(RUN, options))
        wrong = [
            f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for violation in violations
            for node in violation["nodes"]
        ]
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong.append(f"scrolls sideways by {wide} px")
        return wrong


AXE = f"if (!window.axe) {{ {Axe().axe_script} }}"
# Django's administration fades from one colour to the other.
SETTLE = "document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
# As text: the results hold much beside the violations, and each object would cross to Python by itself.
RUN = "options => axe.run(options).then(results => JSON.stringify(results.violations))"
