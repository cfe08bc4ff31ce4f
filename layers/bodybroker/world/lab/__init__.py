"""The lab: equipment, growths, storage."""
