"""The OpenAPI document: what ninja derives from the endpoints, completed with what is the same for all of them.

Refusals are application/problem+json; versions and idempotency keys travel in headers; an old key answers 308."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

SCHEMES = {"Caller": "session", "BearerDescription": "token"}
VERSIONED = {"ProjectOut", "IssueOut", "CommentOut", "LabelOut", "MemberOut"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
ANY_REQUEST = {
    "429": "Too many requests",
    "500": "A fault of the server; its log has the details",
    "503": "The database is busy or away; nothing was saved",
}
ANY_BODY = {"413": "The body is larger than 1,000,000 bytes", "415": "The body is not JSON"}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "examples": ['"3"']},
    "description": "The version that this is based on, as ETag named it; or send `version` in the body.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request acts once, for 24 hours.",
}
RETRY_AFTER = {"schema": {"type": "integer", "minimum": 1}, "description": "seconds to wait"}
ETAG = {"schema": {"type": "string", "pattern": '^"[0-9]+"$'}, "description": "the version"}
NOT_ONCE = {"/auth/login", "/auth/logout"}


class DescribedAPI(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _describe(path, method, operation)
        components = document["components"]
        schemes = components["securitySchemes"]
        components["securitySchemes"] = {SCHEMES[name]: scheme for name, scheme in schemes.items()}
        for name, schema in components["schemas"].items():
            if name.startswith("Edit"):  # what is not sent stays as it is: there is no default
                for field in schema["properties"].values():
                    field.pop("default", None)
        return document


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = {str(status): answer for status, answer in operation["responses"].items()}
    body = operation.get("requestBody")
    if body is not None and method == "delete":
        body["required"] = False
        body["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Versioned"}
    for status, words in {**ANY_REQUEST, **(ANY_BODY if body else {})}.items():
        responses.setdefault(status, {"description": words, "content": {"application/json": {"schema": PROBLEM}}})
    if "{key}" in path or "{issue_key}" in path:
        header = {"Location": {"schema": {"type": "string"}, "description": "the same address with the present key"}}
        responses["308"] = {"description": "It is known by another key or spelling", "headers": header}
    for status, answer in responses.items():
        if status >= "400":
            answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
        elif _shows(answer) in VERSIONED:
            answer["headers"] = {"ETag": ETAG}
        if status in {"429", "503"}:
            answer["headers"] = {"Retry-After": RETRY_AFTER}
    operation["responses"] = dict(sorted(responses.items()))
    if "428" in responses:
        operation["parameters"].append(IF_MATCH)
    if method == "post" and not path.endswith(tuple(NOT_ONCE)):
        operation["parameters"].append(IDEMPOTENCY_KEY)
    if "security" in operation:
        operation["security"] = [
            {SCHEMES[name]: scopes} for each in operation["security"] for name, scopes in each.items()
        ]


def _shows(answer: dict[str, Any]) -> str:
    """The name of the schema of a JSON answer, '' when there is none."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]
