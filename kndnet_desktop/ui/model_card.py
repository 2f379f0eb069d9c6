"""A model card as HTML for a page of text."""

from collections.abc import Iterator
from html import escape

from kndnet_desktop.core.advice import Advice, missing
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Estimate, Reliability
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.ui import measured
from kndnet_desktop.ui.reliability_chart import Chart, describe, exact
from kndnet_desktop.ui.translator import number, tr


def card_html(card: ModelCard, chart: Chart | None, address: str) -> str:
    """Return all that a card says, in the window's language.

    Args:
        card: The card.
        chart: The drawing of its reliability; None where the card has none.
        address: Under which the page finds the drawing.
    """
    labels = "".join(
        f"<tr><td>{'▲' if label.malignant else ''}</td><td>{escape(tr(label.name))}</td>"
        f"<td>{escape(label.code)}</td></tr>"
        for label in card.labels
    )
    limits = "".join(f"<li>{escape(tr(limit))}</li>" for limit in card.limits)
    made = tr(
        "{architecture}; {count} parameters; made on {date}; SHA-256 {hash}.",
        architecture=tr(card.architecture),
        count=grouped(card.parameters, tr),
        date=card.created,
        hash=card.sha256,
    )
    found = card.trust.reliability
    return f"""
        <h2>{escape(card.name)}</h2>
        <p>{escape(made)}</p>
        <p>{escape(tr(card.intended_use))}</p>
        <h3>{tr("Classes (▲ counts as malignant or pre-malignant)")}</h3><table cellpadding='2'>{labels}</table>
        {_trust(card)}
        {_reliability(card, found, chart, address) if found and chart else ""}
        <h3>{tr("Measured")}</h3>{measured.tables(card)}
        <h3>{tr("Limits")}</h3><ul>{limits}</ul>
        <h3>{tr("Training data")}</h3><p>{escape(card.training_data)}</p><p>{escape(tr(card.split))}</p>
        <h3>{tr("Licence of the weights")}</h3><p>{escape(tr(card.licence))}</p>
    """


def _trust(card: ModelCard) -> str:
    """Return what the card knows of when to rely on the model, or nothing."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in _lines(card) if line)
    return f"<h3>{tr('When to rely on it')}</h3><ul>{lines}</ul>" if lines else ""


def _lines(card: ModelCard) -> Iterator[str]:
    trust, mode = card.trust, card.calibration.default_mode
    for point in trust.points(mode):
        yield f"{measured.mode_name(mode)}: {Advice.of_card(card, mode, point.target, tr).figures()}"
    if trust.sets:
        yield Advice.of_card(card, mode, say=tr).coverage()
    if trust.stability:
        worth = tr(
            "Wrong answers are ranked before right ones (0.5 is chance) by how far they move: {moves}; by their own "
            "uncertainty: {uncertainty}.",
            moves=_plain(trust.stability.error_auroc),
            uncertainty=_plain(trust.stability.entropy_auroc),
        )
        yield f"{worth} {measured.data_name(trust.stability.data)}." if trust.stability.data else worth
    yield missing(card, mode, tr)


def _plain(found: Estimate) -> str:
    value, low, high = (number(each, 2) for each in (found.value, found.low, found.high))
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)


def _reliability(card: ModelCard, found: Reliability, chart: Chart, address: str) -> str:
    """Return the diagram, beside it the same in figures, and what it means."""
    on = f"{measured.data_name(found.data)}, {measured.mode_name(found.mode)}"
    image = (
        f"<img src='{escape(address)}' width='{chart.width}' height='{chart.height}' alt='{escape(describe(found))}'>"
    )
    heads = "".join(f"<th align='right'>{escape(head)}</th>" for head in (tr("Predicted"), tr("Correct"), tr("Photos")))
    bins = "".join(
        f"<tr>{''.join(f'<td align=right>{each}</td>' for each in (exact(mean), exact(right), count))}</tr>"
        for count, mean, right in found.bins
    )
    own = (metric for metric in card.metrics if (metric.data, metric.mode) == (found.data, found.mode))
    error = next((measured.value(metric) for metric in own if metric.name == "ECE"), "")
    row = f"<p><b>{tr('Calibration error (ECE)')}: {error}</b></p>" if error else ""
    meaning = tr(
        "A point on the dashed line is a probability that can be taken at its word; below the line, answers are right "
        "less often than they say, above it more often. A large point stands for many photos. The calibration error is "
        "the mean distance from the line, over all photos."
    )
    if found.mode == "balanced":
        meaning += " " + tr(
            "The balanced mode gives rare diagnoses more weight, so the percentages are deliberately not those of "
            "the mixture of diagnoses in these data; only that of the first answer is meant to be right as often as it "
            "says."
        )
    return f"""
        <h3>{tr("Can the percentages be taken at their word?")}</h3><p>{escape(on)}</p>
        <table cellpadding='0'><tr><td valign='top'>{image}</td><td valign='middle' style='padding-left: 16px'>
        {row}<table cellpadding='3'><tr>{heads}</tr>{bins}</table></td></tr></table>
        <p>{escape(meaning)}</p>
    """
