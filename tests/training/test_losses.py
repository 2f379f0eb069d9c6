import numpy as np
import pytest
import torch
from torch.nn import functional

from kndnet_desktop.core.errors import UserError
from training.config import LossConfig
from training.losses import Loss, class_weights, confidence_mask, decoupled, distillation, standardised

EVEN = np.ones(3)


def _logits(seed: int) -> torch.Tensor:
    return torch.randn(6, 3, generator=torch.Generator().manual_seed(seed))


LABELS = torch.tensor([0, 1, 2, 0, 1, 2])


def test_the_mask_keeps_the_samples_of_a_confident_teacher() -> None:
    top = torch.tensor([0.9, 0.6, 0.5, 0.4])
    teacher = torch.log(torch.stack([top, (1 - top) / 2, (1 - top) / 2], 1))
    assert confidence_mask(teacher, "threshold", 0.5).tolist() == [1, 1, 0, 0]
    assert torch.allclose(confidence_mask(teacher, "weight", 0.5), top)
    assert confidence_mask(teacher, "none", 0.5).tolist() == [1, 1, 1, 1]


def test_the_share_kept_is_reported_and_masked_samples_do_not_count() -> None:
    config = LossConfig(hard=0, soft=1, mask="threshold", threshold=0.7, smoothing=0)
    teacher = torch.log(torch.tensor([[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]]))
    logits = torch.tensor([[1.0, 0, 0], [3.0, -2, 0]], requires_grad=True)
    parts = Loss(config, EVEN)(logits, torch.tensor([0, 1]), teacher)
    parts.total.backward()
    assert float(parts.kept) == 0.5
    assert logits.grad is not None
    assert logits.grad[1].abs().sum() == 0
    assert logits.grad[0].abs().sum() > 0


@pytest.mark.parametrize("divergence", [distillation, standardised, decoupled])
def test_divergence_is_zero_at_the_teacher_and_positive_elsewhere(divergence) -> None:  # type: ignore[no-untyped-def]
    same = divergence(_logits(0), _logits(0), LABELS, 2.0)
    assert torch.allclose(same, torch.zeros(6), atol=1e-5)
    assert (divergence(_logits(0), _logits(1), LABELS, 2.0) > 0).all()


def test_distillation_is_the_textbook_divergence() -> None:
    student, teacher = _logits(0), _logits(1)
    p, q = (teacher / 4).softmax(1), (student / 4).softmax(1)
    assert torch.allclose(distillation(student, teacher, LABELS, 4.0), 16 * (p * (p / q).log()).sum(1), atol=1e-5)


def test_standardised_divergence_ignores_scale_and_shift() -> None:
    student, teacher = _logits(0), _logits(1)
    first = standardised(student, teacher, LABELS, 2.0)
    assert torch.allclose(first, standardised(3 * student + 5, teacher, LABELS, 2.0), atol=1e-4)


def test_decoupled_with_equal_weights_is_close_to_the_whole() -> None:
    # KL = target part + (1 - p_target) x the others' part (Zhao et al. 2022, equation 7).
    student, teacher = _logits(0), _logits(1)
    target_only = decoupled(student, teacher, LABELS, 1.0, other=0.0)
    others = decoupled(student, teacher, LABELS, 1.0, other=1.0) - target_only
    left = 1 - teacher.softmax(1)[torch.arange(6), LABELS]
    assert torch.allclose(target_only + left * others, distillation(student, teacher, LABELS, 1.0), atol=1e-5)


def test_without_a_teacher_it_is_weighted_cross_entropy() -> None:
    weights = np.array([0.5, 1.0, 2.0])
    logits = _logits(0)
    for config, teacher in ((LossConfig(smoothing=0), None), (LossConfig(smoothing=0, soft=0), _logits(1))):
        parts = Loss(config, weights)(logits, LABELS, teacher)
        plain = functional.cross_entropy(logits, LABELS, torch.tensor(weights).float(), reduction="none").mean()
        assert torch.allclose(parts.total, plain)


def test_a_batch_split_over_processes_averages_to_the_same() -> None:
    loss = Loss(LossConfig(), np.array([0.5, 1.0, 2.0]))
    whole = loss(_logits(0), LABELS).total
    halves = [loss(_logits(0)[part::2], LABELS[part::2]).total for part in (0, 1)]
    assert torch.allclose(whole, (halves[0] + halves[1]) / 2)


def test_class_weights_follow_the_power_and_average_to_one() -> None:
    labels = np.array([0] * 64 + [1] * 16)
    assert class_weights(labels, 3, 0.0).tolist() == [1, 1, 1]
    halved = class_weights(labels, 3, 0.5)
    assert halved[1] / halved[0] == pytest.approx(2)
    assert halved[labels].mean() == pytest.approx(1)


def test_unknown_names_are_one_sentence() -> None:
    with pytest.raises(UserError, match="no loss of kind"):
        Loss(LossConfig(kind="hope"), EVEN)
    with pytest.raises(UserError, match="no mask"):
        Loss(LossConfig(mask="venetian"), EVEN)
