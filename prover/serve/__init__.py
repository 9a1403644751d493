"""The checker as an HTTP service: the Kimina Lean Server's requests, and our own with the full verdict.

`create_app` makes an ASGI application over an open checker; `run` serves it until a signal ends it. What a text is
worth is decided in `prover.lean`; here it is only asked for, in order, within bounds.
"""
