"""The runtime client of Python functions: what /var/runtime is on Lambda.

It imports the function's handler and then runs one invocation after the other,
over one connection to the Runtime API. What functions and their callers see
follows AWS's own client (awslambdaric): handler names, error objects, the
context, log lines as text and as JSON. Left out: SnapStart hooks.

It is one file, since a module beside it would stand in the way of a function's own
of that name, and be missed where multiprocessing spawns a process, which looks for
modules in the function's folder alone.
"""

import decimal
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = "/2018-06-01/runtime/"
JSON_LOG = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class Fault(Exception):
    """What is wrong by Lambda's rules, under the errorType that Lambda gives it."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type, self.trace = error_type, list(trace)


class RuntimeAPI:
    """The Runtime API over one connection that is kept open."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def next(self):
        """Wait for an invocation; return its headers and the event's bytes."""
        self.connection.request("GET", API + "invocation/next")
        response = self.connection.getresponse()
        return response.headers, response.read()

    def post(self, path, body, headers=None):
        self.connection.request("POST", API + path, body, headers or {})
        self.connection.getresponse().read()

    def post_error(self, path, error):
        # A header takes ASCII; a class may be named in any letters.
        headers = {"Lambda-Runtime-Function-Error-Type": error["errorType"].encode("ascii", "replace").decode()}
        self.post(path, json.dumps(error).encode(), headers)


class Attributes:
    """An object with the attributes that a part of the context has; None without a value."""

    def __init__(self, names, values):
        for name in names:
            setattr(self, name, values.get(name))

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % item for item in vars(self).items()))


class LambdaContext(Attributes):
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = client_context(headers.get("Lambda-Runtime-Client-Context"))
        identity = json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}")
        self.identity = Attributes(("cognito_identity_id", "cognito_identity_pool_id"), {
            "cognito_identity_id": identity.get("cognitoIdentityId"),
            "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
        })
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def client_context(header):
    """Return what a caller's SDK passed along; None where it passed nothing."""
    if not header:
        return None
    # http.client takes the bytes of a header for Latin-1; these are UTF-8.
    context = Attributes(("custom", "env", "client"), json.loads(header.encode("latin-1")))
    context.client = context.client and Attributes(
        ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"), context.client)
    return context


def find_handler(name):
    """Return the function that "folder/module.function" or "package.module.function" names."""
    module_name, dot, function = name.rpartition(".")
    if not dot:
        # The end is what str.rsplit says on Lambda.
        raise Fault("Runtime.MalformedHandlerName",
                    "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise Fault("Runtime.BuiltInModuleConflict",
                        "Cannot use built-in module %s as a handler module" % module_name)
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error),
                    ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)])
    if not hasattr(module, function):
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module_name))
    return getattr(module, function)


def plain(value):
    """Stand in for json's default: DynamoDB gives Decimals, and Lambda takes them."""
    if isinstance(value, decimal.Decimal):
        return float(value) if value.as_tuple().exponent != 0 else int(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def marshal(result):
    """Return the response's bytes. Characters are escaped by runtimes up to 3.11."""
    if isinstance(result, bytes):
        return result
    runtime = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python3.")[2]
    try:
        return json.dumps(result, default=plain, ensure_ascii=runtime.isdigit() and int(runtime) < 12).encode()
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def unmarshal(event):
    try:
        return json.loads(event)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)


def error_object(error, request_id=""):
    """Return what the caller gets of an exception. This file's own frames are not shown."""
    if isinstance(error, Fault):
        error_type, trace = error.error_type, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            del frames[0]
        error_type = type(error).__name__
        # As tuples, since frames would be shown with ^^^ below the line.
        trace = traceback.format_list([tuple(frame) for frame in frames])
    return {"errorMessage": str(error), "errorType": error_type, "requestId": request_id, "stackTrace": trace}


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % (seconds % 1 * 1000)


def log_error(error):
    """Write an error as Lambda does, on lines of its own rather than on one with carriage returns."""
    if JSON_LOG:
        print(json.dumps({"timestamp": timestamp(time.time()), "level": "ERROR", **error}, ensure_ascii=False))
        return
    lines = ["[ERROR] %(errorType)s: %(errorMessage)s" % error, "Traceback (most recent call last):"]
    print("\n".join(lines + [line for entry in error["stackTrace"] for line in entry.splitlines()]))


class JSONFormatter(logging.Formatter):
    """A log record as an object. What a program adds to a record with extra= stands beside the rest."""

    OWN = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "tenant_id", "message", "asctime"}

    def format(self, record):
        entry = {
            "timestamp": timestamp(record.created), "level": record.levelname, "message": record.getMessage(),
            "logger": record.name, "requestId": record.aws_request_id,
        }
        if record.exc_info:
            error_type, error, trace = record.exc_info
            entry.update(
                stackTrace=traceback.format_tb(trace), errorType=error_type and error_type.__name__, errorMessage=str(error),
                location="%s:%s:%s" % (record.pathname, record.funcName, record.lineno))
        for name, value in vars(record).items():
            if name not in self.OWN:
                entry.setdefault(name, value)
        return json.dumps(entry, ensure_ascii=False, default=str) + "\n"


class LogHandler(logging.Handler):
    """The root logger's handler: level, time and request ID before the message, or all in an object."""

    request_id = ""

    def __init__(self):
        super().__init__()
        if JSON_LOG:
            self.setFormatter(JSONFormatter())
            return
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record):
        record.aws_request_id = self.request_id
        sys.stdout.write(self.format(record))


def set_trace_id(value):
    if value:
        os.environ["_X_AMZN_TRACE_ID"] = value
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def serve(api, handler, log):
    """Run one invocation."""
    headers, event = api.next()
    log.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    path = "invocation/%s/" % log.request_id
    set_trace_id(headers.get("Lambda-Runtime-Trace-Id"))
    try:
        result = marshal(handler(unmarshal(event), LambdaContext(headers)))
    except Exception as error:  # sys.exit is none, and ends the environment
        failure = error_object(error, log.request_id)
        log_error(failure)
        api.post_error(path + "error", failure)
    else:
        api.post(path + "response", result, {"Content-Type": "application/json"})


def main():
    api = RuntimeAPI(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]  # in place of this file's folder
    sys.stdout.reconfigure(errors="backslashreplace")  # a message may hold half a surrogate pair
    log = LogHandler()
    logging.getLogger().addHandler(log)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if level in ("DEBUG", "INFO", "WARN", "ERROR", "FATAL"):
        logging.getLogger().setLevel(level)
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except Exception as error:
        failure = error_object(error)
        log_error(failure)
        api.post_error("init/error", failure)
        sys.exit(1)
    while True:
        serve(api, handler, log)


if __name__ == "__main__":  # a process that multiprocessing spawns imports this file
    main()
