"""What tests of the whole model share."""

from __future__ import annotations

import pytest

from sim.build import Ground
from tests.spine import ground_of
from tests.spine import paper as paper


@pytest.fixture(scope="session")
def shenzhen() -> Ground:
    """Shenzhen at 1:100."""
    return ground_of("shenzhen", 100.0)


@pytest.fixture(scope="session")
def toy() -> Ground:
    """The toy town, everybody with a row of his own."""
    return ground_of("toy", 1.0)
