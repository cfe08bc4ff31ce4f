"""The houses: territory, wealth, treaties, grudges."""
