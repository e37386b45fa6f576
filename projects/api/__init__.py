"""Endpoints of projects and labels. Those that touch issues too are in issues/api/."""
