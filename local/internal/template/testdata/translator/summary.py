"""A plain reading of a translated template: its functions, and the routes of its APIs."""

import re

TARGET = re.compile(r"functions/\$\{(\w+)(?:\.Arn)?\}/(?:response-streaming-)?invocations")
NAMED = re.compile(r":function:(\w+)")


def of(template):
    """Gives a line for each function and for each route."""
    present = {
        name: settled(template, resource.get("Properties", {})) | {"Type": resource["Type"]}
        for name, resource in template["Resources"].items()
        if condition(template, resource.get("Condition"))
    }
    apis = {n: p["Body"] for n, p in present.items() if p["Type"] in APIS and "Body" in p}
    return {
        "functions": sorted(function(n, p) for n, p in present.items() if p["Type"] == "AWS::Lambda::Function"),
        "routes": sorted(line for name, body in apis.items() for line in routes(present, name, body)),
    }


APIS = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")

# What settled gives for AWS::NoValue, which takes away what it stands for.
NOTHING = object()


def settled(template, value):
    """Gives a value with what conditions, mappings and parameters make of it."""
    if isinstance(value, list):
        items = [settled(template, item) for item in value]
        return [item for item in items if item is not NOTHING]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        name, yes, no = value["Fn::If"]
        return settled(template, yes if condition(template, name) else no)
    if "Fn::FindInMap" in value:
        first, second, third = (settled(template, v) for v in value["Fn::FindInMap"])
        return template["Mappings"][first][second][third]
    if "Ref" in value:
        if value["Ref"] == "AWS::NoValue":
            return NOTHING
        return template.get("Parameters", {}).get(value["Ref"], {}).get("Default", value)
    entries = {key: settled(template, v) for key, v in value.items()}
    return {key: v for key, v in entries.items() if v is not NOTHING}


def condition(template, name):
    """Tells whether a condition holds; none does."""
    if name is None:
        return True
    value = template["Conditions"][name] if isinstance(name, str) else name
    (function, arguments), = value.items()
    if function == "Condition":
        return condition(template, arguments)
    if function == "Fn::Equals":
        first, second = settled(template, arguments)
        return first == second
    if function == "Fn::Not":
        return not condition(template, arguments[0])
    whole = {"Fn::And": all, "Fn::Or": any}[function]
    return whole(condition(template, a) for a in arguments)


def function(name, part):
    variables = ",".join(sorted(part.get("Environment", {}).get("Variables", {})))
    return " ".join([
        name, part.get("Runtime", "-"), part.get("Handler", "-"), f"{part.get('MemorySize', 128)}MB",
        f"{part.get('Timeout', 3)}s", f"[{variables}]", str(part.get("ReservedConcurrentExecutions", "-")),
    ])


def routes(present, api, body):
    for path, item in body.get("paths", {}).items():
        for method, operation in item.items():
            if method in METHODS and operation.get("x-amazon-apigateway-integration"):
                yield route(present, api, f"{METHODS[method]} {place(present[api], path)}", operation)


METHODS = {m: m.upper() for m in ("delete", "get", "head", "options", "patch", "post", "put")}
METHODS["x-amazon-apigateway-any-method"] = "ANY"


def place(api, path):
    """Gives a path as API Gateway has it: it takes the slash off the end of a REST API's."""
    if api["Type"] == "AWS::ApiGateway::RestApi":
        return path.rstrip("/") or "/"
    return "$default" if path == "/$default" else path


def route(present, api, key, operation):
    integration = operation["x-amazon-apigateway-integration"]
    kind = integration["type"].lower()
    behind = target(present, integration["uri"]) if kind == "aws_proxy" else kind
    names = {name for requirement in operation.get("security", []) for name in requirement}
    asked = ",".join(sorted(names - {"NONE", "api_key_false"}))
    return f"{api} {key} {behind} {integration.get('timeoutInMillis', 0)}ms [{asked}]"


def target(present, uri):
    """Gives the function behind an integration, with the alias where there is one."""
    name = uri["Fn::GetAtt"][0] if "Fn::GetAtt" in uri else named(present, uri)
    part = present[name]
    if part["Type"] == "AWS::Lambda::Alias":
        return part["FunctionName"]["Ref"] + ":" + part["Name"]
    return name


def named(present, uri):
    """Gives the resource that a URI names: in ${} with Fn::Sub, or by its FunctionName."""
    text = uri["Fn::Sub"] if isinstance(uri, dict) else uri
    found = TARGET.search(text)
    if found:
        return found.group(1)
    function_name = NAMED.search(text).group(1)
    return next(n for n, p in present.items() if p.get("FunctionName") == function_name)
