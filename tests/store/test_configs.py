from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bgpcheck.api import policies_of
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.store import configs

NAMES = ("microsoft-peering", "published-criterion", "strict")
OWN = b"name: own\nextends: microsoft-peering\nreplace: []\n"


def test_the_folder_is_the_one_in_the_tree() -> None:
    assert configs.folder() == Path(__file__).parents[2] / "configs"


def test_the_settings() -> None:
    found = configs.settings()
    assert found is configs.settings()
    assert found.sha256 == hashlib.sha256(configs.sources_bytes()).hexdigest()
    assert set(found.rirs) == {"ripencc", "arin", "apnic", "afrinic", "lacnic"}


def test_the_samples_that_the_lab_announces() -> None:
    assert configs.samples_bytes() == (configs.folder() / "exabgp" / "samples.yaml").read_bytes()


def test_the_policies_that_come_along() -> None:
    assert configs.policy_names() == NAMES
    for name in NAMES:
        data, file = configs.policy_bytes(name)
        assert file == f"{name}.yaml"
        assert data == (configs.folder() / "policies" / file).read_bytes()
        assert configs.shipped_policy_bytes(name) == (data, file)
        assert configs.policy(name).name == name


def test_a_policy_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(OWN)
    assert configs.policy_bytes(str(path)) == (OWN, str(path))
    assert configs.policy(str(path)).name == "own"
    monkeypatch.chdir(tmp_path)
    assert configs.policy_bytes("own.yaml") == (OWN, "own.yaml")
    assert configs.policy_bytes("./own.yaml") == (OWN, "./own.yaml")
    (tmp_path / "strict").write_bytes(OWN)
    assert configs.policy("strict").name == "strict"  # a file of that name changes nothing
    assert configs.policy("./strict").name == "own"


@pytest.mark.parametrize("name", ["microsoft-peering", "Microsoft_Peering", "\uff33\uff34rict", "strict ", "published criterion"])
def test_no_policy_of_ones_own_is_called_as_one_that_comes_along(name: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    shipped = (configs.folder() / "policies" / "microsoft-peering.yaml").read_text()  # with a row of its own
    path.write_text(shipped.replace("name: microsoft-peering", f'name: "{name}"').replace("validation-needed", "configured", 1))
    with pytest.raises(FormatError, match="name: a policy that comes with bgpcheck is called "):
        configs.policy(str(path))
    with pytest.raises(FormatError, match="name: a policy that comes with bgpcheck is called "):
        policies_of(str(path))


def test_a_copy_of_one_that_comes_along_is_that_one(tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    path.write_bytes(configs.policy_bytes("strict")[0])
    assert configs.policy(str(path)).sha256 == configs.policy("strict").sha256
    assert configs.comes_with_us(configs.policy(str(path)))


@pytest.mark.parametrize("name", ["", "Strict", "strict ", "microsoft", "..", "own"])
def test_a_policy_that_is_not_there(name: str) -> None:
    with pytest.raises(UsageError, match="microsoft-peering, published-criterion, strict"):
        configs.policy(name)


@pytest.mark.parametrize("name", ["", "own.yaml", "./strict.yaml", "../policies/strict"])
def test_only_what_comes_along_can_be_extended(name: str) -> None:
    with pytest.raises(UsageError, match="a policy can extend one of microsoft-peering, published-criterion, strict, not"):
        configs.shipped_policy_bytes(name)


def test_a_policy_file_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        configs.policy(str(tmp_path / "none.yaml"))
    with pytest.raises(UsageError, match="Is a directory"):
        configs.policy(str(tmp_path))
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(FormatError, match=f"^{path}: holds more than 1048576 bytes$"):
        configs.policy(str(path))
    path.write_bytes(OWN.replace(b"microsoft-peering", b"other.yaml"))
    with pytest.raises(FormatError, match=f"^{path}:2: extends: a policy can extend one of"):
        configs.policy(str(path))
