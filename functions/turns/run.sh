#!/bin/sh
# Starts the ASGI app behind the Lambda Web Adapter, which says where to listen. Layers lie in /opt/python on Lambda.
export PYTHONPATH="/opt/python${PYTHONPATH:+:$PYTHONPATH}"
exec python -m uvicorn handler:app --host 127.0.0.1 --port "${AWS_LWA_PORT:-${PORT:-8080}}" --loop asyncio --http h11 \
    --no-access-log --log-level warning --timeout-graceful-shutdown 5
