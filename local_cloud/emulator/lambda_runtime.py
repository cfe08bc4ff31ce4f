"""The Lambda runtime inside a worker process: standard library only, the worker's own interpreter.

Protocol on the socket whose descriptor is the first argument: length-prefixed JSON, one init message, then one
message per invocation and one answer each. Output goes to the log pipe (stdout and stderr); a marker there ends the
output of an invocation, so the parent knows without waiting that it has all of it.
"""

import importlib
import json
import logging
import os
import socket
import struct
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any

Message = dict[str, Any]

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100  # AWS's limit on a synchronous answer


class Connection:
    """Length-prefixed JSON messages over a stream socket."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def receive(self) -> Message | None:
        """The next message, or None when the parent closed the connection."""
        header = self._read(4)
        body = self._read(struct.unpack(">I", header)[0]) if header else b""
        return json.loads(body) if body else None

    def send(self, message: Message) -> None:
        """Send one message; raises TypeError or ValueError when it has no JSON form."""
        self.send_encoded(json.dumps(message, ensure_ascii=False).encode())

    def send_encoded(self, body: bytes) -> None:
        """Send a message that is JSON already."""
        self._stream.sendall(struct.pack(">I", len(body)) + body)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            chunk = self._stream.recv(size - len(data))
            if not chunk:
                return b""
            data += chunk
        return data


class Context:
    """The context object that AWS hands to Python handlers."""

    def __init__(self, message: Message) -> None:
        self.aws_request_id: str = message["request_id"]
        self.invoked_function_arn: str = message["function_arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + message["timeout_s"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut off."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class LogHandler(logging.StreamHandler[Any]):
    """The root log handler of AWS's runtime: level, time, request id and message, tab-separated."""

    request_id = ""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(request_id)s\t%(message)s"
        form = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
        form.converter = time.gmtime
        self.setFormatter(form)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record with the request id of the running invocation."""
        record.request_id = self.request_id
        super().emit(record)


def failure(kind: str, message: str, request_id: str, trace: TracebackType | None = None) -> Message:
    """An error in AWS's shape."""
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(trace),
    }


def load_handler(name: str) -> Any:
    """Import the handler. Raises LookupError carrying the failure, as AWS words it."""
    module_name, _, attribute = name.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        text = f"Unable to import module '{module_name}': {error}"
        raise LookupError(failure("Runtime.ImportModuleError", text, "")) from error
    except SyntaxError as error:
        text = f"Syntax error in module '{module_name}': {error}"
        raise LookupError(failure("Runtime.UserCodeSyntaxError", text, "")) from error
    except Exception as error:
        raise LookupError(failure(type(error).__name__, str(error), "", error.__traceback__)) from error
    if not hasattr(module, attribute):
        text = f"Handler '{attribute}' missing on module '{module_name}'"
        raise LookupError(failure("Runtime.HandlerNotFound", text, ""))
    return getattr(module, attribute)


def invoke(handler: Any, message: Message) -> bytes:
    """Run the handler once; the encoded answer."""
    context = Context(message)
    try:
        result = handler(message["event"], context)
    except Exception as error:
        # The first frame is this function's.
        trace = error.__traceback__ and error.__traceback__.tb_next
        return _failed(failure(type(error).__name__, str(error), context.aws_request_id, trace))
    try:
        answer = json.dumps({"result": result}, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        text = f"Unable to marshal response: {error}"
        return _failed(failure("Runtime.MarshalError", text, context.aws_request_id))
    if len(answer) > MAX_RESPONSE_BYTES:
        text = f"Response payload size ({len(answer)} bytes) exceeded maximum allowed payload size (6291556 bytes)."
        return _failed(failure("Function.ResponseSizeTooLarge", text, context.aws_request_id))
    return answer


def _failed(error: Message) -> bytes:
    print(f"[ERROR] {error['errorType']}: {error['errorMessage']}\nTraceback (most recent call last):")
    print("".join(error["stackTrace"]), end="")
    return json.dumps({"error": error}).encode()


def _end_with_parent() -> None:
    """Standard input is a pipe that only the parent's death closes."""
    os.read(0, 1)
    os._exit(1)


def _end_log(marker: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, marker.encode())


def _set_variables(variables: dict[str, str], previous: dict[str, str]) -> None:
    """Variables of one invocation (trace id, durable execution) replace those of the one before."""
    for name in previous.keys() - variables.keys():
        os.environ.pop(name, None)
    os.environ.update(variables)


def main() -> None:
    """Serve invocations until the parent closes the connection."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    connection = Connection(socket.socket(fileno=int(sys.argv[1])))
    init = connection.receive()
    if init is None:
        return
    log = LogHandler()
    logging.getLogger().addHandler(log)
    sys.path[:0] = init["path"]
    try:
        handler = load_handler(init["handler"])
    except LookupError as error:
        _end_log(init["marker"])
        connection.send_encoded(_failed(error.args[0]))
        return
    _end_log(init["marker"])
    connection.send({"ready": True})
    variables: dict[str, str] = {}
    while (message := connection.receive()) is not None:
        _set_variables(message["variables"], variables)
        variables = message["variables"]
        log.request_id = message["request_id"]
        answer = invoke(handler, message)
        _end_log(init["marker"])
        connection.send_encoded(answer)


if __name__ == "__main__":
    main()
