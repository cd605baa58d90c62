"""The schema of the API (OpenAPI 3.1) from the structs and operations of its views.

drf-spectacular walks the addresses. What is answered is described by the struct that is encoded, so
the two cannot differ.
"""

from enum import Enum
from types import NoneType
from typing import Any, get_args

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from msgspec import NODEFAULT

from fulfillment.api.operations import Operation
from fulfillment.serving.problems import KINDS, MEDIA_TYPE, Problem

NDJSON = "application/x-ndjson"
REFS = "#/components/schemas/{name}"
# What every door may say, whoever asks and for what.
EVERYWHERE = (401, 403, 429, 503)
GOOD = {200: "OK", 201: "Created"}
WITH_RETRY = (429, 503)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    {"type": "integer", "minimum": 1},
    OpenApiParameter.HEADER,
    description="Seconds to wait.",
    response=list(WITH_RETRY),
)


class KeyScheme(OpenApiAuthenticationExtension):
    """How a key is sent."""

    target_class = "fulfillment.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of *Settings, API keys*. Each operation names the scope "
            "that the key needs.",
        }


class StructSchema(OpenApiSerializerExtension):
    """The JSON schema of a struct, with those of the structs in it."""

    target_class = msgspec.Struct
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: Any) -> str:
        return str(self.target.__name__)

    def get_identity(self, auto_schema: AutoSchema, direction: Any) -> str:
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        _, parts = msgspec.json.schema_components(
            [self.target], ref_template=REFS, schema_hook=_choices
        )
        for name, part in parts.items():
            if name != self.target.__name__:
                component = ResolvedComponent(name, ResolvedComponent.SCHEMA, part, object=name)
                auto_schema.registry.register_on_missing(component)
        return dict(parts[self.target.__name__])


class Description(AutoSchema):
    """Describes a method of a view by its Operation."""

    view: Any  # an ApiView

    @property
    def operation(self) -> Operation:
        found: Operation = self.view.operations[self.method]
        return found

    @property
    def scope(self) -> str:
        return str(self.view.scopes[self.method])

    def get_operation_id(self) -> str:
        return self.operation.id

    def get_summary(self) -> str:
        return self.operation.summary

    def get_description(self) -> str:  # type: ignore[override]  # as in AutoSchema
        return f"{self.operation.text}\n\nNeeds the scope `{self.scope}`.".strip()

    def get_tags(self) -> list[str]:
        return [str(self.view.tag)]

    def get_auth(self) -> list[dict[str, Any]]:
        return [{name: [self.scope] for name in found} for found in super().get_auth()]

    def get_request_serializer(self) -> Any:
        operation = self.operation
        if operation.body is None or not operation.takes_many:
            return operation.body
        item = self.resolve_serializer(operation.body, "request").ref  # type: ignore[arg-type]  # a struct
        return {
            "application/json": {
                "type": "array", "items": item, "minItems": 1, "maxItems": operation.takes_many,
            },
            NDJSON: {"type": "string", "description": "A JSON object a line."},
        }  # fmt: skip

    def get_response_serializers(self) -> Any:
        operation = self.operation
        refused = {*operation.refusals, *EVERYWHERE, *([422] if operation.query else [])}
        return {
            **{
                status: OpenApiResponse(struct, description=GOOD[status])
                for status, struct in operation.answers.items()
            },
            **{
                (status, MEDIA_TYPE): OpenApiResponse(Problem, description=KINDS[status][1])
                for status in sorted(refused)
            },
        }

    def get_override_parameters(self) -> list[Any]:
        operation = self.operation
        query = msgspec.structs.fields(operation.query) if operation.query else ()
        headers = [
            OpenApiParameter(
                header.name,
                {"type": "string", "minLength": 1, "maxLength": header.longest},
                OpenApiParameter.HEADER,
                required=header.is_required,
                description=header.text,
            )
            for header in operation.headers
        ]
        return [*map(_parameter, query), *headers, RETRY_AFTER]

    def get_examples(self) -> list[OpenApiExample]:
        return [
            OpenApiExample(name, value=value, request_only=True, media_type="application/json")
            for name, value in self.operation.examples.items()
        ]


def _parameter(field: msgspec.structs.FieldInfo) -> OpenApiParameter:
    """A parameter of a query string, of a field that has a default or may be left out."""
    kinds = [kind for kind in get_args(field.type) if kind is not NoneType]
    is_optional = NoneType in get_args(field.type)
    schema = msgspec.json.schema(kinds[0] if is_optional else field.type, schema_hook=_choices)
    if field.default not in (NODEFAULT, None, ""):
        schema["default"] = field.default
    about = str(schema.pop("description", ""))
    return OpenApiParameter(field.name, schema, OpenApiParameter.QUERY, description=about)


def _choices(kind: type) -> dict[str, Any]:
    """Statuses: msgspec reads them, and leaves their schema to us."""
    if not issubclass(kind, Enum):
        raise NotImplementedError
    return {"type": "string", "enum": [member.value for member in kind]}
