"""Where texts come from: the data folder, the cache, the network, a file, an upload."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

import pooch

from rnnexplorer.corpus.download import download
from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.manifest import REPOSITORY_DATA, Book, book
from rnnexplorer.corpus.text import Corpus, from_bytes

#: Largest file read: four times the complete works of Shakespeare. More would fill the memory of
#: a shared demo before training began.
MOST_BYTES = 20_000_000

#: Names of corpora; a file with such a stem is called `alice-text`.
RESERVED = ("alice", "tale")

#: Names that Windows keeps for devices, whatever the extension.
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)

#: Longest stem of a stored upload, in characters: 50 of 4 bytes, and a sum, fit every file
#: system.
_LONGEST_STEM = 50


@dataclass(frozen=True)
class Listing:
    """A line of a menu of corpora.

    Attributes:
        name: what `load` takes: `alice`, `tale` or a path.
        title: for people.
        path: the file; None if it would have to be downloaded.
    """

    name: str
    title: str
    path: Path | None


def data_folder() -> Path:
    """The folder for texts: `RNNEXPLORER_DATA`, else the repository's `data`."""
    chosen = os.environ.get("RNNEXPLORER_DATA")
    return Path(chosen).expanduser().absolute() if chosen else REPOSITORY_DATA


def load(name: str, *, progress: Callable[[int, int], None] | None = None) -> Corpus:
    """A corpus by name or path.

    `alice` is looked for in the data folder, then in the user's cache, then downloaded once.

    Args:
        name: `alice`, `tale` or the path of a text file.
        progress: told of bytes that have come and bytes in all (0 if unknown) of a download.

    Raises:
        CorpusError: there is no such text, or it cannot be used.
    """
    if name == "alice":
        wanted = book("alice")
        return _found(wanted) or _downloaded(wanted, progress)
    if name == "tale":
        return _tale()
    return read_text_file(Path(name))


def read_text_file(path: Path) -> Corpus:
    """The corpus in a text file of the user's.

    Args:
        path: of a UTF-8 text, with or without the marks of a Project Gutenberg edition.

    Raises:
        CorpusError: there is no such file, or it cannot be used.
    """
    path = path.expanduser().absolute()
    if path == REPOSITORY_DATA / "tale.txt":
        return _tale()
    return from_bytes(_read(path), name=_free_name(path.stem), title=None, path=path)


