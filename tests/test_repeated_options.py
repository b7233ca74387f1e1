"""What stands on a line of commands is used, or refused: nothing of it is lost."""

import pytest

from mornet.cli import main
from mornet.storage import load
from mornet.storage.results import origin


def test_an_option_that_is_given_again_adds_to_its_list(tmp_path):
    out = tmp_path / "wave.h5"
    words = ["--set", "n=16", "--set", "width=0.3", "-o", str(out)]
    assert main(["snapshots", "gaussian", *words]) == 0
    config = origin(out).config
    assert (config["n"], config["width"]) == (16, 0.3)


def test_repeated_seeds_replace_the_default_once(tmp_path):
    data, fit = str(tmp_path / "wave.h5"), tmp_path / "pod.h5"
    assert main(["snapshots", "gaussian", "--set", "n=16", "-o", data]) == 0
    line = ["fit", data, "pod", "--rank", "2", "--seeds", "1", "--seeds", "2", "-o", str(fit)]
    assert main(line) == 0
    assert load(fit).seed.tolist() == [1, 2]


def test_an_option_of_one_value_is_not_taken_twice(tmp_path, capsys):
    outs = [tmp_path / "a.h5", tmp_path / "b.h5"]
    with pytest.raises(SystemExit):
        main(["snapshots", "gaussian", "-o", str(outs[0]), "-o", str(outs[1])])
    assert "-o is given twice: it takes one value" in capsys.readouterr().err
    assert not any(out.exists() for out in outs)


def test_a_rank_is_fitted_once(tmp_path, capsys):
    outs = [str(tmp_path / name) for name in ("a.h5", "b.h5")]
    assert main(["fit", str(tmp_path / "d.h5"), "pod", "--rank", "2", "2", "-o", *outs]) == 1
    assert "--rank has 2 twice: each makes one result" in capsys.readouterr().err
    assert main(["fit", str(tmp_path / "d.h5"), "pod", "--rank", "2", "-o", *outs]) == 1
    assert "1 rank for 2 files: give one file by -o for each rank" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        *(["data", ""], ["info", ""], ["run", ""], ["validate", ""], ["list", ""], ["export", ""]),
        ["pod", "a.npy", "--rank", "2", "-o", ""],
        ["pod", "", "--rank", "2", "-o", "a.h5"],
        ["fit", "a.h5", "pod", "--rank", "1", "2", "-o", "b.h5", ""],
    ],
)
def test_an_empty_argument_is_no_folder(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "the argument is empty: give a name or a value" in capsys.readouterr().err
