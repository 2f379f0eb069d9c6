"""KNDNet Desktop: an offline assistant for people who look through a dermatoscope."""

import os

__version__ = "0.1.0"

# ONNX Runtime from 1.29 on sends usage data to its maker and writes a device's identity to the home folder, unless this
# is set before it is imported. Nothing leaves this computer, so it is set before anything of ours is.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
