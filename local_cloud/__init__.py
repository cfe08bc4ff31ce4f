"""The laptop's AWS: one emulator process, its SageMaker and search planes, a Steam fake and one gateway."""
