"""Versions of issues and comments: states, differences, time travel, wording, verification."""
