"""The fields that a clinician may fill for a report."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import read_bytes
from kndnet_desktop.core.patient import BODY_SITES, FITZPATRICK, SIDES, Clinic, Patient
from kndnet_desktop.ui.body_map import BodyMap
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.wheel import only_when_chosen

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What is remembered from one report to the next; nothing about patients.

    Attributes:
        language: Language of the report.
        paper: ``a4`` or ``letter``.
        sign: Whether it is signed.
        clinic: Name of the clinic.
        address: Its address.
        logo: Path of its logo, or empty.
        folder: Where the last report was saved, or empty.
    """

    language: str = "en"
    paper: str = "a4"
    sign: bool = True
    clinic: str = ""
    address: str = ""
    logo: str = ""
    folder: str = ""

    def read_logo(self) -> bytes | None:
        """Return the logo's file, or None if there is to be none.

        Raises:
            UserError: If it can't be read.
        """
        try:
            return read_bytes(Path(self.logo)) if self.logo else None
        except UserError as error:
            raise UserError(
                f"The clinic's logo “{Path(self.logo).name}” can't be read.",
                "In the report on one lesion it can be removed, or another chosen.",
            ) from error

    def to_text(self) -> str:
        """Return it as one text, for the settings file."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_text(text: str) -> "ReportSettings":
        """Read what `to_text` wrote; whatever can't be used is at its default."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return ReportSettings()
        if not isinstance(data, dict):
            return ReportSettings()
        usual = asdict(ReportSettings())
        kept = {
            field.name: data[field.name]
            for field in fields(ReportSettings)
            if type(data.get(field.name)) is type(usual[field.name])
        }
        if kept.get("paper") not in ("a4", "letter"):
            kept.pop("paper", None)
        return ReportSettings(**kept)


