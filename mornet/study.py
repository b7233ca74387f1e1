"""Studies: what to compute, declared in YAML and parsed into frozen values.

Every mistake in a study is reported at once, with the path of its key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml

from mornet.errors import StudyError, counted, twice
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.registry import EXPERIMENTS
from mornet.experiments.roms import ROMS, has_equation, refusals
from mornet.lazy import Lazy
from mornet.settings import (
    Count,
    Range,
    Seed,
    as_word,
    bind,
    convert,
    did_you_mean,
    kind_needed,
    unknown_keys,
)
from mornet.snapshots.held_out import HoldOutBy
from mornet.yaml_text import load

NAMES = "a name has letters from A to Z and a to z, digits and _"
MOST_LETTERS = 100  # of a name: names of files hold two of them, and have 255 bytes at most
TOO_LONG = f"a name has at most {MOST_LETTERS} letters, since files have it"


@dataclass(frozen=True)
class Choice:
    """A kind, and all settings of the callable that it stands for.

    ``only`` names the data sets that a method or a reduced-order model is used on, ``methods`` the
    reductions that a reduced-order model is built on; None means all of them.
    """

    kind: str
    settings: dict[str, Any]
    only: tuple[str, ...] | None = None
    methods: tuple[str, ...] | None = None

    @property
    def arguments(self) -> list[str]:
        """The settings as key=value words of a command line, with values in JSON."""
        return [as_word(key, value) for key, value in self.settings.items()]

    def __str__(self) -> str:
        return " ".join([self.kind, *self.arguments])


@dataclass(frozen=True)
class Study:
    """What one run of the workflow computes."""

    name: str
    title: str
    seeds: tuple[int, ...]
    data_sets: dict[str, Choice]
    methods: dict[str, Choice]
    ranks: dict[str, tuple[int, ...]]
    hold_out: dict[str, float]
    hold_out_by: dict[str, str]
    reconstructions: dict[str, int]
    learning_curves: dict[str, int]
    roms: dict[str, Choice]
    experiments: dict[str, Choice]

    def methods_for(self, data: str) -> list[str]:
        """Return the names of the methods that reduce the data set ``data``."""
        return [
            name
            for name, method in self.methods.items()
            if method.only is None or data in method.only
        ]

    def roms_for(self, data: str) -> list[str]:
        """Return the names of the reduced-order models of the data set ``data``.

        Without a reduction there is none, and without an equation no intrusive one.
        """
        known = self.has_equation(data)
        return [
            name
            for name, rom in self.roms.items()
            if (known or not ROMS[rom.kind].intrusive)
            and (rom.only is None or data in rom.only)
            and self.reductions_for(name, data)
        ]

    def has_equation(self, data: str) -> bool:
        """Return whether the equation of the data set ``data`` is known."""
        choice = self.data_sets[data]
        return has_equation(choice.kind, choice.settings)

    def reductions_for(self, rom: str, data: str) -> list[str]:
        """Return the names of the methods on which ``rom`` is built for ``data``."""
        methods, wanted = self.methods_for(data), self.roms[rom].methods
        return [name for name in methods if wanted is None or name in wanted]

    def lines(self) -> Iterator[str]:
        """Yield all settings, one line each."""
        for key, value in vars(self).items():
            if isinstance(value, dict):
                yield f"{key}:"
                yield from (f"  {name}: {entry}" for name, entry in value.items())
            else:
                yield f"{key}: {value}"


Share = Annotated[float, Range(0, 0.9, above=True)]  # of the training part, for validation
WITHOUT = " and ".join(kind for kind, rom in ROMS.items() if not rom.intrusive)
OWN = {"methods": ("kind", "only"), "roms": ("kind", "only", "methods")}
"""Keys of an entry that are no settings of its kind."""
KEYS = tuple(Study.__dataclass_fields__)
FORMER = {  # a key of former studies -> what says the same now
    "entering_example": "{ten_points: {kind: ten_points, ...}}",
    "optimiser_race": "{optimiser_race: {kind: optimiser_race, ...}}",
    "update_studies": "{NAME: {kind: KIND, ...}}; the kind slopes is update_orders now, and "
    "burgers is burgers_update",
}


def read(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Study:
    """Return the study in the YAML file ``path``, with top-level keys replaced by ``overrides``.

    Raises StudyError, which names the file and lists all mistakes.
    """
    path = Path(path)
    try:
        content = load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise StudyError(
            f"{path} is no text, and no study: `mornet run` makes a study of a data file"
        ) from None
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        words = str(error).replace('"<unicode string>"', str(path))
        raise StudyError(f"{path} is not valid YAML: {words}") from None
    if content is None:
        raise StudyError(f"{path} is empty: give the keys {', '.join(KEYS)}")
    if not isinstance(content, dict):
        raise StudyError(f"{path} must be a mapping with the keys {', '.join(KEYS)}")
    return parse({**content, **_typed(overrides or {})}, str(path))


def parse(content: Mapping[str, Any], source: str) -> Study:
    """Return the study declared by ``content``; ``source`` names it in a StudyError.

    A study without a name has that of its file.
    """
    former = [key for key in FORMER if key in content]
    now = {key: value for key, value in content.items() if key not in former}
    mistakes = unknown_keys(now, KEYS, "study")
    mistakes += [f"study.{key} is a former key: write experiments: {FORMER[key]}" for key in former]
    reader = _Reader(content, mistakes)
    data_sets = reader.choices("data_sets", DATA_SETS)
    study = Study(
        name=reader.value("name", str, Path(source).stem),
        title=reader.value("title", str, ""),
        seeds=reader.value("seeds", tuple[Seed, ...], (0,)),
        data_sets=data_sets,
        methods=reader.choices("methods", METHODS),
        ranks=reader.by_data_set("ranks", tuple[Count, ...], data_sets),
        hold_out=reader.by_data_set("hold_out", Share, data_sets),
        hold_out_by=reader.by_data_set("hold_out_by", HoldOutBy, data_sets),
        reconstructions=reader.by_data_set("reconstructions", Count, data_sets),
        learning_curves=reader.by_data_set("learning_curves", Count, data_sets),
        roms=reader.choices("roms", ROMS),
        experiments=reader.choices("experiments", EXPERIMENTS),
    )
    if not mistakes:
        _check_together(study, mistakes)
    if mistakes:
        lines = "\n  ".join(mistakes)
        raise StudyError(f"{source} has {counted(len(mistakes), 'mistake')}:\n  {lines}")
    return study


@dataclass
class _Reader:
    """Reads the keys of a study and collects their mistakes."""

    content: Mapping[str, Any]
    mistakes: list[str]

    def value(self, key: str, hint: Any, default: Any) -> Any:
        if key not in self.content:
            return default
        return convert(self.content[key], hint, f"study.{key}", self.mistakes)

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.content.get(key, {})
        if isinstance(value, dict):
            return value
        self.mistakes.append(f"study.{key} must be a mapping, not {value!r}")
        return {}

    def choices(self, key: str, kinds: Mapping[str, Lazy]) -> dict[str, Choice]:
        chosen = {}
        for name, given in self.mapping(key).items():
            path = f"study.{key}.{name}"
            if not re.fullmatch(r"[A-Za-z0-9_]+", str(name)):
                self.mistakes.append(f"{path}: {NAMES} only, since files have it")
            elif len(str(name)) > MOST_LETTERS:
                self.mistakes.append(f"{path}: {TOO_LONG}")
            elif not isinstance(given, dict):
                self.mistakes.append(f"{path} {kind_needed(given, kinds)}")
            elif str(given.get("kind")) not in kinds:
                kind = given.get("kind")
                hint = did_you_mean(str(kind), kinds)
                self.mistakes.append(f"{path}.kind = {kind!r} is unknown{hint}")
            else:
                own = OWN.get(key, ("kind",))
                settings = {k: v for k, v in given.items() if k not in own}
                bound = bind(kinds[given["kind"]].load(), settings, path, self.mistakes)
                only = self._names(given, path, own, "only", "data_sets")
                methods = self._names(given, path, own, "methods", "methods")
                chosen[name] = Choice(given["kind"], bound, only, methods)
        return chosen

    def _names(
        self, given: Mapping[str, Any], path: str, own: Sequence[str], key: str, part: str
    ) -> tuple[str, ...] | None:
        """Return the names under ``key``, which must stand in the ``part`` of the study."""
        if key not in own or key not in given:
            return None
        names = convert(given[key], tuple[str, ...], f"{path}.{key}", self.mistakes)
        known = self.mapping(part)
        for name in names if isinstance(names, tuple) else ():
            if isinstance(name, str) and name not in known:
                what = part.replace("_", " ").removesuffix("s")
                self.mistakes.append(
                    f"{path}.{key} = {name!r} is not a {what}{did_you_mean(name, known)}"
                )
        return names

    def by_data_set(self, key: str, hint: Any, data_sets: Mapping[str, Choice]) -> dict[str, Any]:
        given = self.mapping(key)
        path = f"study.{key}"
        self.mistakes += unknown_keys(given, self.mapping("data_sets"), path)
        return {
            name: convert(given[name], hint, f"{path}.{name}", self.mistakes)
            for name in data_sets
            if name in given
        }


def _check_together(study: Study, mistakes: list[str]) -> None:
    """Append the mistakes that concern several keys."""
    for mistakes_of in (_of_study, _of_numbers, _of_methods, _of_models, _of_demands, _of_figures):
        mistakes += mistakes_of(study)


def _of_study(study: Study) -> Iterator[str]:
    if not (study.data_sets or study.experiments):
        yield "study has neither data_sets nor experiments: it has no results"
    if study.methods and not study.data_sets:
        yield "study.methods has methods, but study.data_sets has no data set for them"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", study.name):
        yield f"study.name = {study.name!r}: {NAMES} or -, since files have it"
    if len(study.name) > MOST_LETTERS:
        yield f"study.name has {len(study.name)} letters: {TOO_LONG}"


def _of_numbers(study: Study) -> Iterator[str]:
    if not study.seeds:
        yield "study.seeds is empty: give at least one seed"
    lists = {"seeds": study.seeds} | {f"ranks.{name}": r for name, r in study.ranks.items()}
    for key, numbers in lists.items():
        if said := twice(f"study.{key}", numbers):
            yield said


def _of_methods(study: Study) -> Iterator[str]:
    for name in study.data_sets:
        if study.methods and not study.ranks.get(name):
            yield f"study.ranks.{name} is missing: give the ranks of the reductions"
    for name, choice in study.methods.items():
        patient = choice.settings.get("patience") is not None
        for data in study.data_sets if patient else ():
            if data not in study.hold_out:
                yield f"study.methods.{name}.patience needs study.hold_out.{data}"
    for name in study.hold_out_by:
        if name not in study.hold_out:
            yield f"study.hold_out_by.{name} needs study.hold_out.{name}, the part"
    yield from _of_places(study)


def _of_places(study: Study) -> Iterator[str]:
    """Yield the methods that need the places of the dofs, on trees, which have none."""
    for data in (name for name, choice in study.data_sets.items() if choice.kind == "tree"):
        for name in study.methods_for(data):
            choice = study.methods[name]
            method = METHODS[choice.kind].load()(**choice.settings)
            if getattr(method, "needs_places", False):
                yield (
                    f"study.methods.{name} needs the places of the degrees of freedom, and the "
                    f"snapshots of study.data_sets.{data} are coordinates in the modes of a tree: "
                    f"name other data sets under study.methods.{name}.only, or take a method in "
                    "POD coordinates"
                )


def _of_models(study: Study) -> Iterator[str]:
    for name, rom in study.roms.items():
        intrusive = ROMS[rom.kind].intrusive
        for data in rom.only or ():
            if intrusive and not study.has_equation(data):
                yield (
                    f"study.roms.{name}.only = {data!r} has no equation to reduce: {WITHOUT} "
                    "work without one"
                )
        if not any(name in study.roms_for(data) for data in study.data_sets):
            needed = "a data set with an equation" if intrusive else "a data set"
            other = f"; {WITHOUT} work without an equation" if intrusive else ""
            yield f"study.roms.{name} has nothing to reduce: it needs {needed}, and a method{other}"
        for data, choice in study.data_sets.items():
            untimed = choice.kind == "tree" and choice.settings["t"] is None
            if untimed and not study.has_equation(data) and name in study.roms_for(data):
                yield f"study.data_sets.{data}.t is missing: study.roms.{name} needs the times"


def _of_demands(study: Study) -> Iterator[str]:
    """Yield what models demand and methods or equations do not offer."""
    for name, rom in study.roms.items():
        data_sets = [data for data in study.data_sets if name in study.roms_for(data)]
        methods = dict.fromkeys(m for data in data_sets for m in study.reductions_for(name, data))
        yield from refusals(
            f"study.roms.{name}",
            rom.kind,
            rom.settings,
            {method: study.methods[method].kind for method in methods},
            {data: _equation_of(study.data_sets[data]) for data in data_sets},
        )


def _equation_of(choice: Choice) -> str:
    """Return the kind of the data set of the equation: that of a tree is a setting."""
    equation = choice.settings.get("equation")
    return choice.kind if equation is None else str(equation.kind)


def _of_figures(study: Study) -> Iterator[str]:
    for key in ("reconstructions", "learning_curves"):
        for name, rank in getattr(study, key).items():
            if rank not in study.ranks.get(name, ()):
                yield f"study.{key}.{name} = {rank} is not in study.ranks.{name}"


def _typed(overrides: Any) -> Any:
    """Return ``overrides`` with strings read as YAML: Snakemake hands over seeds=[0] as ['0']."""
    if isinstance(overrides, Mapping):
        return {key: _typed(value) for key, value in overrides.items()}
    if isinstance(overrides, list):
        return [_typed(value) for value in overrides]
    return _yaml(overrides, "--config") if isinstance(overrides, str) else overrides


def _yaml(text: str, where: str) -> Any:
    try:
        return load(text)
    except yaml.YAMLError:
        raise StudyError(f"{where} = {text!r} is not valid YAML") from None


def settings_from_words(
    function: Callable[..., Any], words: Sequence[str], where: str
) -> dict[str, Any]:
    """Return the settings of ``function`` given as key=value words, values in YAML.

    Raises StudyError, which lists all mistakes.
    """
    mistakes = [
        f"{where}: {word!r} is not of the form key=value" for word in words if "=" not in word
    ]
    pairs = [word.split("=", 1) for word in words if "=" in word]
    counts = Counter(key for key, _ in pairs)
    mistakes += [f"{where}.{key} is given twice" for key, n in counts.items() if n > 1]
    given = {key: _yaml(value, f"{where}.{key}") for key, value in pairs}
    bound = bind(function, given, where, mistakes)
    if mistakes:
        raise StudyError("; ".join(mistakes))
    return bound
