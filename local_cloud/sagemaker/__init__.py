"""SageMaker on one machine: control plane, runtime, training jobs; runs inside the emulator's process."""
