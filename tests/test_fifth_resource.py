"""One more resource costs a file of the provider and a file of the emulator, and no edited file."""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

HERE = Path(__file__).parent
PROVIDER = HERE.parent / "provider"
ADDED = {
    "channel_contract.py": "partnercentral_provider/resources",
    "channel_contracts.py": "partnercentral_emulator/operations",
}
MODEL = Loader().load_service_model("partnercentral-channel", "service-2")

pytestmark = pytest.mark.skipif(
    "CreateChannelContract" not in MODEL["operations"],
    reason="the installed botocore does not know channel contracts yet",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy both packages, and put the two files of a fifth resource into the copy."""
    folder = tmp_path_factory.mktemp("copy")
    for package in ("partnercentral_provider", "partnercentral_emulator"):
        # The whole resource is in the packages by now, with a function that only it can have.
        ignored = shutil.ignore_patterns("__pycache__", "get_contract_in_effect.py", *ADDED)
        shutil.copytree(PROVIDER / package, folder / package, ignore=ignored)
    for name, place in ADDED.items():
        shutil.copy(HERE / "fifth_resource" / name, folder / place)
    return folder


@pytest.fixture(scope="module")
def toured(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Use the copy in every way there is, in a process of its own."""
    folder = tmp_path_factory.mktemp("tour")
    run = subprocess.run(
        [sys.executable, str(HERE / "fifth_resource/tour.py"), str(folder)],
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(copy),
            "XDG_CACHE_HOME": str(folder),
            "AWS_CONFIG_FILE": str(folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_MAX_ATTEMPTS": "1",
            "PARTNERCENTRAL_RATE_LIMITS": '{"*": 1e9}',
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stderr.splitlines()[-1])
    assert found["package"].startswith(str(copy))
    return found


def test_a_fifth_resource_is_two_new_files_and_no_edited_one(copy: Path) -> None:
    """The copy differs from the packages by the two new files alone."""

    def differences(compared: "filecmp.dircmp[str]") -> list[str]:
        own = [*compared.diff_files, *compared.right_only]
        return own + [d for below in compared.subdirs.values() for d in differences(below)]

    found = [
        name
        for package in ("partnercentral_provider", "partnercentral_emulator")
        for name in differences(
            filecmp.dircmp(PROVIDER / package, copy / package, ignore=["__pycache__"])
        )
    ]
    assert sorted(found) == sorted(ADDED)


def test_a_fifth_resource_is_in_the_schema(toured: dict[str, Any]) -> None:
    """The schema has the resource, both of its functions and its types."""
    prefix = "partnercentral:channel:"
    names = ("ChannelContract", "getChannelContract", "getChannelContracts", "ChannelContractState")
    assert {f"{prefix}{name}" for name in names} <= set(toured["schema"])


def test_a_fifth_resource_has_identifiers_of_the_others(toured: dict[str, Any]) -> None:
    """An ARN that the program gives for another resource is shortened to its id."""
    payload = toured["inputs"]["payload"]["managedServicesAttestationPayload"]
    assert payload["relationshipIdentifier"].startswith("rs-")
    assert payload["programManagementAccountIdentifier"].startswith("pma-")


def test_a_fifth_resource_lives_and_is_deleted(toured: dict[str, Any]) -> None:
    """It is created, its tags are changed in place, and after a delete nothing is read any more."""
    assert toured["state"]["status"] == "PENDING"
    assert toured["state"]["tags"] == {"team": "blue"}
    assert toured["retagged"] == {"team": "red"}
    assert toured["deleted"] is None
    assert toured["boto3"] == ["CANCELED"]


def test_a_fifth_resource_has_both_functions(toured: dict[str, Any]) -> None:
    """`getChannelContract` finds it by its ARN, and `getChannelContracts` lists it."""
    arn = toured["state"]["arn"]
    assert toured["one"]["arn"] == arn
    assert [each["arn"] for each in toured["all"]["contracts"]] == [arn]


def test_a_fifth_resource_is_listed_and_discovered(toured: dict[str, Any]) -> None:
    """Lists for Pulumi have it, and discovery writes it after the resources that it refers to."""
    arn = toured["state"]["arn"]
    assert [item[0] for item in toured["page"]] == [arn]
    found = [token.rpartition(":")[2] for token in toured["discovered"]]
    assert found == ["ProgramManagementAccount", "Relationship", "ChannelContract"]


def test_a_fifth_resource_has_an_arn(toured: dict[str, Any]) -> None:
    """Its ARN is parsed, and where another one is given, an error shows a sample of its own."""
    assert toured["form"] == "channel contract"
    sample = "is an ARN such as arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/channel-"
    assert f"{sample}contract/cc-" in toured["not an ARN"]


def test_a_fifth_resource_has_limits_and_needs(toured: dict[str, Any]) -> None:
    """Its operations have AWS's quotas, and a denied one says which IAM actions it needs."""
    assert toured["quotas"] == {
        "CancelChannelContract": 3.0,
        "CreateChannelContract": 3.0,
        "GetChannelContract": 5.0,
        "ListChannelContracts": 5.0,
    }
    needs = "It needs partnercentral:CreateChannelContract and partnercentral:TagResource"
    assert needs in toured["denied"]


def test_a_fifth_resource_is_emulated(toured: dict[str, Any]) -> None:
    """The emulator serves its operations at AWS's rates, with ids and ARNs of its own form."""
    assert toured["types"]["cc"] == "ChannelContract"
    assert toured["state"]["channelContractId"].startswith("cc-")
    assert toured["admitted at once"] == {"CreateChannelContract": 3, "GetChannelContract": 5}
