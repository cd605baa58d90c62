"""Compares an answer of the API with the schema that it serves."""

import json
import re
from functools import cache

from django.urls import Resolver404, resolve
from jsonschema import Draft202012Validator, FormatChecker

from fulfillment.api.developers import described

# Any door may say so before it looks at the method, or of a method that it has not.
SAID_ANYWHERE = {405}
CONVERTER = re.compile(r"<\w+:(\w+)>")


@cache
def schema():
    return described()


def differences(method, path, answer):
    """What the schema does not say of this answer; [] where it says all, or has no such method."""
    try:
        route = CONVERTER.sub(r"{\1}", resolve(path.partition("?")[0]).route)
    except Resolver404:
        return []
    operation = schema()["paths"].get(f"/{route}", {}).get(method.lower())
    if operation is None or answer.status_code in SAID_ANYWHERE:
        return []
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{method} /{route}: {answer.status_code} is not described"]
    kind = answer["Content-Type"]
    if kind not in told["content"]:
        return [f"{method} /{route}: {answer.status_code} as {kind} is not described"]
    return list(problems(told["content"][kind]["schema"], json.loads(answer.content)))


def problems(part, value):
    """What is wrong with a value, by its place."""
    whole = {**part, "components": schema()["components"]}
    for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
