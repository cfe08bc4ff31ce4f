"""A Lambda execution environment as a process: its own code and layers, a clean environment, nothing of the host."""

import json
import os
import selectors
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime as stock
from ministack.services import lambda_svc

from local_cloud.emulator.unpack import PackageCache, remove_tree

_RUNTIME = Path(__file__).with_name("lambda_runtime.py")
_INIT_S = 60.0  # AWS gives ten seconds on a core of its own; a laptop may start a dozen environments at once


class FunctionError(dict[str, Any]):
    """The error object of a failed invocation, in AWS's shape (errorType, errorMessage, requestId, stackTrace)."""


@dataclass(frozen=True)
class Surroundings:
    """Where workers live: their interpreter, the shared package cache, a folder for their scratch directories."""

    python: Path
    packages: PackageCache
    scratch: Path
    endpoint_url: str

    def clean(self) -> None:
        """Remove what a killed emulator left behind."""
        if self.scratch.exists():
            remove_tree(self.scratch)
        self.scratch.mkdir(parents=True)
        self.packages.clean()


class IsolatedWorker(stock.Worker):  # type: ignore[misc]
    """MiniStack's worker (pool bookkeeping, leases, reaping) with our process in it."""

    surroundings: Surroundings

    def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        super().__init__(func_name, config, code_zip)
        self._proc: subprocess.Popen[bytes] | None = None
        self._tmpdir: str | None = None
        self._marker = f"\x00end of invocation {uuid.uuid4().hex}\x00"
        self._socket: socket.socket | None = None

    def invoke(
        self,
        event: Any,
        request_id: str,
        *,
        trace_id: str | None = None,
        depth: int | None = None,
        durable: dict[str, str] | None = None,
        invoked_function_arn: str | None = None,
    ) -> dict[str, Any]:
        """Run one invocation. `result` is a FunctionError when it failed; `log` is everything it printed."""
        timeout: float = self.config.get("Timeout", 3)
        with self._lock:
            cold = self._proc is None or self._proc.poll() is not None
            log = b""
            try:
                if cold:
                    log = self._start()
                variables = {**({"_X_AMZN_TRACE_ID": trace_id} if trace_id else {}), **(durable or {})}
                message = {
                    "event": event,
                    "request_id": request_id,
                    "function_arn": invoked_function_arn or self.config.get("FunctionArn", ""),
                    "timeout_s": timeout,
                    "variables": variables,
                }
                answer, output = self._exchange(message, timeout)
                result = _checked(answer)
            except _EnvironmentFailure as failure:
                result, output = FunctionError({**failure.error, "requestId": request_id}), failure.log
                self._stop()
        text = (log + output).decode(errors="replace").replace(self._marker, "")
        return {"status": "ok", "result": result, "cold_start": cold, "log": text.rstrip("\n")}

    def _spawn(self) -> None:
        """Start the process ahead of an invocation. Raises RuntimeError when its initialisation fails."""
        try:
            self._start()
        except _EnvironmentFailure as failure:
            self._stop()
            raise RuntimeError(failure.error["errorMessage"]) from failure

    def _start(self) -> bytes:
        self._stop()
        self._discard_tmpdir()
        self._tmpdir = tempfile.mkdtemp(prefix=f"{self.func_name}-", dir=self.surroundings.scratch)
        code = self.surroundings.packages.unpack(self.code_zip)
        layers = [self.surroundings.packages.unpack(layer) for layer in self._layers()]
        self._socket, child = socket.socketpair()
        with child:
            self._proc = subprocess.Popen(
                [self.surroundings.python, "-I", "-S", "-u", "-X", "utf8", _RUNTIME, str(child.fileno())],
                cwd=code,
                env=self._environment(code, layers),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[child.fileno()],
            )
        os.set_blocking(self._log_pipe(), False)
        init = {"path": _search_path(code, layers), "handler": self.config["Handler"], "marker": self._marker}
        answer, output = self._exchange(init, max(_INIT_S, self.config.get("Timeout", 3)))
        if "error" in answer:
            raise _EnvironmentFailure(answer["error"], output)
        return output

    def _layers(self) -> list[bytes]:
        """The archives of the attached layers; a layer of another account that is not held here has none."""
        archives = (lambda_svc._resolve_layer_zip(layer) for layer in self.config.get("Layers", []))
        return [archive for archive in archives if archive]

    def _environment(self, code: Path, layers: list[Path]) -> dict[str, str]:
        """What Lambda sets, and the function's own variables; AWS's reserved names win."""
        own: dict[str, str] = self.config.get("Environment", {}).get("Variables", {})
        name = self.config["FunctionName"]
        _, region = stock._account_region_from_function_config(self.config)
        libraries = [code, code / "lib", *(layer / "lib" for layer in layers)]
        return {
            "AWS_ENDPOINT_URL": self.surroundings.endpoint_url,
            stock.HOST_PREFIX_ENV: "true",
            **own,
            **stock.execution_credentials(self.config),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.config.get('Runtime', '')}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": self.config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "LAMBDA_TASK_ROOT": str(code),
            "_HANDLER": self.config["Handler"],
            "PATH": os.pathsep.join([*(str(layer / "bin") for layer in layers), "/usr/local/bin", "/usr/bin", "/bin"]),
            "LD_LIBRARY_PATH": os.pathsep.join(str(path) for path in libraries),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self._tmpdir),
            "TMPDIR": str(self._tmpdir),
        }

    def _exchange(self, message: dict[str, Any], timeout: float) -> tuple[dict[str, Any], bytes]:
        """Send a message; the answer and what was printed until then."""
        assert self._socket is not None
        body = json.dumps(message).encode()
        deadline = time.monotonic() + timeout
        received, output = b"", b""
        marker = self._marker.encode()
        self._socket.settimeout(timeout)
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._log_pipe(), selectors.EVENT_READ)
            try:
                self._socket.sendall(struct.pack(">I", len(body)) + body)
                while not (_complete(received) and marker in output):
                    ready = selector.select(deadline - time.monotonic())
                    if not ready:
                        raise _timed_out(message.get("request_id", ""), timeout, output)
                    for key, _ in ready:
                        data = os.read(key.fd, 1 << 16)
                        if key.fileobj is self._socket:
                            received += data
                        else:
                            output += data
                        if not data:
                            selector.unregister(key.fileobj)
                        if not data and key.fileobj is self._socket:
                            raise self._exited(message.get("request_id", ""), output)
            except TimeoutError:
                raise _timed_out(message.get("request_id", ""), timeout, output) from None
            except OSError:
                raise self._exited(message.get("request_id", ""), output) from None
        return json.loads(received[4:]), output

    def _exited(self, request_id: str, output: bytes) -> "_EnvironmentFailure":
        assert self._proc is not None
        try:
            status = self._proc.wait(timeout=1)
        except subprocess.TimeoutExpired:
            status = 0
        how = f"signal: {-status}" if status < 0 else f"exit status {status}"
        text = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
        return _EnvironmentFailure({"errorType": "Runtime.ExitError", "errorMessage": text}, output + self._rest())

    def _rest(self) -> bytes:
        """What a dead process left in its log pipe."""
        try:
            return os.read(self._log_pipe(), 1 << 20)
        except BlockingIOError:
            return b""

    def _log_pipe(self) -> int:
        assert self._proc is not None and self._proc.stdout is not None
        return self._proc.stdout.fileno()

    def _stop(self) -> None:
        process, self._proc = self._proc, None
        if self._socket is not None:
            self._socket.close()
        if process is not None:
            process.kill()
            process.wait()
            _close(process)

    def _discard_tmpdir(self) -> None:
        if self._tmpdir:
            shutil.rmtree(self._tmpdir, ignore_errors=True)


class _EnvironmentFailure(Exception):
    """The execution environment is of no more use; `error` goes to the caller."""

    def __init__(self, error: dict[str, Any], log: bytes) -> None:
        super().__init__(error["errorMessage"])
        self.error = error
        self.log = log


def _timed_out(request_id: str, timeout: float, output: bytes) -> _EnvironmentFailure:
    text = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
    return _EnvironmentFailure({"errorType": "Sandbox.Timedout", "errorMessage": text}, output)


def _complete(received: bytes) -> bool:
    return len(received) >= 4 and len(received) - 4 >= struct.unpack(">I", received[:4])[0]


def _checked(answer: dict[str, Any]) -> Any:
    return FunctionError(answer["error"]) if "error" in answer else answer["result"]


def _search_path(code: Path, layers: list[Path]) -> list[str]:
    """The function's code first, then its layers; the last layer wins, as when AWS unpacks them into one folder."""
    found = [code]
    for layer in reversed(layers):
        found += sorted(layer.glob("python/lib/python3*/site-packages"))
        found.append(layer / "python")
    return [str(path) for path in found if path.is_dir()]


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
