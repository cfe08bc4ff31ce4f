"""Start the embedding server where there is no container: `python code/serve.py`, beside the package `embedder`."""

import runpy

runpy.run_module("embedder", run_name="__main__", alter_sys=True)
