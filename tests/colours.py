"""How far apart colours look: to who sees all colours, and to who lacks one sort of cone; and how a text stands out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

VISIONS: dict[str, Array] = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                        [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
"""What is seen of linear sRGB where one sort of cone is missing altogether: Machado, Oliveira and Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009; severity 1.0."""

_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                 [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
_WHITE = _XYZ.sum(axis=1)  # D65

OKABE_ITO = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Eight colours made to be told apart by everybody: Okabe and Ito, "Color Universal Design", 2008."""


def linear(colours: Sequence[str]) -> Array:
    """Linear sRGB of '#rrggbb', a row each."""
    stored = np.array([[int(one[k : k + 2], 16) / 255 for k in (1, 3, 5)] for one in colours])
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def lab(colours: Sequence[str], vision: str = "normal") -> Array:
    """CIELAB as somebody sees them, a row each."""
    return lab_of(linear(colours), vision)


def lab_of(light: Array, vision: str) -> Array:
    """The same of linear sRGB."""
    t = (np.clip(light @ VISIONS[vision].T, 0.0, 1.0) @ _XYZ.T) / _WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def ciede2000(one: Array, other: Array) -> Array:
    """The CIE's difference of 2000: Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    grey = _heavy((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    a1, a2 = a1 * (1.5 - 0.5 * grey), a2 * (1.5 - 0.5 * grey)
    c1, c2, h1, h2 = np.hypot(a1, b1), np.hypot(a2, b2), np.arctan2(b1, a1), np.arctan2(b2, a2)
    turn = np.where(c1 * c2 == 0, 0.0, (h2 - h1 + np.pi) % (2 * np.pi) - np.pi)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = np.degrees(h1 + turn / 2)
    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    parts = ((l2 - l1) / s_l, (c2 - c1) / (1 + 0.045 * chroma),
             2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * chroma * t))  # fmt: skip
    blue = np.exp(-((((hue - 275 + 180) % 360 - 180) / 25) ** 2))
    twist = -np.sin(np.radians(60 * blue)) * 2 * _heavy(chroma)
    return np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2 + twist * parts[1] * parts[2])


def _heavy(chroma: Array) -> Array:
    return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _cos(degrees: Array) -> Array:
    return np.cos(np.radians(degrees))


def apart(one: str, other: str) -> tuple[float, str]:
    """How far apart two look to those who tell them apart worst; and who that is."""
    found = {name: float(ciede2000(*lab([one, other], name))) for name in VISIONS}
    worst = min(found, key=lambda name: found[name])
    return found[worst], worst


def contrast(one: str, other: str) -> float:
    """WCAG 2's: 1 is none, 21 is black on white."""
    low, high = sorted((linear([one, other]) @ np.array([0.2126, 0.7152, 0.0722])).tolist())
    return (high + 0.05) / (low + 0.05)
