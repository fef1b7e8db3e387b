"""Order and circles in a graph of dependencies."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

Node = TypeVar("Node", bound=Hashable)


def ordered(edges: Mapping[Node, Iterable[Node]], rank: Callable[[Node], Any]) -> list[Node]:
    """Every node after those it depends on, by rank where free; circles come last, by rank."""
    waiting = {node: {other for other in edges[node] if other in edges} for node in edges}
    users: dict[Node, list[Node]] = {node: [] for node in edges}
    for node, others in waiting.items():
        for other in others:
            users[other].append(node)
    ready = [(rank(node), k, node) for k, node in enumerate(edges) if not waiting[node]]
    position = {node: k for k, node in enumerate(edges)}
    heapq.heapify(ready)
    found: list[Node] = []
    while ready:
        node = heapq.heappop(ready)[2]
        found.append(node)
        for user in users[node]:
            waiting[user].discard(node)
            if not waiting[user]:
                heapq.heappush(ready, (rank(user), position[user], user))
    done = set(found)
    return found + sorted((node for node in edges if node not in done), key=rank)


def circles(edges: Mapping[Node, Iterable[Node]], rank: Callable[[Node], Any]) -> list[list[Node]]:
    """One shortest circle of each knot of nodes that depend on each other, from its first node."""
    return [
        _shortest(min(knot, key=rank), knot, edges)
        for knot in _knots(edges)
        if len(knot) > 1 or any(node in edges[node] for node in knot)
    ]


def reachable(start: Node, edges: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """All nodes that a node leads to, without itself unless on a circle."""
    found: set[Node] = set()
    waiting = [start]
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def reversed_edges(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """For each node, those that lead to it."""
    back: dict[Node, list[Node]] = {node: [] for node in edges}
    for node, others in edges.items():
        for other in others:
            back.setdefault(other, []).append(node)
    return back


def _shortest(start: Node, knot: set[Node], edges: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """The shortest way from a node back to itself inside its knot."""
    came: dict[Node, Node] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in edges[node]:
            if other == start:
                way = [node]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if other in knot and other not in came:
                came[other] = node
                queue.append(other)
    return [start]


def _knots(edges: Mapping[Node, Iterable[Node]]) -> list[set[Node]]:
    """Strongly connected parts, by two walks (Kosaraju)."""
    finished: list[Node] = []
    seen: set[Node] = set()
    for root in edges:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(edges[root]))]
        while stack:
            following = next((o for o in stack[-1][1] if o in edges and o not in seen), None)
            if following is None:
                finished.append(stack.pop()[0])
            else:
                seen.add(following)
                stack.append((following, iter(edges[following])))
    back = reversed_edges(edges)
    taken: set[Node] = set()
    found: list[set[Node]] = []
    for root in reversed(finished):
        if root in taken:
            continue
        knot = {root}
        waiting = [root]
        while waiting:
            for other in back[waiting.pop()]:
                if other in edges and other not in taken and other not in knot:
                    knot.add(other)
                    waiting.append(other)
        taken |= knot
        found.append(knot)
    return found
