"""Opens the dialogs around reports, and keeps what they share."""

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.ui.batch_report_dialog import BatchReportDialog, Order
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.report_dialog import Office, ReportDialog, Subject
from kndnet_desktop.ui.report_form import ReportSettings
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.verify_dialog import VerifyDialog


class ReportDesk(QObject):
    """Reports on one lesion, reports on many photos, and the check of a report.

    Args:
        jobs: Where work runs.
        theme: Colours.
        open_office: Opens who makes reports; called in a job's thread, when the first report is asked for.
        languages: Codes of the languages that a report can be in.
        catalogue: The window's language.
        remembered: What `remembered` gave when the program was last closed.

    Signals:
        broke: A job met a bug; carries the exception.
    """

    broke = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        theme: Theme,
        open_office: Callable[[], Office],
        languages: tuple[str, ...],
        catalogue: Catalogue,
        remembered: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._theme, self._languages, self._catalogue = jobs, theme, languages, catalogue
        self._open_office = functools.cache(open_office)
        self._kept = ReportSettings.from_text(remembered) if remembered else None

    @property
    def remembered(self) -> str:
        """What the settings file is to keep."""
        return self._kept.to_text() if self._kept else ""

    @property
    def _settings(self) -> ReportSettings:
        """The first report speaks as the window does; then each as the one before."""
        return self._kept or ReportSettings(language=self._catalogue.language)

    def report(self, subject: Subject, parent: QWidget) -> ReportDialog:
        """Open the report of one lesion."""
        dialog = ReportDialog(
            self._jobs,
            self._theme,
            subject,
            self._open_office,
            self._languages,
            self._settings,
            self._keep,
            self.broke.emit,
            parent,
        )
        dialog.open()
        return dialog

    def report_batch(self, order: Order, parent: QWidget) -> BatchReportDialog:
        """Open the report of many photos, if it is not open: a second click may come before it is."""
        for dialog in parent.findChildren(BatchReportDialog):
            if dialog.isVisible():
                return dialog
        dialog = BatchReportDialog(
            self._jobs,
            order,
            self._open_office,
            self._languages,
            self._settings,
            self._keep,
            self.broke.emit,
            parent,
        )
        dialog.open()
        return dialog

    def verify(self, parent: QWidget) -> VerifyDialog | None:
        """Ask for a report's file and open its check; None if none was chosen."""
        title = self.tr("Verify a report")
        name, _ = QFileDialog.getOpenFileName(parent, title, self._settings.folder, "PDF (*.pdf)")
        if not name:
            return None
        dialog = VerifyDialog(self._jobs, Path(name), self._open_office, self._catalogue, self.broke.emit, parent)
        dialog.open()
        return dialog

    def _keep(self, settings: ReportSettings) -> None:
        self._kept = settings
