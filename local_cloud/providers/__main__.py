"""`python -m local_cloud.providers --port N (--endpoint NAME | --model-url URL)` serves the stand-in on loopback."""

import argparse

import uvicorn

from local_cloud.providers.app import create_app
from local_cloud.providers.mind import Mind, endpoint_mind, url_mind


def main() -> None:
    """Parse the command line and serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="local_cloud.providers", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--endpoint", help="a SageMaker endpoint of the AWS that the environment names")
    source.add_argument("--model-url", help="a model server, below which /invocations answers")
    arguments = parser.parse_args()
    mind: Mind = endpoint_mind(arguments.endpoint) if arguments.endpoint else url_mind(arguments.model_url)
    uvicorn.run(create_app(mind), host="127.0.0.1", port=arguments.port, access_log=False)


if __name__ == "__main__":
    main()
