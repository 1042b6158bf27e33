"""A web server on this machine that publishes a calendar, as another organization's would."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Publisher:
    """What is published: its bytes, or the status that is answered in place of them."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.content = b""
        self.status = 200
        # Of each request whether it was answered with the content.
        self.answered: list[int] = []


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Publish until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            etag = f'"{hashlib.sha256(publisher.content).hexdigest()}"'
            known = self.headers.get("If-None-Match") == etag and publisher.status == 200
            status = 304 if known else publisher.status
            publisher.answered.append(status)
            content = publisher.content if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    publisher = Publisher(f"http://127.0.0.1:{server.server_port}/calendar.ics")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
