"""`python -m scripts.generate generate ...`: the command `bodybroker` where nothing is installed."""

import sys

from scripts.generate.cli import main

sys.exit(main())
