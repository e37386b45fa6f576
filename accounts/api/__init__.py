"""Endpoints of accounts, and what all endpoints share that knows of users: who calls, how often, acting once."""
