"""Peers, which need the environment of requirements/peers.txt; no checker of types has them."""
