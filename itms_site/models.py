"""The kernel has no tables. Django sends its migrate signals only to apps that have this module."""
