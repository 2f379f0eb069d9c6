"""What this program is and is not, and the cards of its models."""

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QWidget

from kndnet_desktop.core.advice import Advice, missing
from kndnet_desktop.core.batch import Models
from kndnet_desktop.core.card import Metric, ModelCard
from kndnet_desktop.core.evidence import Estimate
from kndnet_desktop.ui.translator import tr

PURPOSE = (
    "KNDNet Desktop estimates which of seven classes a dermatoscope photo of a skin lesion belongs to, and shows where "
    "in the picture the estimate comes from. It is meant for research: it is not a medical device and no substitute "
    "for a clinician. Photos never leave this computer; the program opens no network connection."
)
KEYS = (
    ("Ctrl+O, Ctrl+Shift+O", "open photos, open a folder"),
    ("Ctrl+V, Ctrl+C, Ctrl+S", "paste a photo, copy the result, save the heat map"),
    ("Ctrl+R", "report as PDF"),
    ("← and →", "previous and next photo"),
    ("Ctrl++, Ctrl+−, Ctrl+0, Ctrl+1", "zoom in, zoom out, whole photo, actual size"),
    ("F", "frame the lesion; Ctrl+Z and Ctrl+Y undo and redo"),
    ("Alt+arrows, Alt+Shift+arrows", "on the photo: move the frame, resize the frame"),
    ("H, space bar on the photo", "heat map on or off, hide it while held"),
    ("O, then arrows, + and −, Esc", "cover a part of the photo and see what the answer would be, take the patch away"),
    ("Tab, ↑ and ↓, space bar", "from control to control, from class to class, press"),
)


class AboutPage(QTextBrowser):
    """A page of text, readable by screen readers and selectable.

    Args:
        version: The program's version.
        licences: The folder of licences that a packed program carries; need not exist.
    """

    def __init__(self, version: str, licences: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._version, self._licences = version, licences
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.document().setDocumentMargin(32)
        self.setAccessibleName(tr("About this program and its models"))
        self.show_models(None)

    def show_models(self, models: Models | None) -> None:
        """Show the cards of these models."""
        parts = [f"<h1>KNDNet Desktop {escape(self._version)}</h1>", f"<p>{escape(tr(PURPOSE))}</p>"]
        if models:
            parts.append(_card(models.main.card))
            if models.teacher:
                parts.append(_card(models.teacher.card))
            else:
                parts.append(f"<h2>{tr('Teacher')}</h2><p>{tr('No teacher network is installed.')}</p>")
        rows = "".join(f"<tr><td><b>{escape(tr(keys))}</b></td><td>{escape(tr(does))}</td></tr>" for keys, does in KEYS)
        parts.append(f"<h2>{tr('Keyboard')}</h2><table cellpadding='4'>{rows}</table>")
        parts.append(_LICENCES)
        index = self._licences / "INDEX.txt"
        if index.is_file():
            lines = index.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
            parts.append(f"<p>All that is in this program; the texts lie in {escape(str(self._licences))}:</p>")
            parts.append("".join(("<ul>", *(f"<li>{escape(line)}</li>" for line in lines), "</ul>")))
        self.setHtml("".join(parts))


def _card(card: ModelCard) -> str:
    labels = "".join(
        f"<tr><td>{'▲' if label.malignant else ''}</td><td>{escape(tr(label.name))}</td>"
        f"<td>{escape(label.code)}</td></tr>"
        for label in card.labels
    )
    metrics = "".join(map(_metric, card.metrics))
    limits = "".join(f"<li>{escape(tr(limit))}</li>" for limit in card.limits)
    table = (
        f"<table cellpadding='4'><tr><th align='left'>{tr('Figure')}</th><th align='right'>{tr('Value')}</th>"
        f"<th align='left'>{tr('95 % interval')}</th><th align='left'>{tr('Measured on')}</th></tr>{metrics}</table>"
        if metrics
        else f"<p>{tr('No figure has been measured for this model yet.')}</p>"
    )
    return f"""
        <h2>{escape(card.name)}</h2>
        <p>{escape(card.architecture)}; {card.parameters:,} parameters; made on {escape(card.created)};
        SHA-256 {escape(card.sha256)}.</p>
        <p>{escape(card.intended_use)}</p>
        <h3>{tr("Classes (▲ counts as malignant or pre-malignant)")}</h3><table cellpadding='2'>{labels}</table>
        <h3>{tr("Measured")}</h3>{table}
        {_trust(card)}
        <h3>{tr("Limits")}</h3><ul>{limits}</ul>
        <h3>{tr("Training data")}</h3><p>{escape(card.training_data)}</p><p>{escape(card.split)}</p>
        <h3>{tr("Licence of the weights")}</h3><p>{escape(card.licence)}</p>
    """


def _trust(card: ModelCard) -> str:
    """Return what the card knows of when to rely on the model, or nothing."""
    trust, calibration = card.trust, card.calibration
    lines = [
        f"{escape(mode)}: {escape(Advice.of_card(card, mode, point.target, tr).figures())}"
        for mode in calibration.modes
        for point in trust.points(mode)
    ]
    if trust.sets:
        lines.append(escape(Advice.of_card(card, calibration.default_mode, say=tr).coverage()))
    if trust.stability:
        said = tr(
            "Wrong answers are ranked before right ones (0.5 is chance) by how far they move: {moves}; by their own "
            "uncertainty: {uncertainty}.",
            moves=_plain(trust.stability.error_auroc),
            uncertainty=_plain(trust.stability.entropy_auroc),
        )
        lines.append(escape(said))
    off = missing(card, calibration.default_mode, tr)
    if off:
        lines.append(escape(off))
    if not lines:
        return ""
    points = "".join(f"<li>{line}</li>" for line in lines)
    return f"<h3>{tr('When to rely on it')}</h3><ul>{points}</ul>"


def _plain(found: Estimate) -> str:
    return tr("{value} ({low} to {high})", value=f"{found.value:.2f}", low=f"{found.low:.2f}", high=f"{found.high:.2f}")


def _metric(metric: Metric) -> str:
    mode = f", {escape(metric.mode)}" if metric.mode else ""
    return (
        f"<tr><td>{escape(metric.name)}{mode}</td><td align='right'>{metric.value:.3f}</td>"
        f"<td>{metric.low:.3f} to {metric.high:.3f}</td>"
        f"<td>{escape(metric.data)}, {metric.images} images. {escape(metric.protocol)}</td></tr>"
    )


_LICENCES = """
    <h2>Licences</h2>
    <p>The program: Apache License 2.0. It uses Qt for Python (LGPL 3), ONNX Runtime (MIT), NumPy (BSD), Pillow
    (MIT-CMU), simplejpeg (MIT, with libjpeg-turbo, BSD and IJG), cmap (BSD) with the viridis colour map (CC0),
    platformdirs (MIT), tqdm (MPL 2.0 and MIT), Typst (Apache 2.0), pyHanko (MIT), cryptography (Apache 2.0 or BSD),
    keyring (MIT) and XlsxWriter (BSD).</p>
"""
