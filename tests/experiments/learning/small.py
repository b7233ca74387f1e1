"""Records of small trainings, once for all tests."""

from functools import cache

from mornet.experiments.choices import entry
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.learning import digits_classifier as classifier
from mornet.experiments.learning import digits_codes as codes
from mornet.experiments.learning import grid_sizes as grids
from mornet.experiments.learning import layers as designs
from mornet.experiments.learning import overfitting as fits
from mornet.experiments.learning import overfitting_trajectories as few
from mornet.experiments.learning.cures import CureSettings


@cache
def digits_classifier():
    training = classifier.ClassifierSettings(epochs=3, most=120)
    return classifier.digits_classifier(training=training, seeds=(0, 1))


@cache
def digits_codes():
    short = {"epochs": 2, "hidden": (8,), "optimiser": "adam"}
    return codes.digits_codes(
        ranks=(2, 4),
        seeds=(0, 1),
        shown=4,
        dense=codes.AutoencoderSettings(**short),
        convolutional=codes.ConvolutionalAutoencoderSettings(channels=(2,), size=3, **short),
    )


@cache
def overfitting():
    return fits.overfitting(
        samples=8,
        depths=(1, 2),
        widths=(2, 12),
        degrees=(1, 3, 7, 20),
        seeds=(0, 1),
        cures=CureSettings(steps=60, adam_steps=30, decays=(1e-3,), rates=(0.1,)),
    )


@cache
def overfitting_trajectories():
    return few.overfitting_trajectories(
        trajectories=(1, 2),
        widths=(2, 16),
        n=40,
        steps=20,
        seeds=(0, 1),
        cures=CureSettings(steps=60, adam_steps=30, decays=(1e-3,), rates=(0.1,)),
    )


@cache
def grid_sizes():
    bump = entry(DATA_SETS, "burgers", steps=10)
    return grids.grid_sizes(problem=bump, sizes=(64, 96), code=2, epochs=2, seeds=(0, 1))


@cache
def layers():
    return designs.layers(
        codes=(2,),
        depths=(1, 2),
        widths=(8, 16),
        steps=4,
        gaps=designs.GapSettings(width=8, sizes=(20, 40)),
        seeds=(0,),
    )
