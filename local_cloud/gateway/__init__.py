"""The laptop's API Gateway: one base URL for every route of the deployed REST API.

Buffered routes pass through to the emulator, which runs their Lambda functions. Streamed routes, which the emulator
cannot serve, run here: the deployed authorizer, then the function's own web server behind the contract of the Lambda
Web Adapter.
"""