class ReportForm(QScrollArea):
    """Patient, lesion, assessment, clinic and choices.

    Args:
        theme: Gives the colours.
        languages: Codes of the languages that a report can be in.
        settings: What was remembered.

    Signals:
        changed: Something was typed or chosen.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, languages: tuple[str, ...], settings: ReportSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._logo = settings.folder, settings.logo
        self.name, self.identifier, self.born = QLineEdit(), QLineEdit(), QLineEdit()
        self.born.setPlaceholderText("1961-04-09")
        self.site = QComboBox()
        self.site.setEditable(True)
        self.site.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        _fill(self.site, {"": "", **{site: self.tr(site) for site in BODY_SITES}})
        self.side, self.skin = QComboBox(), QComboBox()
        _fill(self.side, {"": "", **{side: self.tr(side) for side in SIDES}})
        _fill(self.skin, {"": "", **{kind: kind for kind in FITZPATRICK}})
        self.body = BodyMap(theme)
        self.notes, self.assessment = QPlainTextEdit(), QPlainTextEdit()
        self.clinic, self.address = QLineEdit(settings.clinic), QPlainTextEdit(settings.address)
        self.logo = QPushButton()
        self.language, self.paper = QComboBox(), QComboBox()
        _fill(self.language, {code: LANGUAGE_NAMES.get(code, code) for code in languages})
        self.language.setCurrentIndex(max(self.language.findData(settings.language), 0))
        _fill(self.paper, {"a4": "A4", "letter": "Letter"})
        self.paper.setCurrentIndex(max(self.paper.findData(settings.paper), 0))
        only_when_chosen(self.site, self.side, self.skin, self.language, self.paper)
        self.sign = QCheckBox(self.tr("Sign it, so that every later change shows"))
        self.sign.setChecked(settings.sign)
        self._lay_out()
        self._connect()
        self._name_logo()

    @property
    def settings(self) -> ReportSettings:
        """What is to be remembered."""
        return ReportSettings(
            language=self.language.currentData(),
            paper=self.paper.currentData(),
            sign=self.sign.isChecked(),
            clinic=self.clinic.text(),
            address=self.address.toPlainText(),
            logo=self._logo,
            folder=self._folder,
        )

    @property
    def describes_patient(self) -> bool:
        """Whether anything was filled in that is not remembered for the next report."""
        try:
            return self.read_patient() != Patient()
        except UserError:  # something was, and it can't be right
            return True

    def saved_in(self, folder: str) -> None:
        """Remember where the report was saved."""
        self._folder = folder

    def read_patient(self) -> Patient:
        """Return what was filled in.

        Raises:
            UserError: If a field can't be what it says.
        """
        typed = self.site.currentText().strip()
        index = self.site.findText(typed, Qt.MatchFlag.MatchFixedString)
        return Patient(
            identifier=self.identifier.text().strip(),
            name=self.name.text().strip(),
            birth_date=self.born.text().strip(),
            site=str(self.site.itemData(index)) if index >= 0 else typed,  # the same in every language
            side=self.side.currentData(),
            fitzpatrick=self.skin.currentData(),
            notes=self.notes.toPlainText().strip(),
            assessment=self.assessment.toPlainText().strip(),
        )

    def read_clinic(self) -> Clinic:
        """Return name and address of the clinic.

        Raises:
            UserError: If they are too long.
        """
        return Clinic(self.clinic.text().strip(), self.address.toPlainText().strip())

    def _lay_out(self) -> None:
        content = QWidget()
        form = QFormLayout(content)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setSpacing(GRID)
        for text in (self.notes, self.assessment, self.address):
            text.setTabChangesFocus(True)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * 4)
        place = QWidget()
        beside = QHBoxLayout(place)
        beside.setContentsMargins(0, 0, 0, 0)
        lists = QVBoxLayout()
        lists.addWidget(self.site)
        lists.addWidget(self.side)
        lists.addStretch(1)
        beside.addLayout(lists, 1)
        beside.addWidget(self.body)
        self.site.setAccessibleName(self.tr("Body site"))
        self.side.setAccessibleName(self.tr("Side"))
        form.addRow(_heading(self.tr("All of this is optional")))
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("&Record number"), self.identifier)
        form.addRow(self.tr("&Born"), self.born)
        form.addRow(self.tr("Body site"), place)
        form.addRow(self.tr("&Fitzpatrick skin type"), self.skin)
        form.addRow(self.tr("N&otes"), self.notes)
        form.addRow(self.tr("Your &assessment"), self.assessment)
        form.addRow(_heading(self.tr("Remembered for the next report")))
        form.addRow(self.tr("&Clinic"), self.clinic)
        form.addRow(self.tr("A&ddress"), self.address)
        form.addRow(self.tr("Lo&go"), self.logo)
        form.addRow(self.tr("Report &language"), self.language)
        form.addRow(self.tr("&Paper"), self.paper)
        form.addRow(self.sign)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(content.minimumSizeHint().width() + 3 * GRID)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the first field has it when the form opens, and it scrolls along

    def _connect(self) -> None:
        for line in (self.name, self.identifier, self.born, self.clinic):
            line.textChanged.connect(self.changed)
        for text in (self.notes, self.assessment, self.address):
            text.textChanged.connect(self.changed)
        for choice in (self.side, self.skin, self.language, self.paper):
            choice.currentIndexChanged.connect(self.changed)
        self.site.editTextChanged.connect(self.changed)
        for place in (self.site.editTextChanged, self.side.currentIndexChanged):
            place.connect(lambda _: self._mark_place())
        self.body.chosen.connect(self._take_place)
        self.logo.clicked.connect(self._choose_logo)
        self.logo.setAutoDefault(False)

    def _take_place(self, site: str, side: str) -> None:
        kept = not side and self.site.currentText() in ("", self.tr(site))  # a side that was chosen for this very part
        self.site.setCurrentIndex(self.site.findData(site))
        if not kept:
            self.side.setCurrentIndex(self.side.findData(side))

    def _mark_place(self) -> None:
        index = self.site.findText(self.site.currentText())
        self.body.show_place(str(self.site.itemData(index)) if index > 0 else "", self.side.currentData())

    def _choose_logo(self) -> None:
        if self._logo:
            self._logo = ""
        else:
            pictures = self.tr("Pictures (*.png *.jpg *.jpeg)")
            self._logo, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a logo"), "", pictures)
        self._name_logo()
        self.changed.emit()

    def _name_logo(self) -> None:
        self.logo.setText(self.tr("Remove the logo") if self._logo else self.tr("Choose a logo…"))


def _fill(choice: QComboBox, items: dict[str, str]) -> None:
    for data, text in items.items():
        choice.addItem(text, data)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label
