"""Answers with the event that it got; raises or lingers where the path says so."""

import json
import time


def handler(event, context):
    if event["path"] == "/boom":
        raise ValueError("the secret is 42")
    if event["path"] == "/slow":
        time.sleep(3)
    return {
        "statusCode": 418 if event["path"] == "/teapot" else 200,
        "headers": {"Content-Type": "application/json", "X-Answer": "yes", "Connection": "close"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": json.dumps(event),
    }
