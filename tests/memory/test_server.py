"""The site served to this machine alone, and what it keeps."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager

import pytest

from qedeck.memory.history import Journal, read_history
from qedeck.memory.server import ReviewServer

from .test_history import review


class Client:
    """A browser's requests, as it makes them from a page of the server."""

    def __init__(self, server):
        self.server = server
        self.cookie = ""

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=20)
        given = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def get(self, path, **headers):
        answer, text = self.ask("GET", path, **headers)
        return answer.status, text

    def post(self, events, path=None, **headers):
        body = events if isinstance(events, bytes) else "".join(f"{e}\n" for e in events).encode()
        answer, text = self.ask("POST", path or self.api("events"), body, **headers)
        return answer.status, text

    def api(self, what):
        return f"/api/{what}?token={self.server.token}"

    def enter(self):
        answer, _ = self.ask("GET", f"/review.html?token={self.server.token}")
        self.cookie = answer.getheader("Set-Cookie", "").partition(";")[0]
        return answer


@contextmanager
def served(tmp_path, **settings):
    site = tmp_path / "site"
    (site / "assets" / "qedeck").mkdir(parents=True, exist_ok=True)
    (site / "review.html").write_text("<title>review</title>")
    (site / "assets" / "qedeck" / "server.js").write_text("")
    (tmp_path / "secret.txt").write_text("secret")
    server = ReviewServer(site, Journal(tmp_path / "reviews", "laptop"), settings=settings)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def client(tmp_path):
    with served(tmp_path) as server:
        made = Client(server)
        made.enter()
        yield made


def test_the_address_lets_in_and_the_token_leaves_the_address(tmp_path):
    with served(tmp_path) as server:
        client = Client(server)
        answer = client.enter()
        assert (answer.status, answer.getheader("Location")) == (302, "/review.html")
        assert "HttpOnly; SameSite=Strict" in answer.getheader("Set-Cookie")
        assert client.get("/review.html") == (200, "<title>review</title>")
        _, script = client.get("/assets/qedeck/server.js")
        assert script == f'window.qedeckServer = {{"token": "{server.token}"}};\n'


def test_events_are_kept_and_given_back(client, tmp_path):
    one, two = review(number=1), review(number=2)
    assert client.get(client.api("events")) == (200, "")
    assert client.post([one, two]) == (200, '{"written": 2}')
    assert client.post([two]) == (200, '{"written": 0}')
    assert client.get(client.api("events")) == (200, f"{one}\n{two}\n")
    assert (tmp_path / "reviews" / "laptop.jsonl").read_text() == f"{one}\n{two}\n"


def test_events_of_other_devices_are_given_and_stay_where_they_are(client, tmp_path):
    other = review(number=3)
    Journal(tmp_path / "reviews", "phone").append([other])
    assert client.get(client.api("events")) == (200, f"{other}\n")
    assert client.post([other]) == (200, '{"written": 0}')
    assert not (tmp_path / "reviews" / "laptop.jsonl").exists()


def test_files_are_read_again_only_where_another_wrote(client, tmp_path, monkeypatch):
    from qedeck.memory import server

    reads = []
    read = server.read_history
    monkeypatch.setattr(server, "read_history", lambda folder: reads.append(1) or read(folder))
    for number in range(5):
        assert client.post([review(number=number)])[1] == '{"written": 1}'
    assert len(reads) == 1
    Journal(tmp_path / "reviews", "laptop").append([review(number=7)])
    assert client.post([review(number=7)])[1] == '{"written": 0}'
    assert len(client.get(client.api("events"))[1].splitlines()) == 6
    assert len(reads) == 2
    append = client.server.journal.append

    def beside(events):
        Journal(tmp_path / "reviews", "laptop").append([review(number=8)])
        return append(events)

    monkeypatch.setattr(client.server.journal, "append", beside)
    assert client.post([review(number=9)])[1] == '{"written": 1}'
    assert len(client.get(client.api("events"))[1].splitlines()) == 8


def test_pages_in_folders_have_the_same_interface(client):
    assert client.get(f"/ml{client.api('settings')}")[0] == 200


def test_settings_are_the_learners(client, tmp_path):
    told = json.loads(client.get(client.api("settings"))[1])
    assert (told["retention"], len(told["parameters"])) == (0.9, 21)
    (tmp_path / "reviews").mkdir()
    record = {"format": 1, "parameters": told["parameters"], "retention": 0.85}
    (tmp_path / "reviews" / "fsrs.json").write_text(json.dumps(record))
    assert json.loads(client.get(client.api("settings"))[1])["retention"] == 0.85


