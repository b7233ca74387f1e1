"""mornet: the network f_p(x) beside POD.

The rooms, from the ground up: `mornet.linalg`, `mornet.kernels`, `mornet.nn`, `mornet.training`,
`mornet.snapshots`, `mornet.fom`, `mornet.reduction`, `mornet.rom`, `mornet.perturbation`,
`mornet.comparison`, `mornet.experiments`, `mornet.study`, `mornet.storage`, `mornet.tables`,
`mornet.figures`, `mornet.summary`, `mornet.running`, `mornet.cli`. ``docs/architecture.md`` in the
repository has the picture.
"""

__version__ = "0.1.0"
