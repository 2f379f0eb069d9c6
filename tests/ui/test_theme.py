"""Readable in light and dark, by eye, by keyboard and by screen reader."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QScrollBar,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from kndnet_desktop.ui.theme import DARK, LIGHT, Colours
from tests.ui.conftest import Desk


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = QColor(colour).getRgbF()[:3]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_enough_contrast(colours: Colours) -> None:
    for background in (colours.window, colours.base, colours.raised, colours.track):
        assert contrast(colours.text, background) >= 4.5
        assert contrast(colours.quiet, background) >= 4.5
        assert contrast(colours.accent, background) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    # Bars are no text: 3 : 1 for graphics (WCAG 1.4.11).
    assert contrast(colours.benign, colours.base) >= 3


def test_the_theme_can_be_changed_while_running(desk: Desk, qapp: QApplication) -> None:
    assert qapp.palette().window().color() == QColor(LIGHT.window)
    before = desk.window.action("open").icon().pixmap(24).toImage()
    themes = next(menu for menu in desk.window.findChildren(type(desk.window._menus.modes)) if menu.title() == "&Theme")
    dark = next(action for action in themes.actions() if action.text() == "&Dark")
    dark.trigger()
    assert qapp.palette().window().color() == QColor(DARK.window)
    assert desk.window.action("open").icon().pixmap(24).toImage() != before, "icons follow the text's colour"
    desk.window.close()
    assert desk.remembered[-1].theme == "dark"


def controls(window: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QTabBar, QTextBrowser)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds) and not isinstance(widget, QScrollBar) and widget.isVisibleTo(window)
    ]


def test_every_control_has_a_name_for_screen_readers(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    for page in range(desk.window.tabs.count()):
        desk.window.tabs.setCurrentIndex(page)
        for control in controls(desk.window):
            words = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
            if not control.objectName().startswith("qt_"):
                assert words.strip(), f"{control} has no name"


def test_every_control_can_be_reached_by_the_tab_key(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    reached: set[QWidget] = set()
    desk.page.view.setFocus()
    for _ in range(60):
        focused = desk.window.focusWidget()
        if focused:
            reached.add(focused)
            desk.bot.keyClick(focused, Qt.Key.Key_Tab)
    rows = set(desk.page.panel.rows)
    expected = {
        control
        for control in controls(desk.window)
        if control.isEnabled() and control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    # Of the classes, which exclude each other, the tab key reaches the one that is chosen; arrow keys the others.
    assert reached & rows
    missing = expected - reached - rows
    assert not missing, f"not reached: {missing}"
    assert desk.page.view in reached
    chosen = next(row for row in desk.page.panel.rows if row.isChecked())
    chosen.setFocus()
    desk.bot.keyClick(chosen, Qt.Key.Key_Down)
    assert desk.window.focusWidget() in rows - {chosen}
