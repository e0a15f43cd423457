"""Inputs that used to be lost without a word, read twice, or named badly."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from bot.doctor import examine
from bot.settings import load_settings
from bot.visible import visible
from index.articles import Article, BadArticle, read_articles
from index.errors import UsageError
from index.fetch import Fetched
from index.library import FILE_NAME
from index.records import RefusedError
from index.titles import split_title

STORY = "The dam above Orrin held on Monday after a night of heavy rain in the upper valley."


def packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, STORY)
    return path


def test_a_member_that_climbs_is_read_and_an_empty_zip_is_named(tmp_path: Path) -> None:
    found = list(read_articles(packed(tmp_path / "climbing.zip", "../../up.txt", ".hidden.txt")))
    assert [item.id for item in found if isinstance(item, Article)] == ["climbing.zip/../../up.txt"]
    assert len(found) == 1
    (bad,) = read_articles(packed(tmp_path / "none.zip", ".hidden.txt"))
    assert isinstance(bad, BadArticle)
    assert bad.reason == "empty: a zip without files"


def test_an_empty_source_is_not_the_working_folder() -> None:
    with pytest.raises(UsageError, match="empty"):
        read_articles("")


def test_a_glob_reads_a_file_once_however_links_loop(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "dam.txt").write_text(STORY)
    (tmp_path / "sub" / "loop").symlink_to("..")
    (found,) = read_articles(str(tmp_path / "**" / "*.txt"))
    assert isinstance(found, Article)
    assert found.id == "sub/dam.txt"


def test_a_feed_says_why_a_linked_page_is_missing_and_knows_its_own_address() -> None:
    feed = (
        "<rss version='2.0'><channel><title>Post</title><item><title>Gone</title><link>https://post.example/gone</link>"
        "</item><item><title>Dam holds</title><link>/dam</link></item></channel></rss>"
    )
    pages = {
        "https://post.example/feed": ("application/rss+xml", feed.encode()),
        "https://post.example/dam": (
            "text/html",
            f"<html><body><article><p>{STORY}</p></article></body></html>".encode(),
        ),
    }

    def fetch(url: str) -> Fetched:
        if url not in pages:
            raise RefusedError("cannot be fetched: the server answered 404")
        return Fetched(url, *pages[url])

    bad, dam = read_articles("https://post.example/feed", fetch=fetch)
    assert isinstance(bad, BadArticle)
    assert bad.reason == "row 1: its page https://post.example/gone: cannot be fetched: the server answered 404"
    assert isinstance(dam, Article)
    assert (dam.id, dam.text) == ("https://post.example/dam", STORY)


def test_utf8_that_a_server_calls_latin1_is_utf8() -> None:
    body = f"<html><body><article><p>{STORY} It is in Åre, near the café.</p></article></body></html>".encode()
    (found,) = read_articles(
        "https://post.example/a", fetch=lambda url: Fetched(url, "text/html; charset=iso-8859-1", body)
    )
    assert isinstance(found, Article)
    assert "Åre, near the café" in found.text


def test_a_detected_encoding_is_told_with_its_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    words = "Le conseil a décidé lundi de fermer le vieux pont. Les élèves prendront le bac à côté de l'église."
    (tmp_path / "pont.txt").write_bytes(words.encode("latin-1"))
    (found,) = read_articles(tmp_path)
    assert isinstance(found, Article)
    assert "pont.txt: its undeclared encoding is read as" in caplog.text


def test_dashes_are_no_title() -> None:
    assert split_title("---\nThe dam held.\nIt rained.")[0] == "The dam held."


def test_the_doctor_says_what_to_do_about_a_damaged_library(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    (home / FILE_NAME).write_text("garbage " * 200)
    monkeypatch.setattr("bot.doctor._encoder", lambda _: iter(()))
    (fault,) = [finding for finding in examine(load_settings()) if finding.grade == "fail"]
    assert fault.subject == "library"
    assert "move" in fault.advice


def test_zero_width_spaces_are_not_spelt_out() -> None:
    assert visible("a\u200bb\ufeff") == "a\u200bb\ufeff"
    assert visible("\u202e") == "\\u202e"
