"""The JSON API, put together: routers of all apps, one caller, one form of refusal."""

from issues.api.build import api

__all__ = ["api"]
