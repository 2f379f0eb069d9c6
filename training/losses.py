"""The loss: cross-entropy with class weights, a teacher's term, and the mask on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from kndnet_desktop.core.errors import UserError
from training.config import LossConfig


@dataclass(frozen=True)
class LossParts:
    """A loss and what it was made of, each a scalar tensor.

    Attributes:
        total: what is minimised.
        hard: cross-entropy with the labels.
        soft: divergence from the teacher, over the samples that the mask keeps; 0 without a teacher.
        kept: share of the samples that the mask keeps (their mean weight).
        features: mean squared distance from the teachers' features; 0 without them.
    """

    total: Tensor
    hard: Tensor
    soft: Tensor
    kept: Tensor
    features: Tensor


class Loss:
    """`hard` x cross-entropy + `soft` x divergence + `features` x distance of features, as the recipe says.

    Args:
        config: the recipe's `loss`.
        class_weights: float [classes], for the cross-entropy.
        soft_weights: float [classes], for the teacher's term; all 1 if None.

    Raises:
        UserError: the recipe names an unknown kind or mask.
    """

    def __init__(
        self,
        config: LossConfig,
        class_weights: NDArray[np.float64],
        soft_weights: NDArray[np.float64] | None = None,
    ) -> None:
        kinds = {"kd": distillation, "standardised": standardised, "decoupled": decoupled}
        if config.kind not in kinds:
            raise UserError(f"There is no loss of kind {config.kind!r}.", f"Known kinds: {', '.join(kinds)}.")
        if config.mask not in ("none", "threshold", "weight"):
            raise UserError(f"There is no mask {config.mask!r}.", "Known masks: none, threshold, weight.")
        self._config = config
        self._divergence = kinds[config.kind]
        self._class_weights = torch.tensor(class_weights, dtype=torch.float32)
        # The last one, at index -1, is for samples without a label.
        ones = np.ones(len(class_weights))
        self._soft_weights = torch.tensor([*(ones if soft_weights is None else soft_weights), 1], dtype=torch.float32)

    def __call__(
        self, logits: Tensor, labels: Tensor, teacher: Tensor | None = None, distance: Tensor | None = None
    ) -> LossParts:
        """Compute the loss of a batch.

        Args:
            logits: float [N, classes].
            labels: integer [N]; -1 where a picture has none.
            teacher: the teacher's logits [N, classes], or None.
            distance: `feature_distance` [N], or None.
        """
        config = self._config
        logits = logits.float()
        weights = self._class_weights.to(logits.device)
        # Divided by the number of samples, not by the sum of their weights: then a batch split over processes
        # averages to the same gradient.
        losses = functional.cross_entropy(
            logits, labels, weights, label_smoothing=config.smoothing, ignore_index=-1, reduction="sum"
        )
        hard = losses / len(labels)
        zero = torch.zeros((), device=logits.device)
        total, features = config.hard * hard, zero if distance is None else distance.mean()
        total = total + config.features * features
        if teacher is None or config.soft == 0:
            return LossParts(total, hard.detach(), zero, zero, features.detach())
        mask = confidence_mask(teacher, config.mask, config.threshold)
        weights = self._soft_weights.to(logits.device)[labels]
        soft = (mask * weights * self._divergence(logits, teacher, labels, config.temperature)).mean()
        return LossParts(total + config.soft * soft, hard.detach(), soft.detach(), mask.mean(), features.detach())


def confidence_mask(teacher: Tensor, mask: str, threshold: float) -> Tensor:
    """Weight [N] of each sample in the teacher's term.

    Args:
        teacher: logits [N, classes].
        mask: `none` (all 1), `threshold` (1 where the top probability exceeds `threshold`, else 0) or `weight` (the
            top probability).
        threshold: between 0 and 1.
    """
    top = teacher.softmax(1).max(1).values
    if mask == "threshold":
        return (top > threshold).float()
    return top if mask == "weight" else torch.ones_like(top)


def distillation(logits: Tensor, teacher: Tensor, _labels: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence [N] from the softened teacher, times T^2 (Hinton et al. 2015)."""
    student_log = functional.log_softmax(logits / temperature, 1)
    teacher_log = functional.log_softmax(teacher / temperature, 1)
    return functional.kl_div(student_log, teacher_log, reduction="none", log_target=True).sum(1) * temperature**2


def feature_distance(imitated: Tensor, teacher: Tensor) -> Tensor:
    """Squared distance [N] of what the student makes of the teacher's features [N, components] from those features.

    Seven logits tell little of a picture; the features that they come from tell more (Romero et al. 2015, "FitNets").
    """
    return (imitated - teacher).square().sum(1)


def standardised(logits: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """`distillation` of each sample's z-scores, which frees the student from matching scale and shift.

    Sun et al. 2024, "Logit standardization in knowledge distillation".
    """

    def scores(values: Tensor) -> Tensor:
        return (values - values.mean(1, keepdim=True)) / (values.std(1, keepdim=True) + 1e-6)

    return distillation(scores(logits), scores(teacher), labels, temperature)


def decoupled(logits: Tensor, teacher: Tensor, labels: Tensor, temperature: float, other: float = 4.0) -> Tensor:
    """Divergence in the target class, plus `other` times that among the other classes (Zhao et al. 2022).

    Where a picture has no label, the teacher's top class is the target.
    """
    target = torch.where(labels >= 0, labels, teacher.argmax(1))
    hot = functional.one_hot(target, logits.shape[1]).bool()
    student_log = functional.log_softmax(logits / temperature, 1)
    teacher_log = functional.log_softmax(teacher / temperature, 1)

    def binary(log: Tensor) -> Tensor:
        return torch.stack([log[hot], log.masked_fill(hot, -torch.inf).logsumexp(1)], 1)

    def divergence(ours: Tensor, theirs: Tensor) -> Tensor:
        return functional.kl_div(ours, theirs, reduction="none", log_target=True).sum(1) * temperature**2

    def others(values: Tensor) -> Tensor:
        kept = values[~hot].reshape(len(values), -1) / temperature
        return functional.log_softmax(kept, 1)

    return divergence(binary(student_log), binary(teacher_log)) + other * divergence(others(logits), others(teacher))


def class_weights(labels: NDArray[np.int64], classes: int, power: float) -> NDArray[np.float64]:
    """Inverse class frequencies to `power`, scaled so that the samples' mean weight is 1.

    Args:
        labels: class indices [N].
        classes: number of classes; one without samples weighs 1.
        power: 0 weighs all samples alike, 1 all classes.
    """
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1) ** -power, 0)
    weights *= counts.sum() / (weights * counts).sum()
    return np.where(counts > 0, weights, 1.0)
