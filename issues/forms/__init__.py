"""Forms of the issue pages: they check shape and call no service."""
