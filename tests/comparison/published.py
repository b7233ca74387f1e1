"""A published autoencoder that loses, rebuilt in small.

EZyRB's second tutorial (github.com/mathLab/EZyRB) reduces 500 steady flows over a step, whose inlet
velocities v are drawn from 1 to 80, by an autoencoder with the hidden layers 200 and 100, a code of
10 numbers, tanh, and Adam of all snapshots at once. The velocities enter the network as they are.
On these flows the mean of the training snapshots has the error 1.983. The training is rebuilt here
in small, with flows that depend on v in the same way.
"""

import numpy as np

from mornet.comparison.explain import Explanation, explain
from mornet.comparison.explain.training import Curve
from mornet.nn import Network
from mornet.reduction import AutoencoderSettings
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.snapshots import DataSet, Snapshots
from mornet.training import Adam, Objective, train

STEPS = 600
SETTINGS = AutoencoderSettings(
    hidden=(40, 20),
    activation="tanh",
    centre=False,
    pod_tolerance=None,
    epochs=STEPS,
    batch=100,
    optimiser="adam",
    learning_rate=0.01,
)


def flows() -> DataSet:
    """Flows of the size of v, with a boundary layer of the thickness v^{-1/2}."""
    rng, y = np.random.default_rng(0), np.linspace(0, 1, 150)[:, None]
    v = rng.uniform(1, 80, 125)
    U = v * np.tanh(3 * y * np.sqrt(v / 10)) * (1 + 0.2 * np.sin(6 * y) / (1 + v / 40))
    snapshots = Snapshots(U=U, x=y.T, trajectory=np.arange(125), mu=v[None])
    columns = np.arange(125)
    return DataSet("flows", snapshots.take(columns[25:]), snapshots.take(columns[:25]), "a fold")


def as_torch_starts(network, rng):
    """The start of torch.nn.Linear: weights and biases uniform in +-n_in^{-1/2}."""
    p = np.zeros(network.size)
    for layer in network.layers(p):
        bound = layer.W.shape[1] ** -0.5
        layer.W[...] = rng.uniform(-bound, bound, layer.W.shape)
        layer.b[...] = rng.uniform(-bound, bound, layer.b.shape)
    return p


def explained(flows: DataSet) -> tuple[Autoencoder, Explanation]:
    """The autoencoder of the tutorial after `STEPS` steps, and its explanation."""
    names = ("tanh", "tanh", "identity", "tanh", "tanh", "identity")
    network = Network((150, 40, 20, 10, 20, 40, 150), names)
    X = np.asfortranarray(flows.train.U)
    start = as_torch_starts(network, np.random.default_rng(0))
    p, history = train(
        Objective(network, X, X), start, Adam(0.01), steps=STEPS, record_every=STEPS // 60
    )
    model = Autoencoder(network, 3, p, scale=1.0)
    curve = Curve(history.step, np.sqrt(history.objective))
    return model, explain(model, flows, affine=False, settings=SETTINGS, curve=curve)
