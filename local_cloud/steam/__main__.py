"""`python -m local_cloud.steam --port N` serves the fake of Steam on loopback."""

import argparse

import uvicorn

from local_cloud.steam.app import create_app


def main() -> None:
    """Parse the command line and serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="local_cloud.steam", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(create_app(), host="127.0.0.1", port=parser.parse_args().port, access_log=False)


if __name__ == "__main__":
    main()
