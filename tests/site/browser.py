"""A page in headless Chromium, spoken to over a pipe (the DevTools protocol), with no network."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")


class Page:
    """An open page: commands, expressions, and the mouse."""

    def __init__(self, send, receive):
        self._send, self._receive, self._ids = send, receive, count(1)
        self._session, self._waiting = None, b""

    def open(self, url, width=1200, height=1000):
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        screen = {"deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, **screen)
        self.command("Page.enable")
        self.command("Page.navigate", url=url)
        while self._message().get("method") != "Page.loadEventFired":
            pass

    def command(self, method, **params):
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _message(self):
        while b"\0" not in self._waiting:
            piece = os.read(self._receive, 2**16)
            assert piece, "Chromium has ended"
            self._waiting += piece
        text, _, self._waiting = self._waiting.partition(b"\0")
        return json.loads(text)

    def evaluate(self, expression):
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def drag(self, start, end):
        for kind, (x, y) in (
            ("mousePressed", start),
            ("mouseMoved", end),
            ("mouseReleased", end),
        ):
            button = {"button": "left", "buttons": 1, "clickCount": 1}
            self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Chromium with a fresh profile in ``folder``; it ends with the block."""
    (hear, send), (receive, speak) = os.pipe(), os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (hear, speak)]  # out of the way of 3, 4

    def pipes():
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder}"],
        preexec_fn=pipes,
        pass_fds=(3, 4),
        stderr=subprocess.DEVNULL,
    )
    for end in (hear, speak, *ends):
        os.close(end)
    try:
        yield Page(send, receive)
    finally:
        process.terminate()
        process.wait()
        os.close(send)
        os.close(receive)
