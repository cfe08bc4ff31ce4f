"""Trains a LoRA adapter of the small model on a race's way of speaking, on a CPU: `make adapter`."""
