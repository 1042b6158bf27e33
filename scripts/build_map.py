"""Cut the world map of npm's `world-atlas` down to Latin America and the Caribbean, keyed by ISO alpha-2."""

import json
import math
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from scripts.install import ROOT

SOURCE = ROOT / "node_modules" / "world-atlas" / "countries-50m.json"

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]

# The map is keyed by ISO 3166-1 numeric.
NUMERIC = {
    "028": "AG", "032": "AR", "044": "BS", "052": "BB", "060": "BM", "068": "BO", "076": "BR",
    "084": "BZ", "092": "VG", "136": "KY", "152": "CL", "170": "CO", "188": "CR", "192": "CU",
    "212": "DM", "214": "DO", "218": "EC", "222": "SV", "238": "FK", "308": "GD", "320": "GT",
    "328": "GY", "332": "HT", "340": "HN", "388": "JM", "484": "MX", "500": "MS", "531": "CW",
    "533": "AW", "534": "SX", "558": "NI", "591": "PA", "600": "PY", "604": "PE", "630": "PR",
    "652": "BL", "659": "KN", "660": "AI", "662": "LC", "663": "MF", "670": "VC", "740": "SR",
    "780": "TT", "796": "TC", "850": "VI", "858": "UY", "862": "VE",
}  # fmt: skip
# Parts of France and of the Netherlands there; west, south, east, north in degrees.
PARTS = {
    "250": {
        "GF": (-55.0, 2.0, -51.0, 6.0), "GP": (-62.0, 15.8, -60.9, 16.6),
        "MQ": (-61.3, 14.3, -60.7, 15.0),
    },
    "528": {"BQ": (-69.0, 12.0, -62.9, 17.7)},
}  # fmt: skip
# Islands far out would make everybody else smaller.
WEST, EAST = -118.5, -34.0
# Square degrees, without the shrinking of the tropics: below it, a place needs a dot to be seen.
SMALL = 0.3
# Degrees between the middles of two dots, so that neighbours can be told apart and clicked.
APART = 0.7


def build_map(target: Path, source: Path = SOURCE) -> None:
    """Write the region as GeoJSON; small places carry `dot`, where to draw one for them."""
    shapes = _shapes(json.loads(source.read_text(encoding="utf-8")))
    dots = _spread({name: _middle(shapes[name]) for name in sorted(shapes) if _small(shapes[name])})
    features = [_feature(name, shapes[name], dots.get(name)) for name in sorted(shapes)]
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, separators=(",", ":"), sort_keys=True
    )
    target.write_text(text + "\n", encoding="utf-8")


def _shapes(topology: dict[str, Any]) -> dict[str, list[Polygon]]:
    arcs = _arcs(topology)
    shapes: dict[str, list[Polygon]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        number = country.get("id", "")
        if number not in NUMERIC and number not in PARTS:
            continue
        for polygon in _polygons(country, arcs):
            alpha2 = NUMERIC.get(number) or _part(polygon, PARTS[number])
            if alpha2 and _inside(polygon, (WEST, -90, EAST, 90)):
                shapes.setdefault(alpha2, []).append(polygon)
    return shapes


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    """The lines of a topology in degrees: each point is stored as the step from the one before."""
    (wide, high), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((round(x * wide + left, 2), round(y * high + low, 2)))
        found.append(line)
    return found


def _polygons(country: dict[str, Any], arcs: Sequence[Ring]) -> Iterable[Polygon]:
    several = country["type"] == "MultiPolygon"
    for rings in country["arcs"] if several else [country["arcs"]]:
        yield [_ring(ring, arcs) for ring in rings]


def _ring(numbers: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    """One line out of several, each starting where the last one ended; ~n is line n backwards."""
    ring: Ring = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += line[1:] if ring else line
    return ring


def _part(polygon: Polygon, parts: dict[str, tuple[float, float, float, float]]) -> str | None:
    return next((alpha2 for alpha2, box in parts.items() if _inside(polygon, box)), None)


def _inside(polygon: Polygon, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return all(west <= x <= east and south <= y <= north for x, y in polygon[0])


def _feature(name: str, polygons: list[Polygon], dot: Point | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": name, "dot": dot} if dot else {"name": name},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _small(polygons: list[Polygon]) -> bool:
    return sum(_area(polygon[0]) for polygon in polygons) < SMALL


def _area(ring: Ring) -> float:
    """Square degrees inside a closed ring."""
    doubled = sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))
    return abs(doubled) / 2


def _middle(polygons: list[Polygon]) -> Point:
    """The middle of the largest island."""
    across, up = zip(*max((polygon[0] for polygon in polygons), key=_area), strict=True)
    return (min(across) + max(across)) / 2, (min(up) + max(up)) / 2


def _spread(dots: dict[str, Point]) -> dict[str, Point]:
    """Push dots that are too close to each other apart, little by little."""
    for _round in range(200):
        for one, other in combinations(dots, 2):
            (x, y), (u, v) = dots[one], dots[other]
            distance = max(math.dist((x, y), (u, v)), 0.01)
            push = (APART - distance) / 4 / distance
            if push > 0:
                dots[one] = x - push * (u - x), y - push * (v - y)
                dots[other] = u + push * (u - x), v + push * (v - y)
    return {name: (round(x, 2), round(y, 2)) for name, (x, y) in dots.items()}
