"""The premise graph over traced theorems: who is used by whom, in which order one could learn them.

Nodes are full names, an edge leads from a premise to the theorem that uses it. Only traced theorems are nodes, so the
graph is that of the project. Lean's theorems cannot use each other in a circle; data that says so is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from prover.errors import InputError
from prover.trace.theorem import TracedTheorem

if TYPE_CHECKING:
    import networkx

    Graph = networkx.DiGraph[str]


def premise_graph(theorems: Iterable[TracedTheorem]) -> Graph:
    """The DAG, each node with its `level` and the `theorem` itself. Raises `InputError` for a circle."""
    import networkx  # noqa: PLC0415 - slow to load

    known = {theorem.name: theorem for theorem in theorems}
    graph: Graph = networkx.DiGraph()
    for name, theorem in known.items():
        graph.add_node(name, theorem=theorem)
        for use in theorem.uses:
            if use.name in known:
                graph.add_edge(use.name, name)
    try:
        for level, names in enumerate(networkx.topological_generations(graph)):
            for name in names:
                graph.nodes[name]["level"] = level
    except networkx.NetworkXUnfeasible:
        circle = " → ".join(edge[0] for edge in networkx.find_cycle(graph))
        raise InputError(f"theorems that use each other in a circle: {circle}") from None
    return graph


def curriculum(graph: Graph) -> list[str]:
    """Names in an order to learn them: no theorem before its premises, within a level the short proofs first."""
    theorems: dict[str, TracedTheorem] = {name: graph.nodes[name]["theorem"] for name in graph}
    return sorted(graph, key=lambda name: (graph.nodes[name]["level"], len(theorems[name].proof), name))


def ancestors(graph: Graph, name: str) -> set[str]:
    """Every theorem that one rests on. Raises `InputError` for a name that is not in the graph."""
    import networkx  # noqa: PLC0415

    if name not in graph:
        raise InputError(f"no traced theorem is called {name!r}")
    return set(networkx.ancestors(graph, name))


def graph_json(graph: Graph) -> dict[str, Any]:
    """The graph as one JSON value: nodes with levels, edges as pairs of names (premise, theorem)."""
    return {
        "nodes": [
            {
                "name": name,
                "level": graph.nodes[name]["level"],
                "used_by": graph.out_degree(name),
                "uses": graph.in_degree(name),
            }
            for name in graph
        ],
        "edges": [list(edge) for edge in graph.edges],
    }


def most_used(graph: Graph, n: int = 10) -> Sequence[tuple[str, int]]:
    """The theorems that most others cite directly."""
    ranked = sorted(
        ((name, int(graph.out_degree(name))) for name in graph), key=lambda pair: (-pair[1], pair[0])
    )
    return ranked[:n]
