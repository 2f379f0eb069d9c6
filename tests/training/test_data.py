import csv
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kndnet_desktop.core.errors import UserError
from training.config import DataConfig, Recipe
from training.data import CODES, SPLITS, Pictures, assign_parts, prepare, read_records, read_source, read_splits


def _layout(root: Path, drawn: Path, names: int = 21) -> list[dict[str, str]]:
    """Copy some drawn pictures with their folds, but no table of diagnoses."""
    root.mkdir()
    with (drawn / "HAM10000_metadata.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))[:: 7 * 13 // names]
    (root / "pictures").mkdir()
    for line in lines:
        shutil.copy(drawn / "HAM10000_images_part_1" / f"{line['image_id']}.jpg", root / "pictures")
    with (drawn / "splits.csv").open(newline="") as file:
        folds = {fold["image_id"]: fold for fold in csv.DictReader(file)}
    _write(root / "splits.csv", [folds[line["image_id"]] for line in lines])
    return lines


def _write(path: Path, lines: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def test_the_layouts_of_the_isic_client_and_of_the_challenge_are_read(drawn: Path, tmp_path: Path) -> None:
    words = {
        "akiec": "Solar or actinic keratosis",
        "bcc": "Basal cell carcinoma",
        "bkl": "Pigmented benign keratosis",
        "df": "Dermatofibroma",
        "mel": "Melanoma, NOS",
        "nv": "Nevus",
        "vasc": "Vascular lesion",
    }
    lines = _layout(tmp_path / "client", drawn)
    truth = {line["image_id"]: line["dx"] for line in lines}
    assert set(truth.values()) == set(CODES)
    isic = [
        {"isic_id": line["image_id"], "lesion_id": line["lesion_id"], "diagnosis_3": words[line["dx"]]}
        for line in lines
    ]
    _write(tmp_path / "client" / "metadata.csv", isic)
    read = {record.image_id: CODES[record.label] for record in read_source(tmp_path / "client", "ham10000")}
    assert read == truth

    lines = _layout(tmp_path / "challenge", drawn)
    one_hot = [
        {"image": line["image_id"]} | {code.upper(): str(float(code == line["dx"])) for code in CODES} for line in lines
    ]
    _write(tmp_path / "challenge" / "GroundTruth.csv", one_hot)
    groups = [{"image": line["image_id"], "lesion_id": line["lesion_id"]} for line in lines]
    _write(tmp_path / "challenge" / "LesionGroupings.csv", groups)
    records = read_source(tmp_path / "challenge", "ham10000")
    assert {record.image_id: CODES[record.label] for record in records} == truth
    assert {record.image_id: record.lesion for record in records} == {
        line["image_id"]: line["lesion_id"] for line in lines
    }


def test_missing_pictures_are_named(drawn: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(drawn, root)
    (root / "HAM10000_images_part_1" / "DRAWN_mel_003_1.jpg").unlink()
    with pytest.raises(UserError, match=r"1 pictures .* missing: DRAWN_mel_003_1\."):
        read_records(DataConfig(ham10000=str(root)))


def test_pictures_that_were_not_divided_are_left_out_and_counted(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "data"
    shutil.copytree(drawn, root)
    whole = {record.image_id for record in read_source(root, "ham10000")}
    table = (root / "splits.csv").read_text().splitlines()
    (root / "splits.csv").write_text("\n".join(table[:-3]) + "\n")
    kept = {record.image_id for record in read_source(root, "ham10000")}  # the table of metadata is longer
    assert whole - kept == {line.split(",")[0] for line in table[-3:]}
    assert "3 pictures of" in capsys.readouterr().err
    (root / "splits.csv").write_text(table[0] + "\n")
    with pytest.raises(UserError, match="No picture of"):
        read_source(root, "ham10000")


def test_half_a_table_is_not_taken_for_the_whole(drawn: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(drawn, root)
    table = root / "HAM10000_metadata.csv"
    whole = table.read_text()
    lines = whole.splitlines(keepends=True)
    table.write_text("".join(lines[:-2]))
    lost = sorted(line.split(",")[1] for line in lines[-2:])
    with pytest.raises(UserError, match=rf"2 pictures .* without a diagnosis: {', '.join(lost)}\."):
        read_source(root, "ham10000")
    table.write_text(whole.replace(",mel\n", ",melanoma\n"))
    with pytest.raises(UserError, match="of no known diagnosis: DRAWN_mel"):
        read_source(root, "ham10000")
    table.write_bytes(whole.encode() + "\xe4".encode("latin-1"))
    with pytest.raises(UserError, match="not in UTF-8"):
        read_source(root, "ham10000")
    table.write_text(whole)
    (root / "splits.csv").write_text("image_id,part\nDRAWN_mel_000_0,test\n")
    with pytest.raises(UserError, match="no table of folds"):
        read_source(root, "ham10000")


def test_a_picture_that_was_replaced_is_decoded_again(drawn: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(drawn, root)
    config = DataConfig(ham10000=str(root), cache=str(tmp_path / "cache"))
    before = prepare(config)[0]
    one, other = (Path(prepare(config).records[index].path) for index in (0, 40))
    one.write_bytes(other.read_bytes())
    assert not np.array_equal(prepare(config)[0], before)


def test_corrupt_pictures_are_named_and_leave_no_cache(drawn: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(drawn, root)
    path = root / "HAM10000_images_part_1" / "DRAWN_df_001_0.jpg"
    path.write_bytes(path.read_bytes()[:-400])
    config = DataConfig(ham10000=str(root), cache=str(tmp_path / "cache"))
    for _ in range(2):
        with pytest.raises(UserError, match=r"corrupt: DRAWN_df_001_0\."):
            prepare(config)


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        read_records(DataConfig(ham10000=str(tmp_path / "none")))
    with pytest.raises(UserError, match="No table of diagnoses"):
        read_records(DataConfig(ham10000=str(tmp_path)))


def test_the_cache_holds_what_the_loader_decodes(recipe: Recipe, pictures: Pictures) -> None:
    assert len(pictures) == len(read_records(recipe.data))
    for index in (0, 17, len(pictures) - 1):
        with Image.open(pictures.records[index].path) as image:
            decoded = np.asarray(image.convert("RGB"), int)
        assert pictures[index].shape == decoded.shape
        assert np.abs(pictures[index] - decoded).mean() < 1
    with pytest.raises(ValueError, match="read-only"):
        pictures[0][0, 0] = 1


def test_other_clinics_pictures_are_learned_from_as_often_as_the_recipe_says(recipe: Recipe) -> None:
    pictures = prepare(recipe.data)
    own = pictures.part("train")
    others = own[::3]
    for index in others:
        pictures.records[index] = replace(pictures.records[index], source="isic2018")
    rest = np.setdiff1d(own, others)
    for times in (0, 1, 2):
        learned = pictures.learned(replace(recipe.data, isic2018_times=times))
        assert np.array_equal(learned, np.concatenate([rest, np.repeat(others, times)]))
        everything = pictures.learned(replace(recipe.data, isic2018_times=times, refit_of="smoke.yaml"))
        assert np.array_equal(np.setdiff1d(everything, learned), pictures.part("inner")), "and never of the test"


def test_no_lesion_is_torn_apart(recipe: Recipe) -> None:
    parts: dict[str, set[str]] = {}
    for record in read_records(recipe.data):
        parts.setdefault(record.lesion, set()).add(record.part)
    assert all(len(part) == 1 for part in parts.values())
    assert {part for found in parts.values() for part in found} == {"train", "inner", "test"}


def test_the_inner_validation_never_takes_from_fold_0() -> None:
    lesions = [f"lesion {number // 2}" for number in range(400)]
    labels = [("nv", "mel")[number // 2 % 2] for number in range(400)]
    folds = [number // 2 % 5 for number in range(400)]
    inner = assign_parts(lesions, labels, folds)
    assert not any(taken for taken, fold in zip(inner, folds, strict=True) if fold == 0)
    assert 0.13 < sum(inner) / sum(fold != 0 for fold in folds) < 0.2
    assert all(inner[number] == inner[number + 1] for number in range(0, 400, 2))


@pytest.mark.shared_data
def test_the_committed_table_is_the_published_split(shared_data: Path) -> None:
    with (shared_data / "ham10000" / "metadata.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    with SPLITS.open(newline="") as file:
        table = {line["image_id"]: line for line in csv.DictReader(file)}
    folds = [int(line["fold"]) for line in lines]
    assert [int(table[line["image_id"]]["fold"]) for line in lines] == folds
    inner = assign_parts([line["lesion_id"] for line in lines], [line["dx"] for line in lines], folds)
    assert [table[line["image_id"]]["inner"] == "1" for line in lines] == inner
    test = Counter(line["dx"] for line in lines if line["fold"] == "0")
    assert test == {"akiec": 56, "bcc": 108, "bkl": 239, "df": 23, "mel": 226, "nv": 1319, "vasc": 32}


@pytest.mark.shared_data
def test_real_data_is_split_by_lesion_and_by_group(shared_data: Path) -> None:
    config = DataConfig(ham10000=str(shared_data / "ham10000"), isic2018=str(shared_data / "isic2018_task1"))
    records = read_records(config)
    parts: dict[str, set[str]] = {}
    for record in records:
        parts.setdefault(record.lesion, set()).add(record.part)
    assert all(len(part) == 1 for part in parts.values())
    assert Counter(record.source for record in records) == {"ham10000": 10015, "isic2018": 2044}
    kept = sum(record.part == "test" for record in records if record.source == "isic2018")
    assert 0.19 < kept / 2044 < 0.21


def test_the_table_of_folds_knows_only_three_parts() -> None:
    assert set(read_splits(SPLITS, "ham10000").values()) == {"train", "inner", "test"}
