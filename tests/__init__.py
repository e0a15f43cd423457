"""The tests. `make test` runs them; nothing here reaches the network."""
