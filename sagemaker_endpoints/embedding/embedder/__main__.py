"""Run the server: load the model of `SM_MODEL_DIR`, answer on `PORT` until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import uvicorn

from .app import App
from .model import StaticModel


def main() -> None:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    model = StaticModel.load(Path(os.environ.get("SM_MODEL_DIR", ".")) / "weights")
    port = int(os.environ.get("PORT", "8080"))
    uvicorn.run(App(model), host="127.0.0.1", port=port, lifespan="off", access_log=False, timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
