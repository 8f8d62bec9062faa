"""Graph shapes of the benchmarks: node ids with the ids of their predecessors, in topological order."""

from __future__ import annotations

import random

Shape = dict[str, list[str]]


def chain(count: int) -> Shape:
    """One node after another."""
    return {f"n{i}": [f"n{i - 1}"] if i else [] for i in range(count)}


def wide(count: int) -> Shape:
    """One source, one sink, everything else side by side."""
    middle = {f"n{i}": ["n0"] for i in range(1, count - 1)}
    return {"n0": [], **middle, f"n{count - 1}": list(middle)}


def layered(count: int, depth: int, seed: int) -> Shape:
    """Random edges between neighbouring layers; `depth` layers."""
    rng = random.Random(seed)
    layers: list[list[str]] = [[] for _ in range(depth)]
    shape: Shape = {}
    for i in range(count):
        level = i * depth // count
        before = layers[level - 1] if level else []
        shape[f"n{i}"] = sorted(rng.sample(before, min(len(before), rng.randint(1, 3)))) if before else []
        layers[level].append(f"n{i}")
    return shape


def random_dag(count: int, seed: int) -> Shape:
    """Each node hangs on one to three of the ten nodes before it."""
    rng = random.Random(seed)
    shape: Shape = {"n0": []}
    for i in range(1, count):
        before = [f"n{j}" for j in range(max(0, i - 10), i)]
        shape[f"n{i}"] = sorted(rng.sample(before, min(len(before), rng.randint(1, 3))))
    return shape


def critical_path(shape: Shape, seconds: dict[str, float]) -> float:
    """Return the length of the longest path in seconds: no execution can be faster."""
    ends: dict[str, float] = {}
    for node, sources in shape.items():
        ends[node] = seconds[node] + max((ends[source] for source in sources), default=0.0)
    return max(ends.values())
