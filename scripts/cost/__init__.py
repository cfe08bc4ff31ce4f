"""The cost model as a command: tables, plots and a report from prices, assumptions and a measured player-day."""
