"""What a user installs: the wheel made from the source distribution, in an environment of its own, away from the tree."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import bgpcheck

ROOT = Path(__file__).resolve().parents[1]
CHECK = ["check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--now", "2026-11-02T00:00:00Z"]
SCHEMAS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "bgpcheck" / "schemas").glob("*.json"))
CONFIGS = sorted(path.relative_to(ROOT) for path in [ROOT / "configs" / "sources.yaml", *(ROOT / "configs" / "policies").glob("*.yaml")])


def run(*argv: str | Path, cwd: Path) -> str:
    """Run a program without what this environment says about Python; gives what it wrote."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a distribution with the backend of ``pyproject.toml``, which needs no network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=source)
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as pip would make it from the source distribution."""
    missing = [name for name in ("hatchling", "pip") if importlib.util.find_spec(name) is None]
    if missing:
        reason = f"needs {' and '.join(missing)} to build and install a wheel: pip install {' '.join(missing)}"
        (pytest.fail if os.environ.get("BGPCHECK_NO_SKIP") == "1" else pytest.skip)(reason)
    folder: Path = tmp_path_factory.mktemp("wheel")
    unpacked = folder / "source"
    unpacked.mkdir()
    run("tar", "-xf", build("sdist", ROOT, folder / "sdist"), "-C", unpacked, cwd=folder)
    (source,) = unpacked.iterdir()
    return build("wheel", source, folder / "wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; dependencies are lent by the one that runs the tests, so that nothing is fetched."""
    folder: Path = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    place = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    lent = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (place / "lent.pth").write_text("".join(f"{path}\n" for path in lent), encoding="utf-8")
    return folder / "bin"


def test_the_wheel_holds_the_package_and_its_configs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for path in CONFIGS:
            assert archive.read(f"bgpcheck/{path}") == (ROOT / path).read_bytes()
        assert [path for path in SCHEMAS if archive.read(path) != (ROOT / path).read_bytes()] == []
    assert len(SCHEMAS) == 4
    metadata = f"bgpcheck-{bgpcheck.__version__}.dist-info"
    assert {Path(name).parts[0] for name in names} == {"bgpcheck", metadata}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "bgpcheck").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules
    assert names >= {"bgpcheck/py.typed", f"{metadata}/licenses/LICENSE", f"{metadata}/entry_points.txt"}


def test_the_installed_program_judges_as_the_tree_does(installed: Path, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(ROOT / "fixtures" / "registry", registry)
    where = run(installed / "python", "-c", "import bgpcheck; print(bgpcheck.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    assert run(installed / "bgpcheck", "--version", cwd=tmp_path) == f"bgpcheck {bgpcheck.__version__}\n"
    for path in SCHEMAS:
        name = Path(path).name.partition(".")[0]
        assert run(installed / "bgpcheck", "explain", "--schema", name, cwd=tmp_path) == (ROOT / path).read_text()
    for path in CONFIGS:
        policy = ["--policy", path.stem] if path.parent.name == "policies" else []
        words = [*CHECK, *policy, "--registry-data", "registry", "--format", "json"]
        inside = run(installed / "bgpcheck", *words, cwd=tmp_path)
        assert inside == run(sys.executable, "-c", TREE.format(root=str(ROOT)), *words, cwd=tmp_path)


TREE = "import sys; sys.path.insert(0, {root!r}); from bgpcheck.cli import main; sys.exit(main())"
