"""All the I/O there is: one module per outside system."""