def save_upload(filename: str, raw: bytes) -> Corpus:
    """Check a text from a browser, then keep it in `<data folder>/uploads`.

    It appears there when it is whole. A text of the same name with other words is not overwritten,
    since a run may have been trained on it; the new one gets a name of its own.

    Args:
        filename: what the browser calls it; only letters, digits, - and _ of its stem are used.
        raw: the whole file.

    Returns:
        The corpus, with the path of the stored file.

    Raises:
        CorpusError: it cannot be used, or the folder cannot be written.
    """
    if len(raw) > MOST_BYTES:
        raise CorpusError(_too_large(filename, len(raw)))
    folder = data_folder() / "uploads"
    stem = _safe_stem(filename)
    # Checked under the name the user knows, before anything is written.
    checked = from_bytes(raw, name=stem, title=None, path=Path(_basename(filename)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _store(raw, folder, stem, checked.sha256)
    except OSError as error:
        raise CorpusError(
            f"the text cannot be kept in {folder} ({error.strerror}); make that folder writable,"
            " or set RNNEXPLORER_DATA to one that is"
        ) from error
    return from_bytes(raw, name=path.stem, title=None, path=path)


def available() -> list[Listing]:
    """Every corpus a menu can offer, without touching the network.

    Alice first, then the tale, then the text files in the data folder and its uploads; these are
    listed without being read.
    """
    wanted = book("alice")
    found = _found(wanted)
    listed = [Listing("alice", wanted.title, found.path if found else None)]
    tale = REPOSITORY_DATA / "tale.txt"
    if tale.is_file():
        listed.append(Listing("tale", _tale().title, tale))
    shown = {listing.path for listing in listed}
    for path in _text_files(data_folder()):
        if path not in shown:
            listed.append(Listing(str(path), path.name, path))
    return listed


def _found(wanted: Book) -> Corpus | None:
    """A book in the data folder or in the cache."""
    files = sorted(_text_files(data_folder()), key=lambda path: path.name != wanted.file)
    for path in [*files, _cache() / wanted.file]:
        try:
            return wanted.read(_read(path), path)
        except CorpusError:
            continue  # a file that is not the book is no error: it may be a text of the user's
    return None


def _downloaded(wanted: Book, progress: Callable[[int, int], None] | None) -> Corpus:
    try:
        return download(wanted, _cache(), progress)
    except CorpusError as error:
        raise CorpusError(
            f"{error}; three ways on: put a copy of it as {wanted.file} into"
            f" {data_folder()}{_why_not(wanted)}, upload a text file or pass"
            " the path of one, or use the tale that comes with rnnexplorer (corpus 'tale')"
        ) from error


def _why_not(wanted: Book) -> str:
    """Why the file that lies where the book should is not it; empty if none lies there."""
    path = data_folder() / wanted.file
    if path.exists():
        try:
            wanted.read(_read(path), path)
        except CorpusError as error:
            return f" (the one there will not do: {str(error).partition(';')[0]})"
    return ""


def _cache() -> Path:
    return Path(pooch.os_cache("rnnexplorer"))


def _tale() -> Corpus:
    # The tale ships with the repository, wherever RNNEXPLORER_DATA points.
    path = REPOSITORY_DATA / "tale.txt"
    if not path.is_file():
        raise CorpusError(
            f"the tale is missing: it comes with the repository as {path}; restore it with"
            " git, or pass the path of another text file"
        )
    return from_bytes(_read(path), name="tale", title=None, path=path)


def _text_files(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / "uploads"):
        try:
            yield from sorted(path for path in place.glob("*.txt") if path.is_file())
        except OSError:
            continue  # a folder that may not be read holds nothing to offer


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise CorpusError(f'"{path}" is no file; pass the path of a text file')
        if size > MOST_BYTES:
            raise CorpusError(_too_large(path.name, size))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(
            f'there is no file "{path}"; a corpus is {", ".join(RESERVED)} or the path of a text'
            " file"
        ) from error
    except OSError as error:
        raise CorpusError(
            f'"{path}" cannot be read ({error.strerror}); check its permissions'
        ) from error


def _too_large(name: str, size: int) -> str:
    return (
        f'"{name}" has {size / 1e6:.0f} MB, and a text may have {MOST_BYTES / 1e6:.0f};'
        " choose a part of it"
    )


def _free_name(stem: str) -> str:
    return f"{stem}-text" if stem.lower() in RESERVED else stem


def _basename(filename: str) -> str:
    # PureWindowsPath parts names at / and at \.
    return PureWindowsPath(filename).name or "text"


def _safe_stem(filename: str) -> str:
    """A file stem that names a file here and nowhere else, on any operating system."""
    stem = unicodedata.normalize("NFC", PureWindowsPath(_basename(filename)).stem)
    stem = re.sub(r"[^\w-]+", "-", stem).strip("-_")[:_LONGEST_STEM].strip("-_") or "text"
    return _free_name(f"{stem}-text" if _DEVICES.match(stem) else stem)


def _store(raw: bytes, folder: Path, stem: str, sha256: str) -> Path:
    """Write the bytes under the stem, or under one with their sum if the stem is taken."""
    with tempfile.TemporaryDirectory(prefix=".upload-", dir=folder) as temporary:
        whole = Path(temporary) / "text"
        whole.write_bytes(raw)
        for path in (folder / f"{stem}.txt", folder / f"{stem}-{sha256[:12]}.txt"):
            if _place(whole, path) or (not path.is_symlink() and path.read_bytes() == raw):
                return path
        os.replace(whole, path)  # the name with the sum held other bytes: they were damaged
        return path


def _place(whole: Path, path: Path) -> bool:
    """Give a whole file its name unless the name is taken."""
    try:
        os.link(whole, path)  # unlike a move it never overwrites what came in between
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        os.replace(whole, path)
    return True
