"""KNDNet Desktop: an offline assistant for people who look through a dermatoscope."""

__version__ = "0.1.0"
