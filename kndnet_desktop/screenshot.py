"""Takes pictures of the real window with a real answer, for the README and for a look without a screen."""

from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer

from kndnet_desktop.app import App

SIZE = QSize(1180, 780)
PATIENCE = 60_000  # milliseconds
SETTLING = 700  # milliseconds for what is drawn after the answer: the full-size photo, thumbnails


def take(app: App, pictures: list[Path], target: Path, show: str) -> int:
    """Open pictures, wait for the answer, save the window as PNG and leave.

    Args:
        app: The program, not yet shown.
        pictures: What to open.
        target: The PNG to write.
        show: ``answer``, ``frame``, ``batch`` (the first of the pictures is a folder) or ``about``.

    Returns:
        0, or 1 if no answer came in time.
    """
    window, page = app.window, app.window.page
    window.resize(SIZE)
    window.show()
    app.load_models()
    loop = QEventLoop()
    QTimer.singleShot(PATIENCE, lambda: loop.exit(1))
    if show == "batch":
        window.tabs.setCurrentIndex(window.pages.indexOf(window.batch))
        window.batch.run.saved.connect(lambda _: loop.quit())
        window.batch.start(pictures[0])
    else:
        page.updated.connect(lambda: loop.quit() if not page.busy and (page.result or not pictures) else None)
        if pictures:
            window.open_paths(pictures)
    failed = loop.exec()
    if show == "about":
        window.action("about").trigger()
    elif show == "frame":
        window.action("frame").trigger()
    settle = QEventLoop()
    QTimer.singleShot(SETTLING, settle.quit)
    settle.exec()
    window.status.clearMessage()  # it may name a temporary folder
    target.parent.mkdir(parents=True, exist_ok=True)
    saved = window.grab().save(str(target))
    app.jobs.drain()
    return 0 if saved and not failed else 1
