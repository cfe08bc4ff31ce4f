"""Start the emulator: `python -m local_cloud.emulator --port N --state-dir D --python P --model-python M`."""

import argparse
import asyncio
import os
from pathlib import Path

from uvicorn.loops.uvloop import uvloop_loop_factory


def main() -> None:
    """Parse the command line, set what MiniStack reads from the environment at import, and serve."""
    parser = argparse.ArgumentParser(prog="python -m local_cloud.emulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--python", type=Path, required=True, help="interpreter of the Lambda functions")
    parser.add_argument("--model-python", type=Path, required=True, help="interpreter of the model servers")
    arguments = parser.parse_args()
    state_dir = arguments.state_dir.absolute()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # the user's own AWS settings are none of the emulator's business
    os.environ.update(
        GATEWAY_PORT=str(arguments.port),
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        PERSIST_STATE="0",  # the journal persists, MiniStack's own snapshot would be a second truth
        S3_PERSIST="0",
        STATE_DIR=str(state_dir / "ministack"),
        S3_DATA_DIR=str(state_dir / "ministack" / "s3"),
        LAMBDA_EXECUTOR="local",
    )
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    from local_cloud.emulator.server import Emulator

    emulator = Emulator(arguments.port, state_dir, arguments.python.absolute(), arguments.model_python.absolute())
    with asyncio.Runner(loop_factory=uvloop_loop_factory()) as runner:
        runner.run(emulator.serve())


if __name__ == "__main__":
    main()
