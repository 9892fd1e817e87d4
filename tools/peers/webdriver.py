"""The few commands of W3C WebDriver that a test of a page needs, spoken to chromedriver over HTTP on loopback."""
import base64
import json
import os
import tempfile
import urllib.error
import urllib.request

import peer

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
        "Tab": "\ue004"}


class Browser:
    """Headless Chromium, which is stopped at the end whatever happens."""

    def __init__(self, width=1400, height=1000):
        self.port = peer.free_port()
        self.profile = tempfile.TemporaryDirectory()
        self.server = peer.Server(["chromedriver", f"--port={self.port}", "--allowed-ips=127.0.0.1"], 1000)
        self.session = None
        try:
            peer.wait_for_port(self.port, self.server, 30)
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking", "--hide-scrollbars", f"--user-data-dir={self.profile.name}",
                         f"--window-size={width},{height}"]
            self.session = self.begin({"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": {"args": arguments},
                "goog:loggingPrefs": {"browser": "ALL"}}}})
        except Exception:
            self.close()
            raise

    def begin(self, wanted, tries=3):
        """Chromedriver gives the browser a minute, which is little on a machine that is busy."""
        try:
            return self.call("POST", "/session", wanted)["sessionId"]
        except peer.Failed as failed:
            if tries == 1 or "not created" not in str(failed):
                raise
            return self.begin(wanted, tries - 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            if self.session:
                self.call("DELETE", f"/session/{self.session}")
        except (OSError, peer.Failed):
            pass
        self.server.stop()
        try:
            self.profile.cleanup()
        except OSError:
            pass

    def call(self, method, path, body=None, seconds=150):
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            raise peer.Failed(f"WebDriver {method} {path}: {refused.read().decode()[:600]}") from refused
        except OSError as silent:
            raise peer.Failed(f"WebDriver {method} {path}: {silent}") from silent

    def do(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def open(self, url):
        self.do("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.do("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((node) => node.textContent)", selector)

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    def find(self, selector):
        return self.do("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.do("POST", f"/element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.do("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def press(self, *names):
        """Keys to whatever has the focus."""
        actions = []
        for name in names:
            key = KEYS.get(name, name)
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.do("GET", "/screenshot")))

    def complaints(self):
        """What the page's console was told."""
        return [entry["message"] for entry in self.do("POST", "/se/log", {"type": "browser"})]

    def prefer(self, scheme):
        """Makes the page believe that the user's system is light or dark."""
        self.do("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]}})
