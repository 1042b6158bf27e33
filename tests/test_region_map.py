"""The map of the region: every country of it has a shape, and what is too small to be seen a dot."""

import csv
import json
import math
from itertools import combinations
from typing import Any

import pytest

from config import ROOT

# South Georgia lies so far out that everybody else would be smaller.
NOT_DRAWN = {"GS"}


@pytest.fixture(scope="module")
def features() -> list[dict[str, Any]]:
    path = ROOT / "tracker" / "static" / "vendor" / "region.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def test_every_country_of_the_region_is_drawn(features: list[dict[str, Any]]) -> None:
    path = ROOT / "tracker" / "reference" / "regions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        countries = {row["country"] for row in csv.DictReader(file) if row["scheme"] == "lac"}
    assert {feature["properties"]["name"] for feature in features} == countries - NOT_DRAWN


def test_what_the_atlas_counts_to_other_countries_is_where_it_lies(
    features: list[dict[str, Any]],
) -> None:
    shapes = {feature["properties"]["name"]: feature["geometry"] for feature in features}
    for name, (x, y) in {
        "GF": (-53, 4), "GP": (-61.5, 16.2), "MQ": (-61, 14.6), "BQ": (-68.3, 12.2),
    }.items():  # fmt: skip
        corners = shapes[name]["coordinates"][0][0]
        assert min(math.dist(corner, (x, y)) for corner in corners) < 2.5


def test_dots_do_not_hide_each_other(features: list[dict[str, Any]]) -> None:
    dots = [feature["properties"]["dot"] for feature in features if "dot" in feature["properties"]]
    assert len(dots) > 15
    assert min(math.dist(one, other) for one, other in combinations(dots, 2)) > 0.6
