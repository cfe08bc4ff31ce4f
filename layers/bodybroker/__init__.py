"""The Body Broker: the package that every function, job and tool shares (floors in docs/architecture.md)."""
