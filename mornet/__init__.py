"""mornet: the network f_p(x) beside POD.

The rooms, from the ground up: `mornet.nn`, `mornet.training`, `mornet.snapshots`, `mornet.fom`,
`mornet.reduction`, `mornet.perturbation`, `mornet.study`, `mornet.experiments`, `mornet.storage`,
`mornet.figures`, `mornet.cli`. ``docs/architecture.md`` in the repository has the picture.
"""

__version__ = "0.1.0"
