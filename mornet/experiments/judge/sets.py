"""The data sets of the study, and the group to which each of them belongs.

Anything may be tuned on "tuning". The sets of "earlier" were looked at with former rules, and their
misses led to the present ones: they show whether a change makes something worse, and no more. The
sets of "sealed" are written when the rules are final, and looked at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mornet.lazy import Lazy
from mornet.snapshots import DataSet


@dataclass(frozen=True)
class Task(Lazy):
    """A data set by the function of the dotted ``name``, its settings, and the rank of the race."""

    rank: int
    settings: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> DataSet:
        """Return the data set."""
        data: DataSet = self.load()(**self.settings)
        return data


WAVES, FOM = "mornet.experiments.judge.waves", "mornet.fom"
BURGERS = f"{FOM}.burgers.burgers_data_set"
PLANE = f"{FOM}.burgers_2d.burgers_2d_data_set"
HEAT = f"{FOM}.heat.heat_data_set"
SHOCK = f"{FOM}.shock.shock_data_set"
CHAOS = f"{FOM}.kuramoto_sivashinsky.kuramoto_sivashinsky_data_set"
CYCLE = f"{FOM}.fitzhugh_nagumo.fitzhugh_nagumo_data_set"
DIGITS = "mornet.snapshots.digits.digits_data_set"
TABLES = "mornet.snapshots.tables"
TABLE, PATCHES = f"{TABLES}.table_data_set", f"{TABLES}.patches_data_set"
PROFILES = "mornet.experiments.judge.profiles"
FIELDS = "mornet.experiments.judge.fields"
SAMPLES = "mornet.experiments.judge.samples"
SERIES = "mornet.experiments.judge.series"
SOLUTIONS = "mornet.experiments.judge.solutions"
PHENOMENA = "mornet.experiments.judge.phenomena"
HAPPENINGS = "mornet.experiments.judge.happenings"
RECORDINGS = "mornet.experiments.judge.recordings"
CYLINDER = "mornet.experiments.judge.cylinder.cylinder_wake"

FOUR = {"train": (0.9, 0.95, 1.05, 1.1)}
FIVE = {"n": 400, "steps": 200, "train": (0.8, 0.9, 1.0, 1.1, 1.2), "test": (0.85, 0.95, 1.15)}
AWAY = {"n": 400, "steps": 200, "train": (0.8, 0.85, 0.9), "test": (1.0,)}
SMALL_PLANE = {"nodes": 32, "train": (0.8, 0.9, 1.0, 1.1, 1.2), "test": (0.85, 1.05)}
SHORT_CHAOS = {"times": 60}
LOW = {"n": 500, "steps": 300, "train": (0.5, 0.6, 0.7, 0.8), "test": (0.55, 0.75)}
BLOCKS = {"cells": 150, "blocks": 3, "levels": 3, "lowest": 0.2}
SLOW = {"n": 160, "train": (20.0, 40.0, 60.0, 80.0, 100.0, 120.0), "test": (30.0, 70.0, 110.0)}
INFLOW = {"nodes": 24, "steps": 120, "final_time": 18.0, "initial": False}
BARS = {"cells": 120, "blocks": 2, "levels": 5, "lowest": 0.3}
LATE = {"nodes": 36, "nu": 0.015, "train": (0.7, 0.85, 1.0, 1.15), "test": (0.8, 1.1)}
THREE = {"train": (50.0, 100.0, 200.0), "test": (70.0, 150.0)}
TWO = {"n": 300, "steps": 150, "train": (0.6, 1.0), "test": (0.75, 0.9)}
WIDE = {"length": 18.0, "times": 60, "nodes": 40}
NARROW = {"length": 16.0, "times": 60, "nodes": 48}
BROAD = {"n": 350, "steps": 250, "train": (0.7, 0.85, 1.0, 1.15, 1.3), "test": (0.8, 1.2)}
THICK = {"nodes": 28, "nu": 0.03, "train": (0.6, 0.8, 1.0, 1.2), "test": (0.7, 1.1)}
RODS = {"cells": 90, "blocks": 2, "levels": 4, "lowest": 0.2}
QUICK = {"n": 180, "train": (30.0, 60.0, 90.0, 120.0, 150.0), "test": (45.0, 105.0)}
BETWEEN = {"length": 20.0, "times": 50, "nodes": 44}
WIDER = {"n": 280, "steps": 200, "train": (0.4, 0.6, 0.8, 1.0), "test": (0.5, 0.9)}
FLAT = {"nodes": 30, "nu": 0.02, "train": (0.65, 0.8, 0.95, 1.1, 1.25), "test": (0.7, 1.0)}
PLATES = {"cells": 110, "blocks": 2, "levels": 4, "lowest": 0.4}
FAST = {"n": 140, "train": (60.0, 90.0, 120.0, 150.0, 180.0), "test": (75.0, 165.0)}
LONGER = {"length": 22.0, "times": 55, "nodes": 46}
SWELLS = {"cells": 100, "steps": 130, "width": 0.12}
BELLS = {"cells": 120, "steps": 120, "width": 0.08}
STEEP = {"nodes": 26, "nu": 0.012, "times": 80, "train": (0.5, 0.8, 1.1, 1.4), "test": (0.65, 1.25)}
THIRTY_SIX = {"cells": 80, "levels": 6, "lowest": 0.05, "highest": 2.0, "steps": 40}
ECHOES = {"cells": 90, "width": 0.04, "train": (0.7, 1.0, 1.3), "test": (0.85, 1.15)}
LASTING = {"nodes": 100, "steps": 2000, "final_time": 20.0, "every": 5}
LARGE = {"length": 30.0, "times": 50, "nodes": 48, "transient": 200.0, "steps": 25}
INFLOWS = {"inflows": (4.0, 4.5, 5.0, 5.5), "growths": (0.015, 0.03), "test_inflows": (4.25, 5.25)}
ABOVE = {"n": 200, "times": 60, "train": (80.0, 120.0, 160.0, 200.0, 240.0), "test": (280.0, 320.0)}
FOUR_BLOCKS = {"cells": 100, "blocks": 4, "levels": 3, "lowest": 0.15, "steps": 25}
FEW = {"n": 300, "steps": 24, "final_time": 0.4, "train": (0.7, 1.0, 1.3), "test": (0.85, 1.15)}
CALM = {
    "length": 13.0,
    "times": 40,
    "nodes": 32,
    "interval": 0.5,
    "transient": 100.0,
    "steps": 10,
    "standardise": False,
}

TASKS: dict[str, dict[str, Task]] = {
    "tuning": {
        "burgers_r5": Task(BURGERS, 5),
        "burgers_r10": Task(BURGERS, 10),
        "burgers_four_r3": Task(BURGERS, 3, FOUR),
        "burgers_plane_r4": Task(PLANE, 4, SMALL_PLANE),
        "heat_r3": Task(HEAT, 3),
        "shock_r2": Task(SHOCK, 2),
        "shock_r10": Task(SHOCK, 10),
        "chaos_r8": Task(CHAOS, 8, SHORT_CHAOS),
        "cycle_r3": Task(CYCLE, 3, {"nodes": 256}),
        "step_r3": Task(f"{FOM}.travelling_waves.step_wave_data_set", 3, {"n": 200}),
        "digits_r2": Task(DIGITS, 2),
        "digits_r20": Task(DIGITS, 20),
        "iris_r2": Task(TABLE, 2, {"table": "iris"}),
        "breast_cancer_r3": Task(TABLE, 3, {"table": "breast_cancer"}),
        "china_r8": Task(PATCHES, 8),
        "front_r3": Task(f"{WAVES}.front", 3),
        "two_pulses_r2": Task(f"{WAVES}.two_pulses", 2),
        "decaying_wave_r3": Task(f"{WAVES}.decaying_wave", 3),
        "blob_r2": Task(f"{WAVES}.blob", 2),
        "street_series_r2": Task(f"{WAVES}.street", 2),
        "cylinder_r2": Task(CYLINDER, 2),
    },
    "earlier": {
        "burgers_r2": Task(BURGERS, 2),
        "burgers_r20": Task(BURGERS, 20),
        "burgers_five_r3": Task(BURGERS, 3, FIVE),
        "burgers_away_r5": Task(BURGERS, 5, AWAY),
        "burgers_plane_r8": Task(PLANE, 8, SMALL_PLANE),
        "heat_r8": Task(HEAT, 8),
        "shock_r5": Task(SHOCK, 5),
        "chaos_r12": Task(CHAOS, 12, SHORT_CHAOS),
        "cycle_r8": Task(CYCLE, 8, {"nodes": 256}),
        "gaussian_r3": Task(f"{FOM}.travelling_waves.gaussian_data_set", 3),
        "pulse_r2": Task(f"{FOM}.pulse.pulse_data_set", 2, {"n": 512, "times": 400}),
        "digits_r5": Task(DIGITS, 5),
        "digits_r10": Task(DIGITS, 10),
        "wine_r3": Task(TABLE, 3, {"table": "wine"}),
        "diabetes_r3": Task(TABLE, 3, {"table": "diabetes"}),
        "flower_r8": Task(PATCHES, 8, {"image": "flower"}),
        "china_r16": Task(PATCHES, 16),
        "few_fronts_r2": Task(f"{WAVES}.front", 2, {"parameters": 4}),
        "steepening_r4": Task(f"{WAVES}.steepening", 4),
        "two_pulses_r5": Task(f"{WAVES}.two_pulses", 5),
        "blob_alone_r2": Task(f"{WAVES}.blob", 2, {"background": 0.0, "nodes": 40}),
        "bar_r2": Task(f"{WAVES}.bar", 2),
        "street_r3": Task(f"{WAVES}.street", 3, {"parameters": 5, "times": 100}),
        "cylinder_r3": Task(CYLINDER, 3),
        "burgers_low_r4": Task(BURGERS, 4, LOW),
        "burgers_plane_three_r3": Task(PLANE, 3, {"nodes": 40, "nu": 0.02, "final_time": 0.8}),
        "heat_blocks_r5": Task(HEAT, 5, BLOCKS),
        "shock_slow_r4": Task(SHOCK, 4, SLOW),
        "chaos_short_r6": Task(CHAOS, 6, NARROW),
        "cycle_voltage_r4": Task(CYCLE, 4, {"nodes": 200, "fields": "v"}),
        "pulse_wide_r3": Task(
            f"{FOM}.pulse.pulse_data_set", 3, {"n": 600, "times": 300, "width": 4e-4}
        ),
        "packets_r4": Task(f"{PROFILES}.packets", 4),
        "noisy_packets_r6": Task(f"{PROFILES}.packets", 6, {"noise": 0.05, "parameters": 8}),
        "rings_r2": Task(f"{FIELDS}.rings", 2),
        "merging_r3": Task(f"{PROFILES}.merging", 3),
        "roll_r2": Task(f"{SAMPLES}.roll", 2),
        "factors_r3": Task(f"{SAMPLES}.factors", 3),
        "flower_large_r12": Task(PATCHES, 12, {"image": "flower", "size": 12}),
        "street_noisy_r4": Task(
            f"{WAVES}.street", 4, {"parameters": 7, "times": 70, "noise": 0.02}
        ),
        "cylinder_later_r3": Task(CYLINDER, 3, {"later": True}),
        "inflow_r5": Task(f"{FOM}.inflow_burgers.inflow_burgers_data_set", 5, INFLOW),
        "heat_levels_r4": Task(HEAT, 4, BARS),
        "burgers_plane_late_r4": Task(PLANE, 4, LATE),
        "shock_three_r3": Task(SHOCK, 3, THREE),
        "burgers_two_r3": Task(BURGERS, 3, TWO),
        "chaos_middle_r7": Task(CHAOS, 7, WIDE),
        "cycle_recovery_r3": Task(CYCLE, 3, {"nodes": 150, "fields": "w", "every": 4}),
        "gaussian_wide_r4": Task(
            f"{FOM}.travelling_waves.gaussian_data_set", 4, {"n": 220, "width": 0.04}
        ),
        "flower_small_r6": Task(PATCHES, 6, {"image": "flower", "size": 6}),
        "china_large_r10": Task(PATCHES, 10, {"size": 10, "patches": 1500}),
        "solitons_r3": Task(f"{PROFILES}.solitons", 3),
        "spiral_r2": Task(f"{FIELDS}.spiral", 2),
        "noisy_fronts_r3": Task(f"{PROFILES}.noisy_fronts", 3),
        "beams_r5": Task(f"{PROFILES}.beams", 5),
        "s_curve_r2": Task(f"{SAMPLES}.s_curve", 2),
        "torus_r3": Task(f"{SAMPLES}.torus", 3),
        "clusters_r3": Task(f"{SAMPLES}.clusters", 3),
        "ellipsoid_r4": Task(f"{SAMPLES}.ellipsoid", 4),
        "burgers_broad_r6": Task(BURGERS, 6, BROAD),
        "burgers_plane_thick_r5": Task(PLANE, 5, THICK),
        "heat_rods_r4": Task(HEAT, 4, RODS),
        "shock_quick_r4": Task(SHOCK, 4, QUICK),
        "chaos_between_r8": Task(CHAOS, 8, BETWEEN),
        "cycle_coarse_r5": Task(CYCLE, 5, {"nodes": 120, "every": 3}),
        "bells_r6": Task(f"{FOM}.wave.wave_data_set", 6, BELLS),
        "gaussian_narrow_r3": Task(
            f"{FOM}.travelling_waves.gaussian_data_set", 3, {"n": 260, "width": 0.06}
        ),
        "china_small_r4": Task(PATCHES, 4, {"size": 5, "patches": 1200}),
        "breathers_r3": Task(f"{PROFILES}.breathers", 3),
        "diffusing_r3": Task(f"{PROFILES}.diffusing", 3),
        "vortices_r2": Task(f"{FIELDS}.vortices", 2),
        "tilted_r3": Task(f"{SAMPLES}.tilted", 3),
        "spectra_r2": Task(f"{SAMPLES}.spectra", 2),
        "memory_r5": Task(f"{SERIES}.memory", 5),
        "burgers_wider_r4": Task(BURGERS, 4, WIDER),
        "burgers_plane_flat_r6": Task(PLANE, 6, FLAT),
        "heat_plates_r4": Task(HEAT, 4, PLATES),
        "shock_fast_r4": Task(SHOCK, 4, FAST),
        "chaos_longer_r9": Task(CHAOS, 9, LONGER),
        "swells_r4": Task(f"{FOM}.wave.wave_data_set", 4, SWELLS),
        "china_grain_r3": Task(PATCHES, 3, {"size": 4, "patches": 1600}),
        "flower_wide_r5": Task(PATCHES, 5, {"image": "flower", "size": 7, "patches": 1100}),
        "flames_r2": Task(f"{PROFILES}.flames", 2),
        "chirps_r4": Task(f"{PROFILES}.chirps", 4),
        "rocking_r3": Task(f"{FIELDS}.rocking", 3),
        "sloshing_r1": Task(f"{PROFILES}.sloshing", 1),
        "two_tones_r3": Task(f"{SERIES}.two_tones", 3),
        "two_bumps_r3": Task(f"{SAMPLES}.two_bumps", 3),
        "rank_one_r1": Task(f"{SAMPLES}.rank_one", 1),
        "mixture_r3": Task(f"{SAMPLES}.mixture", 3),
        "heat_many_r6": Task(HEAT, 6, THIRTY_SIX),
        "echoes_r8": Task(f"{FOM}.wave.wave_data_set", 8, ECHOES),
        "cycle_lasting_r6": Task(CYCLE, 6, LASTING),
        "chaos_large_r12": Task(CHAOS, 12, LARGE),
        "burgers_plane_steep_r7": Task(PLANE, 7, STEEP),
        "china_tiles_r9": Task(PATCHES, 9, {"size": 12, "patches": 1400}),
        "cells_r3": Task(f"{SOLUTIONS}.cells", 3),
        "spreading_r3": Task(f"{SOLUTIONS}.spreading", 3),
        "shock_tubes_r5": Task(f"{SOLUTIONS}.shock_tubes", 5),
        "petals_r4": Task(f"{SOLUTIONS}.petals", 4),
        "airy_beams_r5": Task(f"{SOLUTIONS}.airy_beams", 5),
        "advected_vortices_r4": Task(f"{SOLUTIONS}.advected_vortices", 4),
        "transient_r2": Task(f"{SOLUTIONS}.transient", 2),
        "lorenz_r3": Task(f"{SOLUTIONS}.lorenz", 3),
        "random_fields_r10": Task(f"{SOLUTIONS}.random_fields", 10),
        "static_r1": Task(f"{SOLUTIONS}.static", 1),
        "inflows_r10": Task(
            f"{FOM}.inflow_burgers.inflow_burgers_data_set", 10, {**INFLOW, **INFLOWS}
        ),
        "shock_above_r3": Task(SHOCK, 3, ABOVE),
        "heat_four_blocks_r8": Task(HEAT, 8, FOUR_BLOCKS),
        "burgers_few_r2": Task(BURGERS, 2, FEW),
        "chaos_calm_r5": Task(CHAOS, 5, CALM),
        "jams_r4": Task(f"{PHENOMENA}.jams", 4),
        "aerofoils_r2": Task(f"{PHENOMENA}.aerofoils", 2),
        "reflected_r3": Task(f"{PHENOMENA}.reflected", 3),
        "strains_r4": Task(f"{PHENOMENA}.strains", 4),
        "bending_r1": Task(f"{PHENOMENA}.bending", 1),
        "sensors_r2": Task(f"{PHENOMENA}.sensors", 2),
        "mackey_glass_r3": Task(f"{PHENOMENA}.mackey_glass", 3),
        "velocities_r4": Task(f"{PHENOMENA}.velocities", 4),
        "fringes_r5": Task(f"{PHENOMENA}.fringes", 5),
        "replicating_r6": Task(f"{PHENOMENA}.replicating", 6),
        "threes_r12": Task(f"{PHENOMENA}.threes", 12),
    },
    "sealed": {
        "dam_breaks_r5": Task(f"{HAPPENINGS}.dam_breaks", 5),
        "freezing_r3": Task(f"{HAPPENINGS}.freezing", 3),
        "invasions_r4": Task(f"{HAPPENINGS}.invasions", 4),
        "pursuits_r6": Task(f"{HAPPENINGS}.pursuits", 6),
        "tunnelling_r10": Task(f"{HAPPENINGS}.tunnelling", 10),
        "sheared_r4": Task(f"{HAPPENINGS}.sheared", 4),
        "eels_r3": Task(f"{HAPPENINGS}.eels", 3),
        "seismograms_r12": Task(f"{RECORDINGS}.seismograms", 12),
        "heartbeats_r6": Task(f"{RECORDINGS}.heartbeats", 6),
        "scatter_r7": Task(f"{RECORDINGS}.scatter", 7),
        "hysteresis_r3": Task(f"{RECORDINGS}.hysteresis", 3),
        "antennas_r8": Task(f"{RECORDINGS}.antennas", 8),
        "seasons_r5": Task(f"{RECORDINGS}.seasons", 5),
        "elasticas_r1": Task(f"{RECORDINGS}.elasticas", 1),
        "rattling_r2": Task(f"{RECORDINGS}.rattling", 2),
        "layers_r2": Task(f"{RECORDINGS}.layers", 2),
    },
}

SETS: dict[str, Task] = {name: task for tasks in TASKS.values() for name, task in tasks.items()}


def half_of(name: str) -> str:
    """Return the half, or group, of the set ``name``."""
    return next(half for half, tasks in TASKS.items() if name in tasks)
