"""`dateline eval`: what is missing is named, the rest is run, and the report is written in any case."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.cli import app
from bot.edge import run
from evals import bench
from evals.benchmark import Bench, Benchmark, Figures
from evals.report import Section, page
from evals.suite import BENCHMARKS

SVG = "{http://www.w3.org/2000/svg}svg"


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where figures are kept; the questions on the seed article are answered by nobody."""
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(bench, "SAMPLED", tmp_path / "sample")
    seeds = replace(BENCHMARKS["seeds"], run=lambda _: {"right": 22, "missed": ["a<b"]})
    monkeypatch.setitem(BENCHMARKS, "seeds", seeds)
    return tmp_path / "results"


def test_without_data_what_can_be_run_is_run(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name, benchmark in BENCHMARKS.items() if benchmark.needs]
    code = bench.main(["seeds", *names, "--data", str(tmp_path / "none"), "--home", str(tmp_path / "index")])
    out = capsys.readouterr().out
    assert code == 3
    for name in names:
        assert f"{name}: not run. The evaluation data {tmp_path / 'none'}" in out
    assert json.loads((results / "seeds.json").read_text())["right"] == 22
    assert [file.name for file in results.glob("*.json")] == ["seeds.json"]
    text = (results / "report.html").read_text(encoding="utf-8")
    assert text.count("Not run: The evaluation data") == len(names)
    ElementTree.fromstring(text)


def test_nothing_run_is_a_failure(results: Path, tmp_path: Path) -> None:
    report = tmp_path / "page.html"
    assert bench.main(["reading", "--data", str(tmp_path), "--report", str(report)]) == 1
    assert "Not run" in report.read_text(encoding="utf-8")


def test_a_sample_leaves_the_kept_figures_alone(results: Path, tmp_path: Path) -> None:
    assert bench.main(["seeds", "--sample", "7"]) == 0
    assert not results.exists()
    assert json.loads((tmp_path / "sample/seeds.json").read_text())["sample"] == 7


def test_a_missing_package_is_named(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(_: Bench) -> Figures:
        raise ModuleNotFoundError("No module named 'tqdm'", name="tqdm")

    monkeypatch.setitem(BENCHMARKS, "switching", Benchmark("x", lacking))
    assert bench.main(["seeds", "switching"]) == 3
    assert "The package tqdm is missing: pip install -e '.[dev]'" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["--sample", "0"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench.main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err


def test_an_installed_copy_says_where_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    assert bench.main([]) == 2
    assert "run in a checkout" in capsys.readouterr().err


def test_the_command_hands_everything_over(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    called = list[list[str]]()
    monkeypatch.setattr(os, "execv", lambda program, command: called.append([program, *command]))
    monkeypatch.setattr(sys, "argv", ["dateline", "eval", "seeds", "reading", "--data", "d", "--sample", "9"])
    assert run(app) == 0
    assert called == [
        [
            sys.executable,
            sys.executable,
            "-P",
            "-m",
            "evals.bench",
            "--sample=9",
            "--data",
            "d",
            "--",
            "seeds",
            "reading",
        ]
    ]
    monkeypatch.setattr(sys, "argv", ["dateline", "eval", "--help"])
    assert run(app) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in BENCHMARKS)


def test_the_page_is_well_formed_and_nothing_in_it_is_obeyed() -> None:
    evil = "<script>alert('x')</script>&\"<"
    curves = {
        "risk_coverage": [[0.5, 1.0], [1.0, 0.4]], "reliability": [[0.2, 0.1, 5], [0.8, 0.9, 5]],
        "latency_ms": [float(n) for n in range(101)],
    }  # fmt: skip
    group = {"questions": 2, "f1": 0.5, evil: None}
    text = page(
        [
            Section("answers", evil, {"commit": evil, "2022": group, "all": group, "curves": curves}, True),
            Section(
                "reading", "SQuAD", {"SQuAD 1.1": {"f1": 0.9}, "SQuAD 2.0": {"f1": 0.5}, "reader": evil}, False, evil
            ),
            Section("retrieval", "", {"curves": {"hits": [[1, 0.5], [2, 0.9]]}, "missed": [evil]}, True),
            Section("refusing", "", {"answered when taken out": 0.1, "published": {evil: {evil: 0.3}}}, True),
            Section("crashes", "", {}, False),
        ]
    )
    tree = ElementTree.fromstring(text)
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text
    plots = list(tree.iter(SVG))
    assert sum(plot.get("role") == "img" for plot in plots) == 7
    assert all(plot.get("aria-label") or plot.get("aria-hidden") for plot in plots)
    captions = ["".join(found.itertext()) for found in tree.iter("{http://www.w3.org/1999/xhtml}figcaption")]
    assert len(captions) == 7
    assert all("dateline eval " in caption for caption in captions)
    assert "Not run yet." in text
