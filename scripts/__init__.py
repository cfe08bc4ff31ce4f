"""Commands for developers and CI: building what is deployed, and reporting on it."""
