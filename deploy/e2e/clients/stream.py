"""Follows a stream of notifications with httpx-sse (PyPI), and says each event."""

import json
import os
import time

import httpx
from httpx_sse import connect_sse

args = json.loads(os.environ["ARGS"])
last_id, retry_s = "", 1.0


def say(said):
    print(json.dumps(said), flush=True)


# httpx-sse leaves it to its user to connect again.
while True:
    headers = {"Authorization": f"Bearer {args['token']}"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    try:
        with httpx.Client(timeout=httpx.Timeout(5, read=60)) as client:
            with connect_sse(client, "GET", args["url"], headers=headers) as source:
                source.response.raise_for_status()
                say({"open": True})
                for event in source.iter_sse():
                    last_id = event.id
                    if event.retry is not None:
                        retry_s = event.retry / 1000
                    # It also shows blocks without data, which browsers do not.
                    if event.data:
                        say({"event": event.event, "id": event.id, "data": event.json()})
    except httpx.HTTPError as error:
        say({"error": type(error).__name__})
    time.sleep(retry_s)
