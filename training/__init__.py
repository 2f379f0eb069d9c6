"""Training of KNDNet's networks: data, teacher, distillation, evaluation and export. PyTorch lives only here."""
