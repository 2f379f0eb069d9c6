"""Colours: whatever a decoder gives, 16 bit, palette, alpha, print or another camera's profile, becomes sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.records import Finding

MAX_TRANSPARENT = 0.05  # share of the picture that may be see-through and still be called a photograph


def flatten(image: Image.Image, flags: list[Finding]) -> Image.Image:
    """Bring 16-bit, palette and alpha to plain L, RGB or CMYK, or another mode that converts to RGB as it is.

    Args:
        image: A decoded picture.
        flags: A remark is added where something was changed that its owner may want to know.

    Raises:
        UserError: If its brightness is not that of a photo, or too much of it is transparent.
    """
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel, whole numbers or not
        values = np.asarray(image)
        # 32 bits that hold the numbers of 8 would be taken for the night.
        dark = not image.mode.startswith("I;") and 0 < values.max() < 256
        if image.mode == "F" or values.min() < 0 or values.max() > 65535 or dark:
            raise UserError(
                "The brightness values of this picture are not those of a photo.", "Save it as 8 or 16 bit."
            )
        return Image.fromarray((values >> 8).astype(np.uint8))
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        see_through = float((np.asarray(colours.getchannel("A")) < 255).mean())
        if see_through > MAX_TRANSPARENT:
            raise UserError(
                f"{see_through:.0%} of this picture is transparent, so there is nothing there to look at.",
                "Save the photo without transparency.",
            )
        if see_through > 0:
            flags.append(Finding("transparent", "Transparent spots are shown white."))
        flat = Image.new("RGB", colours.size, "white")
        flat.paste(colours, mask=colours.getchannel("A"))
        return flat
    return image


def to_srgb(image: Image.Image, profile: bytes | None, flags: list[Finding]) -> Image.Image:
    """Convert to sRGB by the embedded profile; where it can't be used, say so and take the numbers as they are.

    Args:
        image: What `flatten` returned, or a JPEG's pixels.
        profile: The bytes of the file's ICC profile, if it has one.
        flags: A remark is added on what was done with it.

    Returns:
        A picture of mode ``RGB``; the same object where nothing had to be done.
    """
    if profile:
        try:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            if _is_srgb(source):
                return _rgb(image)
            base = image if image.mode in ("L", "CMYK", "LAB") else _rgb(image)
            converted = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                flags.append(Finding("profile", "Colours were converted from the photo's own colour profile."))
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            sentence = "The photo's colour profile can't be used; its colours may be slightly off."
            flags.append(Finding("bad-profile", sentence))
            return _rgb(image)
    if image.mode == "CMYK":
        sentence = "This is a print (CMYK) picture without a colour profile; its colours may be off."
        flags.append(Finding("cmyk", sentence))
    return _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")  # which copies 36 MB of 12 megapixels for nothing


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    description = ImageCms.getProfileDescription(profile).lower()
    return "srgb" in description and "linear" not in description
