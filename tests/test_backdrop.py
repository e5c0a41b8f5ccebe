"""The ground under the maps of the report: small, sharp, and true to the metre."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from sim.city.backdrop import MOST_TALL, WIDTH_PX, backdrop, whole
from sim.city.embedded import load_embedded

KILOBYTES = 400


@pytest.mark.parametrize("box", [None, (-3000.0, -3500.0, 9000.0, 2000.0)])
def test_a_picture_of_shenzhen_is_sharp_and_small(box: tuple[float, float, float, float] | None) -> None:
    ground = backdrop(load_embedded("shenzhen"), box)
    assert ground.width_px == WIDTH_PX and Image.open(BytesIO(ground.png)).size == (ground.width_px, ground.height_px)
    assert len(ground.png) < KILOBYTES * 1000


def test_its_edges_are_where_it_says() -> None:
    town = load_embedded("toy")
    ground = backdrop(town)
    west, south, east, north = ground.box
    full = whole(town)
    assert west < full[0] and south < full[1] and east > full[2] and north > full[3]
    assert ground.height_px / ground.width_px == pytest.approx((north - south) / (east - west), abs=0.002)
    assert ground.height_px <= MOST_TALL * ground.width_px + 1
    pixels = np.asarray(Image.open(BytesIO(ground.png)).convert("L"))
    for x, y in zip(town.roads.x[:20], town.roads.y[:20], strict=True):  # a road is drawn at each crossing
        column = int((x - west) / (east - west) * ground.width_px)
        row = int((north - y) / (north - south) * ground.height_px)
        assert pixels[row - 3 : row + 4, column - 3 : column + 4].min() < 235


def test_a_ribbon_or_a_tower_becomes_a_picture_that_can_be_looked_at() -> None:
    town = load_embedded("toy")
    ribbon, tower = backdrop(town, (0.0, 0.0, 5000.0, 10.0)), backdrop(town, (0.0, 0.0, 10.0, 5000.0))
    assert ribbon.height_px >= 0.3 * ribbon.width_px
    assert tower.height_px <= MOST_TALL * tower.width_px + 1
