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
