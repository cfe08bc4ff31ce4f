"""The emulator process: MiniStack in process, with the behaviour that the product needs patched in."""