def test_what_the_command_was_given_is_told(tmp_path):
    with served(tmp_path, fresh=3) as server:
        client = Client(server)
        assert json.loads(client.get(client.api("settings"))[1])["fresh"] == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_foreign_pages_are_refused_whatever_they_know(client, tmp_path, headers):
    for path in ("/review.html", "/assets/qedeck/server.js", client.api("events")):
        assert client.get(path, **headers)[0] == 403
    assert client.post([review()], **headers)[0] == 403
    assert not (tmp_path / "reviews").exists()


def test_without_the_token_nothing_is_answered(client, tmp_path):
    client.cookie = ""
    for path in ("/", "/review.html", "/assets/qedeck/server.js", "/api/events?token=wrong",
                 "/api/events", "/review.html?token=wrong"):  # fmt: skip
        status, text = client.get(path)
        assert status == 403
        assert client.server.token not in text
    assert client.post([review()], "/api/events?token=wrong")[0] == 403
    assert client.ask("HEAD", "/review.html")[0].status == 403
    client.cookie = f"qedeck-{client.server.server_port}=wrong"
    assert client.get("/review.html")[0] == 403
    assert not (tmp_path / "reviews").exists()


def test_the_cookie_alone_writes_nothing(client, tmp_path):
    assert client.post([review()], "/api/events")[0] == 403
    assert not (tmp_path / "reviews").exists()


def test_answers_are_for_pages_of_this_server_alone(client):
    answer, _ = client.ask("GET", "/review.html")
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/", "/none.html"]
)
def test_nothing_outside_of_the_site_is_served(client, path):
    status, text = client.get(path)
    assert status in {403, 404}
    assert "secret" not in text


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{}\n", 400, "request:1:1: this line is damaged"),
        (f"{review(number=1)}\nnothing\n".encode(), 400, "request:2:1"),
        (str(review(number=1)).encode()[:-9], 400, "the last line ends in the middle"),
        (f"{review(grade=1)}\n{review(grade=2)}\n".encode(), 409, f"the id {review().id}"),
    ],
)
def test_a_request_that_is_wrong_keeps_nothing(client, tmp_path, body, status, said):
    found, text = client.post(body)
    assert (found, said in text) == (status, True), text
    assert not (tmp_path / "reviews" / "laptop.jsonl").exists()


def test_too_much_at_once_is_refused_before_it_is_read(client):
    connection = http.client.HTTPConnection("127.0.0.1", client.server.server_port, timeout=20)
    connection.putrequest("POST", client.api("events"))
    connection.putheader("Content-Length", str(1 << 40))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_full_disk_is_told_and_the_event_can_be_sent_again(client, monkeypatch):
    with monkeypatch.context() as patched:

        def full(_):
            raise OSError(28, "No space left on device")

        patched.setattr(client.server.journal, "append", full)
        status, text = client.post([review()])
        assert (status, text) == (507, "nothing was kept: No space left on device\n")
    assert client.post([review()]) == (200, '{"written": 1}')


def test_damaged_files_are_named_not_overwritten(client, tmp_path):
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / "phone.jsonl").write_text(f"nothing\n{review()}\n")
    status, text = client.get(client.api("events"))
    assert (status, "reviews/phone.jsonl:1:1" in text) == (400, True)
    assert client.post([review(number=5)])[0] == 400


def test_a_torn_line_is_mended_and_told(client, tmp_path):
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / "laptop.jsonl").write_text('{"v":1')
    assert client.post([review()])[0] == 200
    assert (folder / "laptop.jsonl").read_text() == f"{review()}\n"
    assert [torn.line for torn in client.server.torn] == [1]


def test_many_tabs_at_once_lose_and_double_nothing(client, tmp_path):
    batches = [[review(number=100 * tab + k) for k in range(10)] for tab in range(8)]
    tabs = [
        threading.Thread(target=lambda one=one: [client.post([e]) for e in (*one, *one)])
        for one in batches
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    lines = (tmp_path / "reviews" / "laptop.jsonl").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 80
    assert len(read_history(tmp_path / "reviews").events) == 80


def test_another_port_has_another_token(tmp_path):
    with served(tmp_path) as one, served(tmp_path) as two:
        assert one.token != two.token
        client = Client(one)
        client.enter()
        client.server = two
        assert client.get("/review.html")[0] == 403
