from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kndnet_desktop.core.card import Calibration, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.stability import VIEWS
from kndnet_desktop.core.trust import softmax
from training import trust
from training.data import Record
from training.drawn import draw
from training.metrics import Labels
from training.trust import Answers

EVEN = Calibration(1.0, {"balanced": (0.0,) * 7}, "balanced")


@pytest.fixture
def card(student_folder: Path) -> ModelCard:
    return replace(ModelCard.load(student_folder), calibration=EVEN, trust=Trust())


def answers(count: int, seed: int, clarity: float = 2.0) -> Answers:
    """Answers of a calibrated network: labels are drawn from the very probabilities that it gives."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, clarity, (count, 7)).astype(np.float32)
    shares = softmax(logits.astype(float))
    labels: Labels = np.array([rng.choice(7, p=row) for row in shares], np.int64)
    varied = logits[:, None] + rng.normal(0, 0.5, (count, 8, 7)).astype(np.float32)
    lesions = np.array([f"lesion {number}" for number in range(count)])
    return Answers(logits, logits, varied, labels, lesions)


def test_prediction_sets_hold_each_class_on_new_pictures(card: ModelCard) -> None:
    fitted = replace(card, trust=Trust(sets=trust.fit_sets(card, answers(3000, 1))))
    fresh = answers(3000, 2)
    inside = trust.coverage(fitted, fresh.logits, "balanced")
    assert inside.any(1).all(), "the most probable class is always in the set"
    for index in range(7):
        own = fresh.labels == index
        assert inside[own, index].mean() == pytest.approx(0.9, abs=0.04)


def test_a_class_with_too_few_pictures_is_always_in_the_set(card: ModelCard) -> None:
    few = answers(20, 1)
    few.labels[:] = [0] * 8 + [1] * 12
    thresholds = trust.fit_sets(card, few).thresholds["balanced"]
    assert thresholds[0] == 0, "8 pictures allow no threshold at 90 %"
    assert thresholds[1] > 0


def test_operating_points_reach_their_sensitivity_and_say_what_it_costs(card: ModelCard) -> None:
    given = answers(3000, 3)
    points = trust.fit_referral(card, given, "these")
    assert [point.target for point in points] == [0.85, 0.9, 0.95]
    for point in points:
        assert point.target <= point.sensitivity.value < point.target + 0.01
        assert point.sensitivity.low < point.sensitivity.value < point.sensitivity.high
        assert point.specificity.low < point.specificity.value < point.specificity.high
    assert points[0].specificity.value > points[2].specificity.value
    fresh = answers(3000, 4)
    referred = trust.p_malignant(card, fresh.logits, "balanced") >= points[1].threshold
    malignant = trust.is_malignant(card, fresh.labels)
    assert referred[malignant].mean() == pytest.approx(0.9, abs=0.03)


def test_risk_is_the_mean_error_over_all_coverages() -> None:
    wrong = np.array([False, True, False, True])
    doubt = np.array([0.1, 0.2, 0.3, 0.4])
    assert trust.risk(doubt, wrong, np.ones(4)) == pytest.approx(np.mean([0, 1 / 2, 1 / 3, 2 / 4]))
    assert trust.risk(doubt, wrong, np.array([1.0, 0, 0, 1])) == pytest.approx(np.mean([0, 1 / 2]))


def test_disagreement_helps_only_where_the_teacher_knows_better(card: ModelCard) -> None:
    given = answers(1500, 5)
    known = replace(card, trust=Trust(referral=trust.fit_referral(card, given, "these")))
    truth = np.where(np.arange(7) == given.labels[:, None], 6, 0).astype(np.float32)
    better = replace(given, logits=truth)
    wise = replace(card, trust=Trust(referral=trust.fit_referral(card, better, "these")))
    found = trust.fit_disagreement(known, given, wise, better)
    assert found
    assert found.helps
    assert found.risk.value < found.entropy_risk.value
    guessing = answers(1500, 6)
    blind = replace(card, trust=Trust(referral=trust.fit_referral(card, guessing, "these")))
    useless = trust.fit_disagreement(known, given, blind, replace(guessing, labels=given.labels))
    assert useless
    assert not useless.helps
    assert trust.fit_disagreement(known, given, card, better) is None, "a teacher without operating points"


def test_an_answer_is_called_unstable_for_few_of_the_right_ones(card: ModelCard) -> None:
    given = answers(1500, 7)
    found = trust.fit_stability(card, given, "here")
    assert found
    flips = trust.flip_rates(card, given, "balanced")
    right = given.logits.argmax(1) == given.labels
    assert (flips[right] >= found.unstable).mean() <= trust.FALSE_ALARM
    assert (flips[~right] >= found.unstable).mean() > 2 * (flips[right] >= found.unstable).mean()
    assert found.error_auroc.value > 0.6
    certain = replace(given, labels=given.logits.argmax(1).astype(np.int64))
    assert trust.fit_stability(card, certain, "here") is None, "nothing is wrong, so nothing can be ranked"


def test_the_app_is_asked_once_and_remembered(
    student_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    records = []
    for number, code in enumerate(("mel", "nv", "df")):
        path = tmp_path / f"{code}.png"
        Image.fromarray(draw(code, 1)).save(path)
        records.append(Record(code, str(path), number, code, "ham10000", "inner"))
    classifier = OnnxClassifier(student_folder)
    first = trust.ask(classifier, records, tmp_path / "answers.npz", steady=True)
    assert first.logits.shape == (3, 7)
    assert first.views.shape == (3, VIEWS, 7)
    monkeypatch.setattr(classifier, "run", lambda _: pytest.fail("it was asked again"))
    again = trust.ask(classifier, records, tmp_path / "answers.npz", steady=True)
    assert np.array_equal(first.views, again.views)
    with pytest.raises(pytest.fail.Exception, match="asked again"):
        trust.ask(classifier, records[:2], tmp_path / "answers.npz", steady=True)


def test_kept_answers_are_of_these_files_and_these_labels(student_folder: Path, tmp_path: Path) -> None:
    records, cache = [], tmp_path / "answers.npz"
    for number, code in enumerate(("mel", "nv")):
        Image.fromarray(draw(code, number)).save(tmp_path / f"{code}.png")
        records.append(Record(code, str(tmp_path / f"{code}.png"), number, code, "ham10000", "inner"))
    classifier = OnnxClassifier(student_folder)
    first = trust.ask(classifier, records, cache)
    relabelled = trust.ask(classifier, [replace(record, label=3, lesion="one") for record in records], cache)
    assert (relabelled.logits == first.logits).all()
    assert relabelled.labels.tolist() == [3, 3]
    assert set(relabelled.lesions) == {"one"}
    cache.write_bytes(cache.read_bytes()[:-200])  # a machine that stopped in the middle
    assert (trust.ask(classifier, records, cache).logits == first.logits).all()
    (tmp_path / "mel.png").write_bytes((tmp_path / "nv.png").read_bytes())
    replaced = trust.ask(classifier, records, cache)
    assert (replaced.logits[0] == first.logits[1]).all()
