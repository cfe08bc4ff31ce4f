"""`python -m local_cloud.search --port N --state-dir D`: serve on loopback until SIGTERM."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from .app import application
from .service import Service


def main() -> None:
    """Open the state directory and serve it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    service = Service(arguments.state_dir)
    uvicorn.run(application(service), host="127.0.0.1", port=arguments.port, lifespan="off", access_log=False)


if __name__ == "__main__":
    main()
