"""What a user installs: distributions that are the same whenever built, and the wheel in an environment of its own, away from the tree."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from licences import needed
from packaging.metadata import Metadata

import bgpcheck

ROOT = Path(__file__).resolve().parents[1]
CHECK = ["check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--now", "2026-11-02T00:00:00Z"]
SCHEMAS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "bgpcheck" / "schemas").glob("*.json"))
SHARED = (  # where man and shells look
    "man/man1/bgpcheck.1",
    "bash-completion/completions/bgpcheck",
    "zsh/site-functions/_bgpcheck",
    "fish/vendor_completions.d/bgpcheck.fish",
)
CONFIGS = sorted(
    path.relative_to(ROOT)
    for path in [ROOT / "configs" / "sources.yaml", *(ROOT / "configs").glob("policies/*"), *(ROOT / "configs").glob("exabgp/*")]
)
SOURCE = ("bgpcheck", "configs", "fixtures", "tests", ".ci")  # what a source distribution has, beside some files at the top
FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".pre-commit-hooks.yaml", ".gitignore")
LEFT_BEHIND = ("__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis")  # by tools that ran in the tree
NAME = f"bgpcheck-{bgpcheck.__version__}"


def ran(*argv: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program without what this environment says about Python."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SOURCE_DATE_EPOCH"))}
    return subprocess.run(argv, cwd=cwd, env=env | more, capture_output=True, text=True, timeout=300, check=False)


def run(*argv: str | Path, cwd: Path, status: int = 0, **more: str) -> str:
    """Run a program that must end so; gives what it wrote."""
    done = ran(*argv, cwd=cwd, **more)
    assert done.returncode == status, f"{argv}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(kind: str, source: Path, folder: Path, **more: str) -> Path:
    """Build a distribution with the backend of ``pyproject.toml``, which needs no network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=source, **more)
    (found,) = folder.iterdir()
    return found


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a source distribution; gives the folder that it has."""
    folder.mkdir()
    run("tar", "-xf", archive, "-C", folder, cwd=folder)
    (source,) = folder.iterdir()
    return source


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as it is kept, without what tools leave in it."""
    missing = [name for name in ("hatchling", "pip") if importlib.util.find_spec(name) is None]
    if missing:
        reason = f"needs {' and '.join(missing)} to build and install a wheel: pip install {' '.join(missing)}"
        (pytest.fail if os.environ.get("BGPCHECK_NO_SKIP") == "1" else pytest.skip)(reason)
    folder: Path = tmp_path_factory.mktemp("tree")
    for name in SOURCE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def sdist(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", tree, tmp_path_factory.mktemp("sdist") / "made")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as pip would make it from the source distribution."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    return build("wheel", unpack(sdist, folder / "source"), folder / "made")


def environment(folder: Path, *wheels: Path) -> Path:
    """Make an environment with these wheels, and give its ``bin``; what the plain bgpcheck needs is lent to it, and no extra."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", *wheels, cwd=folder)
    place = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    for name in needed("bgpcheck") - {"bgpcheck"}:
        lend(metadata.distribution(name), place)
    return folder / "bin"


def lend(one: metadata.Distribution, place: Path) -> None:
    """Link what a distribution has at its top, such as its package and its metadata."""
    tops = {file.parts[0] for file in one.files or [] if file.parts[0] not in {"..", "__pycache__"}}
    for top in tops:
        (place / top).symlink_to(Path(str(one.locate_file(top))))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("environment"), wheel)


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The small registry, away from the tree."""
    return Path(shutil.copytree(ROOT / "fixtures" / "registry", tmp_path / "registry"))


def test_both_are_the_same_whenever_and_wherever_they_are_built(tree: Path, sdist: Path, wheel: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere" / "again"
    shutil.copytree(tree, again, copy_function=shutil.copy)  # with other times
    for path in again.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert build("sdist", again, tmp_path / "sdist").read_bytes() == sdist.read_bytes()
    assert build("wheel", again, tmp_path / "wheel").read_bytes() == wheel.read_bytes()  # so the tree makes what the sdist makes
    said = {"SOURCE_DATE_EPOCH": "1700000000"}
    kept = {kind: [build(kind, one, tmp_path / f"{kind}-{one.name}", **said) for one in (tree, again)] for kind in ("sdist", "wheel")}
    for kind, usual in (("sdist", sdist), ("wheel", wheel)):
        first, second = (hashlib.sha256(one.read_bytes()).hexdigest() for one in kept[kind])
        assert first == second != hashlib.sha256(usual.read_bytes()).hexdigest()


def test_the_sdist_holds_the_tree_and_nothing_else(tree: Path, sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {str(PurePosixPath(one.name).relative_to(NAME)) for one in archive.getmembers() if one.isfile()}
        odd = [one.name for one in archive.getmembers() if not one.isfile() or (one.uid, one.gid, one.uname) != (0, 0, "")]
    assert odd == []
    assert names - {"PKG-INFO"} == {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
    assert [name for name in names if name.endswith((".pyc", ".orig", ".rej", ".snapshot"))] == []


def test_the_tree_is_what_is_kept(tree: Path) -> None:
    """What is neither tracked nor ignored would get into a distribution."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs git and a checkout, to know what is tracked")
    tracked = set(run("git", "ls-files", "-z", cwd=ROOT).split("\0")) - {""}
    new = set(run("git", "ls-files", "-z", "--others", "--exclude-standard", cwd=ROOT).split("\0"))
    assert {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()} - new == tracked


def test_the_wheel_holds_the_package_and_its_configs_and_nothing_else(wheel: Path) -> None:
    described = f"{NAME}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for path in CONFIGS:
            assert archive.read(f"bgpcheck/{path}") == (ROOT / path).read_bytes()
        package = [path for path in (ROOT / "bgpcheck").rglob("*") if path.is_file() and not set(path.parts) & set(LEFT_BEHIND)]
        for path in package:
            assert archive.read(str(path.relative_to(ROOT))) == path.read_bytes()
        assert archive.read(f"{described}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
        assert archive.read(f"{described}/entry_points.txt").decode() == "[console_scripts]\nbgpcheck = bgpcheck.cli:main\n"
    assert len(SCHEMAS) == 4
    assert "bgpcheck/py.typed" in names
    ours = {str(path.relative_to(ROOT)) for path in package} | {f"bgpcheck/{path}" for path in CONFIGS}
    shared = {f"{NAME}.data/data/share/{name}" for name in SHARED}
    described_by = {f"{described}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert names - ours == described_by | shared


def test_the_metadata_are_valid_and_say_the_licence(sdist: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as source:
        of_wheel = archive.read(f"{NAME}.dist-info/METADATA")
        of_sdist = source.extractfile(f"{NAME}/PKG-INFO")
        assert of_sdist is not None
        assert of_sdist.read() == of_wheel
    read = Metadata.from_email(of_wheel, validate=True)
    assert (read.name, str(read.version), read.license_expression, read.license_files) == (
        "bgpcheck",
        bgpcheck.__version__,
        "MIT",
        ["LICENSE"],
    )
    assert (read.description_content_type, read.description) == ("text/markdown", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert str(read.requires_python) == "<3.15,>=3.11"
    assert set(read.provides_extra or ()) == {"azure", "dask", "parquet", "plot", "fuzz", "test"}


def test_the_installed_program_judges_as_the_tree_does(installed: Path, registry: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import bgpcheck; print(bgpcheck.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert run(installed / "bgpcheck", "--version", cwd=tmp_path) == f"bgpcheck {bgpcheck.__version__}\n"
    assert run(installed / "python", "-m", "bgpcheck", "--version", cwd=tmp_path) == f"bgpcheck {bgpcheck.__version__}\n"
    for path in SCHEMAS:
        name = Path(path).name.partition(".")[0]
        assert run(installed / "bgpcheck", "explain", "--schema", name, cwd=tmp_path) == (ROOT / path).read_text()
    for path in [ROOT / "configs" / "sources.yaml", *(ROOT / "configs" / "policies").glob("*.yaml")]:
        policy = ["--policy", path.stem] if path.parent.name == "policies" else []
        words = [*CHECK, *policy, "--registry-data", registry.name, "--format", "json"]
        inside = run(installed / "bgpcheck", *words, cwd=tmp_path)
        assert inside == run(sys.executable, "-c", TREE.format(root=str(ROOT)), *words, cwd=tmp_path)


TREE = "import sys; sys.path.insert(0, {root!r}); from bgpcheck.cli import main; sys.exit(main())"


def test_the_installed_program_from_files_to_evidence(installed: Path, registry: Path, tmp_path: Path) -> None:
    """From a folder of files by a snapshot to a bundle that proves itself, with no extra installed and nothing asked for."""

    def does(*words: str, status: int = 0) -> str:
        home = {"XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
        return run(installed / "bgpcheck", *words, cwd=tmp_path, status=status, **home)

    does("registry", "build", "--from", registry.name, "--out", "all.snapshot")
    assert "RIPE" in does("registry", "status", "all.snapshot", "--now", "2026-11-02T00:00:00Z")
    does(*CHECK, "--registry-data", "all.snapshot", "--evidence", "evidence.zip")
    assert "intact" in does("evidence", "verify", "evidence.zip")
    does("evidence", "replay", "evidence.zip")
    assert "route-object-exact" in does("explain", "route-object-exact")
    shown = does("doctor", "--offline", status=5)  # 5: no snapshot where one would usually be
    assert f"exabgp    {metadata.version('exabgp')}".split() == re.findall(r"exabgp +[\d.]+", shown)[0].split()
    assert shown.count("pip install 'bgpcheck[") == 4


ASKED = {  # what needs an extra, and which
    "azure": ["circuit", "--azure", "/subscriptions/7c44c70b-9c62-4a89-a6b2-d281b6ce7a49/resourceGroups/one"],
    "dask": ["audit", "routes.csv", "--registry-data", "all.snapshot", "--scheduler", "tcp://127.0.0.1:9", "--output", "out.csv"],
    "parquet": ["audit", "routes.csv", "--registry-data", "all.snapshot", "--format", "parquet", "--output", "out.parquet"],
    "plot": ["audit", "routes.csv", "--registry-data", "all.snapshot", "--plot", "out.png"],
}


@pytest.mark.parametrize("extra", ASKED)
def test_without_its_extra_one_line_says_what_to_install(extra: str, installed: Path, registry: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "fixtures" / "routes.csv", tmp_path)
    run(installed / "bgpcheck", "registry", "build", "--from", registry.name, "--out", "all.snapshot", cwd=tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = ran(installed / "bgpcheck", *ASKED[extra], cwd=tmp_path, XDG_DATA_HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"bgpcheck: [^\n]*: pip install 'bgpcheck\[{extra}\]'\n", done.stderr)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_nothing_is_left_of_it(wheel: Path, registry: Path, tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    inside = environment(folder, wheel)
    run(inside / "bgpcheck", *CHECK, "--registry-data", registry, cwd=tmp_path)  # leaves compiled modules
    assert [path.name for path in folder.rglob("*bgpcheck*")]
    run(sys.executable, "-m", "pip", "--python", inside / "python", "uninstall", "--quiet", "--yes", "bgpcheck", cwd=tmp_path)
    assert [str(path) for path in folder.rglob("*bgpcheck*")] == []
