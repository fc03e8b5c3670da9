from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rnnexplorer import corpus as corpora
from rnnexplorer.corpus import CorpusError, manifest, sources

SENTENCE = "The grey heron of the harbour counted all her boats again.\n"  # 11 words
TEXT = (SENTENCE * 30).encode()

#: A book of our own, so that no test of the download needs the real one.
HERON = (
    "The Heron\n\n\nCHAPTER I. The Harbour\n\n"
    + SENTENCE * 20
    + "\n\nCHAPTER II. The Storm\n\n"
    + SENTENCE * 20
    + "so the boats came home\n"
).encode()


@dataclass
class Server:
    """Answers on 127.0.0.1: path -> (status, body, length it announces)."""

    address: str
    answers: dict[str, tuple[int, bytes, int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, body: bytes, *, status: int = 200, length: int | None = None) -> str:
        self.answers[path] = (status, body, len(body) if length is None else length)
        return self.address + path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            status, body, length = known.answers[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        known = Server(f"http://127.0.0.1:{http.server_port}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield known
        http.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[Path, Path]:
    """An empty data folder and an empty cache."""
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    if "alice" not in request.fixturenames:
        monkeypatch.setenv("RNNEXPLORER_DATA", str(data))
    monkeypatch.setattr(sources, "_cache", lambda: cache)
    return data, cache


def publish(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """Make the heron the book that is known as `alice`, to be had at some addresses."""
    heron = manifest.Book(
        name="alice",
        title="The Heron",
        file="heron.txt",
        urls=urls,
        first=("the", "grey", "heron"),
        last=("boats", "came", "home"),
        words=(400, 500),
        chapters=2,
    )
    monkeypatch.setattr(sources, "book", lambda _: heron)


def refused() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/heron.txt"


# -- the book: data folder, cache, download


def test_a_book_comes_down_once_and_whole(
    server: Server, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, server.serve("/heron.txt", HERON))
    told: list[tuple[int, int]] = []
    book = corpora.load("alice", progress=lambda done, total: told.append((done, total)))
    assert (book.name, book.title, len(book.chapters)) == ("alice", "The Heron", 2)
    assert book.sha256 == hashlib.sha256(HERON).hexdigest()
    assert [path.name for path in folders[1].iterdir()] == ["heron.txt"]
    assert book.path == folders[1] / "heron.txt"
    assert told[-1] == (len(HERON), len(HERON))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert corpora.load("alice").words == book.words
    assert server.asked == ["/heron.txt"]


@pytest.mark.parametrize(
    ("body", "length", "said"),
    [
        (HERON[:1000], len(HERON), "the connection broke off"),
        (HERON[:2000], 2000, "last words are missing"),
        (HERON[: HERON.index(b"so the boats")], None, "last words are missing"),
        (TEXT, None, "title is missing"),
        (b"<!DOCTYPE html><title>Sign in</title>", None, "title is missing"),
        (b"", None, "title is missing"),
        (HERON.replace(b"CHAPTER II.", b"Then came"), None, "its chapters number 1, not 2"),
        (HERON.replace(b"again", b"again and again"), None, "it has 525 words, not 400 to 500"),
    ],
)
def test_what_is_not_the_whole_book_is_never_kept(
    body: bytes,
    length: int | None,
    said: str,
    server: Server,
    folders: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(monkeypatch, server.serve("/heron.txt", body, length=length))
    with pytest.raises(CorpusError, match=said):
        corpora.load("alice")
    assert server.asked == ["/heron.txt"] * 2, "one retry"
    assert list(folders[1].iterdir()) == []


def test_the_mirror_is_asked_when_the_official_site_fails(
    server: Server, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = server.serve("/gone.txt", b"no such page", status=404)
    publish(monkeypatch, refused(), gone, server.serve("/mirror.txt", HERON))
    assert corpora.load("alice").path == folders[1] / "heron.txt"
    assert server.asked == ["/gone.txt", "/mirror.txt"]


def test_a_download_without_end_is_broken_off(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnexplorer.corpus.download.MOST_BYTES", 2048)
    publish(monkeypatch, server.serve("/heron.txt", HERON * 3))
    with pytest.raises(CorpusError, match="more than 2,048 bytes came"):
        corpora.load("alice")


def test_a_download_that_lasts_too_long_is_broken_off(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnexplorer.corpus.download.LONGEST", -1.0)
    publish(monkeypatch, server.serve("/heron.txt", HERON))
    with pytest.raises(CorpusError, match="not done after"):
        corpora.load("alice")


def test_without_a_network_one_sentence_names_three_ways_on(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, refused(), refused())
    with pytest.raises(CorpusError) as caught:
        corpora.load("alice")
    message = str(caught.value)
    assert "connection refused" in message
    assert f"put a copy of it as heron.txt into {folders[0]}" in message
    assert "upload a text file or pass the path of one" in message
    assert "use the tale" in message
    assert len(re.findall(r"\.(?:\s|$)", message)) == 0, "one sentence"
    assert "\n" not in message


def test_a_torn_book_in_the_data_folder_is_named_when_no_other_can_be_had(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, refused())
    (folders[0] / "heron.txt").write_bytes(HERON[:2000])
    with pytest.raises(CorpusError, match='"heron.txt" is not The Heron: its last words are miss'):
        corpora.load("alice")


def test_a_book_is_known_by_its_content_not_by_its_name(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, refused())
    data = folders[0]
    (data / "heron.txt").write_bytes(TEXT)
    (data / "zzz.txt").write_bytes(HERON)
    assert corpora.load("alice").path == data / "zzz.txt"
    (data / "heron.txt").write_bytes(HERON)
    assert corpora.load("alice").path == data / "heron.txt", "its usual name comes first"


def test_an_uploaded_book_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(monkeypatch, refused())
    stored = corpora.save_upload("my book.txt", HERON)
    assert corpora.load("alice").path == stored.path


def test_a_damaged_cache_is_replaced(
    server: Server, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders[1].mkdir()
    (folders[1] / "heron.txt").write_bytes(HERON[:500])
    publish(monkeypatch, server.serve("/heron.txt", HERON))
    corpora.load("alice")
    assert (folders[1] / "heron.txt").read_bytes() == HERON


def test_a_cache_that_cannot_be_written_is_named(
    server: Server, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders[1].write_bytes(b"a file where the folder should be")
    publish(monkeypatch, server.serve("/heron.txt", HERON))
    with pytest.raises(CorpusError, match="cannot be kept in"):
        corpora.load("alice")


def test_the_manifest_names_the_official_site_and_then_a_mirror() -> None:
    book = manifest.book("alice")
    assert book.urls[0].startswith("https://www.gutenberg.org/")
    assert len(book.urls) >= 2
    assert all(url.startswith("https://") for url in book.urls)


@pytest.mark.book
def test_alice_is_found_in_the_data_folder(alice: corpora.Corpus, book_path: Path) -> None:
    assert alice.path == book_path
    assert (alice.name, alice.title) == ("alice", "Alice\u2019s Adventures in Wonderland")
    assert corpora.available()[0] == corpora.Listing("alice", alice.title, book_path)


@pytest.mark.book
def test_both_editions_pass_as_the_book_and_a_torn_one_does_not(
    alice: corpora.Corpus, book_path: Path, old_book_path: Path
) -> None:
    book = manifest.book("alice")
    raw = book_path.read_bytes()
    assert book.read(raw, book_path).words == alice.words
    assert len(book.read(old_book_path.read_bytes(), old_book_path).words) == 26_607
    with pytest.raises(CorpusError, match="its last words are missing"):
        book.read(raw[:-40_000], book_path)


# -- the tale


def test_the_tale_is_found_wherever_the_data_folder_is() -> None:
    tale = corpora.load("tale")
    assert tale.path == manifest.REPOSITORY_DATA / "tale.txt"
    assert tale.name == "tale"
    assert 4_000 <= len(tale.words) <= 6_000
    assert tale.default_held_out() == "last-chapter"
    assert tale.chapters[0] == 0
    assert tale.title
    assert "chapter" not in tale.words[: tale.chapters[1]][:50]
    assert corpora.read_text_file(tale.path).name == "tale"


# -- a file of the user's


def test_a_text_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_bytes(TEXT)
    corpus = corpora.load(str(path))
    assert corpus.name == corpus.title == "harbour"
    assert corpus.path == path
    assert corpus.words == tuple(corpora.split_words(SENTENCE)) * 30
    assert corpus.chapters == ()


def test_a_file_called_alice_does_not_pass_for_the_book(tmp_path: Path) -> None:
    (tmp_path / "alice.txt").write_bytes(TEXT)
    assert corpora.read_text_file(tmp_path / "alice.txt").name == "alice-text"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", '"x.txt" is empty; choose'),
        (b" \r\n\t", '"x.txt" is empty; choose'),
        (SENTENCE.encode(), '"x.txt" has only 11 words, and .* at least 200 .*; choose'),
        (b"One.", '"x.txt" has only 1 word, and'),
        (b"\x89PNG\r\n\x00\x00\x01" + TEXT, r"is a binary file \(byte 6 is zero\), not text;"),
        (b"%PDF-1.7\n" + TEXT, "is a PDF, not plain text; save it as"),
        (b"PK\x03\x04" + TEXT, "is a Word document, .*, not plain text; save it as"),
        (b"\xef\xbb\xbf<html>" + TEXT, "is a web page, not plain text; save it as"),
        (TEXT.decode().encode("utf-16"), "is text in UTF-16, not UTF-8; .*iconv -f UTF-16"),
        (TEXT.decode().encode("utf-32"), "is text in UTF-32, not UTF-8; .*iconv -f UTF-32"),
        (TEXT.decode().encode("utf-16-le"), "looks like text in UTF-16, .*iconv -f UTF-16"),
        (
            TEXT + b"a caf\xe9\n" + TEXT,
            r"byte 0xe9 at offset 1775 \(line 31\) looks like Windows-1252; .*-f WINDOWS-1252",
        ),
        (
            TEXT + b"\x81\x8d\n",
            r"byte 0x81 at offset 1770 \(line 31\) belongs to another encoding;",
        ),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence_of_its_own(
    raw: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(raw)
    with pytest.raises(CorpusError, match=said):
        corpora.read_text_file(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no file .*; a corpus is alice, tale or"):
        corpora.load(str(tmp_path / "nothing.txt"))
    with pytest.raises(CorpusError, match="is no file; pass the path of a text file"):
        corpora.load(str(tmp_path))


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(sources.MOST_BYTES + 1)
    with pytest.raises(CorpusError, match='"large.txt" has 20 MB, and a text may have 20;'):
        corpora.read_text_file(path)


# -- uploads


@pytest.mark.parametrize(
    ("filename", "stored"),
    [
        ("harbour.txt", "harbour.txt"),
        ("My harbour (2).md", "My-harbour-2.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("..\\..\\boot.ini", "boot.txt"),
        ("/etc/cron.d/x", "x.txt"),
        ("..", "text.txt"),
        ("", "text.txt"),
        (".txt", "txt.txt"),
        ("a\x00b\n.txt", "a-b.txt"),
        ("CON.txt", "CON-text.txt"),
        ("alice.txt", "alice-text.txt"),
        ("Tale.txt", "Tale-text.txt"),
        ("\u6d77\u6e2f.txt", "\u6d77\u6e2f.txt"),
        ("x" * 300 + ".txt", "x" * 50 + ".txt"),
    ],
)
def test_an_upload_stays_inside_its_folder_whatever_it_is_called(
    filename: str, stored: str, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    corpus = corpora.save_upload(filename, TEXT)
    assert corpus.path == folders[0] / "uploads" / stored
    assert corpus.path.read_bytes() == TEXT
    assert corpus.name == corpus.path.stem
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [corpus.path]
    assert corpora.load(str(corpus.path)).name == corpus.name


def test_an_upload_that_cannot_be_used_leaves_nothing(folders: tuple[Path, Path]) -> None:
    with pytest.raises(CorpusError, match='"short.txt" has only 3 words'):
        corpora.save_upload("short.txt", b"far too short")
    assert list(folders[0].rglob("*")) == []


def test_a_second_text_of_the_same_name_does_not_replace_the_first(
    folders: tuple[Path, Path],
) -> None:
    first = corpora.save_upload("notes.txt", TEXT)
    same = corpora.save_upload("notes.txt", TEXT)
    other = corpora.save_upload("notes.txt", TEXT * 2)
    again = corpora.save_upload("notes.txt", TEXT * 2)
    assert same.path == first.path
    assert other.path == again.path != first.path
    assert first.path.read_bytes() == TEXT
    assert other.path.read_bytes() == TEXT * 2
    assert len(list((folders[0] / "uploads").iterdir())) == 2


def test_a_link_in_the_folder_of_uploads_is_not_followed(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"untouched")
    (folders[0] / "uploads").mkdir()
    (folders[0] / "uploads" / "notes.txt").symlink_to(outside)
    assert not corpora.save_upload("notes.txt", TEXT).path.is_symlink()
    assert outside.read_bytes() == b"untouched"


# -- menus


def test_a_menu_lists_alice_the_tale_and_the_files_of_the_user(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, refused())
    data = folders[0]
    (data / "harbour.txt").write_bytes(TEXT)
    (data / "notes.md").write_bytes(TEXT)
    stored = corpora.save_upload("storm.txt", TEXT)
    listed = {listing.name: listing for listing in corpora.available()}
    assert listed["alice"].path is None, "it would have to be downloaded"
    mine = [name for name in listed if name not in ("alice", "tale")]
    assert mine == [str(data / "harbour.txt"), str(stored.path)]
    for name in mine:
        assert corpora.load(name).path == listed[name].path


def test_a_book_of_the_menu_is_listed_once(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, refused())
    (folders[0] / "mine.txt").write_bytes(HERON)
    assert [line.path for line in corpora.available()].count(folders[0] / "mine.txt") == 1


def test_the_data_folder_is_the_one_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNEXPLORER_DATA", "relative")
    assert corpora.data_folder() == Path.cwd() / "relative"
    monkeypatch.setenv("RNNEXPLORER_DATA", "")
    assert corpora.data_folder() == manifest.REPOSITORY_DATA
    assert json.loads((manifest.REPOSITORY_DATA / "corpora.json").read_text(encoding="utf-8"))


# -- held out


def test_the_last_tenth_of_a_text_without_chapters_is_held_out(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(TEXT)
    corpus = corpora.read_text_file(tmp_path / "x.txt")
    assert corpus.default_held_out() == "last-tenth"
    training, held_out = corpus.split("last-tenth")
    assert (len(training), len(held_out)) == (297, 33)
    assert training + held_out == corpus.words
    assert corpus.split("none") == (corpus.words, ())
    with pytest.raises(ValueError, match="has no chapters marked, .*; hold out 'last-tenth'"):
        corpus.split("last-chapter")
    with pytest.raises(ValueError, match="held_out is 'half'; it must be one of none, last-"):
        corpus.split("half")
