"""Start the model server: SageMaker's entry point, `python code/serve.py`, with the `serving` package beside it."""

import runpy

runpy.run_module("serving", run_name="__main__", alter_sys=True)
