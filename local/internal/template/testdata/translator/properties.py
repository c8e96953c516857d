"""The types and properties that SAM has, and which of the properties templates have."""

from samtranslator.internal.schema_source import (
    aws_serverless_api,
    aws_serverless_function,
    aws_serverless_httpapi,
    aws_serverless_layerversion,
)
from samtranslator.model import sam_resources
from samtranslator.plugins.globals.globals import Globals

RESOURCES = {
    "AWS::Serverless::Api": aws_serverless_api.Properties,
    "AWS::Serverless::Function": aws_serverless_function.Properties,
    "AWS::Serverless::HttpApi": aws_serverless_httpapi.Properties,
    "AWS::Serverless::LayerVersion": aws_serverless_layerversion.Properties,
}

# Of the events of functions, those of APIs are compared. Each has properties of its own
# under a name that it may share with the other.
EVENTS = {
    "Api": aws_serverless_function.ApiEventProperties,
    "HttpApi": aws_serverless_function.HttpApiEventProperties,
}


def types():
    """Gives the types of resource that the translator knows."""
    known = {str(getattr(model, "resource_type", "")) for model in vars(sam_resources).values()}
    return sorted(name for name in known if name.startswith("AWS::Serverless::"))


def sections():
    """Gives the properties that each section of Globals may have."""
    return {name.removeprefix("AWS::Serverless::"): keys for name, keys in Globals.supported_properties.items()}


def paths(schema, part, before):
    """Yields the dotted path of each property below a part of a JSON Schema, with * for
    the keys of a mapping that may have any."""
    if "$ref" in part:
        part = schema["definitions"][part["$ref"].split("/")[-1]]
    for alternative in part.get("anyOf", []) + part.get("allOf", []):
        yield from paths(schema, alternative, before)
    named = dict(part.get("properties", {}))
    if isinstance(part.get("additionalProperties"), dict):
        named["*"] = part["additionalProperties"]
    for name, inner in named.items():
        if name != "*":
            yield before + name
        if before + name != "Events":
            yield from paths(schema, inner, before + name + ".")


def has(value, path):
    """Tells whether a value has the property at a path."""
    if not path:
        return True
    if not isinstance(value, dict):
        return False
    inner = value.values() if path[0] == "*" else [value[path[0]]] if path[0] in value else []
    return any(has(v, path[1:]) for v in inner)


class Used:
    """Says of each property whether one of the templates that were added has it."""

    def __init__(self):
        self.known = {}
        for name, model in {**RESOURCES, **EVENTS}.items():
            schema = model.schema()
            self.known[name] = dict.fromkeys(paths(schema, schema, ""), False)

    def add(self, template):
        sections = [(f"AWS::Serverless::{name}", part) for name, part in template.get("Globals", {}).items()]
        sections += [(r["Type"], r.get("Properties") or {}) for r in template["Resources"].values()]
        for _, part in list(sections):
            for event in (part.get("Events") or {}).values():
                sections.append((event["Type"], event.get("Properties") or {}))
        for name, part in sections:
            known = self.known.get(name, {})
            for path in known:
                known[path] = known[path] or has(part, path.split("."))

    def all(self):
        return self.known
