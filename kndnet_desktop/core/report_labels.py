"""The fixed words of a report: headings, columns and what surrounds the figures."""

from kndnet_desktop.core.translation import Catalogue


def labels(say: Catalogue) -> dict[str, str]:
    """Return the words that every report of a language has, by the names that the templates know them by."""
    return {
        "logo": say("Logo of the clinic"),
        "made": say("Made on"),
        "measured": say("How well the model did in tests"),
        "page": say("Page {page} of {pages}"),
        "purpose": say(
            "For research use: estimates of a neural network from a photo. Not a medical device, no diagnosis, and "
            "no substitute for a clinician's examination or for histology."
        ),
        "record": say("The results and settings of this report, for programs"),
        "little": say("little"),
        "much": say("much"),
        "malignant_mark": say("Malignant"),
        "yes": say("yes"),
        "diagnosis": say("Diagnosis"),
        "bar": say("0 to 100 %"),
        "probability": say("Probability"),
        "views": say("Under small changes"),
        "refer": say("Biopsy or referral"),
        "basis": say("Recommendation"),
        "second": say("Second opinion"),
        "nobody": say("No patient data were entered."),
        "notes": say("Notes"),
        "remarks": say("To know about this photo"),
        "assessment": say("The clinician's assessment"),
        "place": say("Place and date"),
        "signature": say("Signature"),
        "provenance": say("Where this comes from"),
        "review": say("To review, most suspicious first"),
        "review_hint": say("Sorted by the probability of a malignant or pre-malignant lesion."),
        "number": say("No."),
        "photo": say("Photo"),
        "top": say("Most probable"),
        "p_malignant": say("Malignant or pre-malignant"),
        "unanswered": say("Not answered"),
        "why": say("Why"),
        "each": say("Each photo"),
    }
