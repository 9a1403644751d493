"""More than one machine, over Ray: `connect` to a cluster, a `fleet` of actors on its nodes, `places` for calls."""
