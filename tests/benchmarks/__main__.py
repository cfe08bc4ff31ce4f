"""`make bench`: a local cloud of its own, the product on it, and each figure beside its peer, in one run."""

import tempfile
from functools import partial
from pathlib import Path

from local_cloud import faults
from local_cloud.control import LocalCloud, StartFailed
from local_cloud.deploy import deploy
from tests.benchmarks import behaviour, command, generation, model_call, router, turn, world


def main() -> None:
    print(f"\n{world.measure()}\n")
    print(f"{behaviour.measure()}\n")
    print(f"{router.measure()}\n")
    print(f"{generation.measure()}\n")
    with tempfile.TemporaryDirectory(prefix="bodybroker-bench-") as folder:
        cloud = LocalCloud(Path(folder))
        try:
            endpoints = cloud.up()
            if deploy(Path(folder)) != 0:
                raise StartFailed("the deployment failed")
            api, aws = f"{endpoints['api']}/v1", endpoints["aws"]
            print(f"\n{command.measure(api, aws)}\n")
            pace = partial(faults.order, cloud.paths.faults, turn.ENDPOINT)
            print(f"{turn.measure(api, aws, pace)}\n")
        finally:
            cloud.down()
    with model_call.server() as url:
        print(model_call.table(model_call.measure(url)))


if __name__ == "__main__":
    main()
