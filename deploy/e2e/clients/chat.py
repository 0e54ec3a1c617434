"""Talks in a chat room with stomp.py over websocket-client (PyPI), and says what it sees."""

import json
import os
import threading
import time
from urllib.parse import urlsplit

import stomp

args = json.loads(os.environ["ARGS"])
room, name = args["room"], args["name"]
seen = None
lock = threading.Lock()


def say(said):
    with lock:
        print(json.dumps(said), flush=True)


class Listener(stomp.ConnectionListener):
    def __init__(self, connection):
        self.connection = connection
        self.gone = threading.Event()

    def on_connected(self, frame):
        say({"connected": frame.headers["version"]})
        headers = {"receipt": "subscribed"}
        if seen is not None:
            headers["after-seq"] = str(seen)
        self.connection.subscribe("/user/queue/errors", id="errors")
        self.connection.subscribe(f"/topic/{room}", id="room", headers=headers)

    def on_receipt(self, frame):
        say({frame.headers["receipt-id"]: True})

    def on_message(self, frame):
        global seen
        body = json.loads(frame.body)
        if frame.headers["subscription"] == "errors":
            say({"refused": body["code"]})
            return
        seen = body.get("seq", seen)
        say({"message": body})
        if body.get("content") == f"hello {name}":
            said = {"content": f"안녕, {name}: 콜론과\n줄바꿈", "client_message_id": name}
            target = f"/app/chat.sendMessage/{room}"
            self.connection.send(target, json.dumps(said), headers={"receipt": "stored"})
            self.connection.send(f"/topic/{room}", json.dumps({"content": "forged"}))

    def on_error(self, frame):
        say({"error": frame.headers.get("code")})

    def on_disconnected(self):
        self.gone.set()


address = urlsplit(args["url"])
while True:
    connection = stomp.WSStompConnection(
        [(address.hostname, address.port)],
        ws_path=address.path,
        header={"Authorization": f"Bearer {args['token']}"},
        heartbeats=(10000, 10000),
        reconnect_attempts_max=1,
    )
    listener = Listener(connection)
    connection.set_listener("", listener)
    try:
        connection.connect(wait=True)
        listener.gone.wait()
    except stomp.exception.StompException:
        pass
    say({"closed": True})
    time.sleep(0.2)
