"""The same network in PyTorch and scikit-learn, as users of these packages write it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from mornet.nn import Network

ACTIVATIONS = {
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "swish": torch.nn.SiLU,
    "identity": torch.nn.Identity,
}
VARIANTS = {  # how torch.optim may update its parameters
    "eager": {"foreach": False, "fused": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
}


def torch_network(net: Network, p: np.ndarray) -> torch.nn.Sequential:
    """Return the network with the parameters p."""
    modules: list[torch.nn.Module] = []
    for W, b, sigma, _ in net.layers(p):
        linear = torch.nn.Linear(W.shape[1], W.shape[0], bias=b is not None)
        linear.weight = torch.nn.Parameter(torch.tensor(W))
        if b is not None:
            linear.bias = torch.nn.Parameter(torch.tensor(b))
        modules.append(linear)
        if sigma.name != "identity":
            modules.append(ACTIVATIONS[sigma.name]())
    return torch.nn.Sequential(*modules)


def torch_parameters(model: torch.nn.Module) -> np.ndarray:
    """Return the parameters as mornet's p: W and b, layer after layer."""
    return np.concatenate([q.detach().numpy().ravel() for q in model.parameters()])


def torch_optimiser(
    model: torch.nn.Module, name: str, eta: float, variant: str
) -> torch.optim.Optimizer:
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[name]
    return kind(model.parameters(), lr=eta, **VARIANTS[variant])


def torch_step(
    model: torch.nn.Module, optimiser: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
) -> None:
    """Take one step on J, the mean over the samples (rows here) of half the squared norms."""
    optimiser.zero_grad(set_to_none=True)
    loss = torch.nn.functional.mse_loss(model(x), y, reduction="sum") * (0.5 / len(x))
    loss.backward()
    optimiser.step()


def torch_epoch(
    net: Network, p: np.ndarray, x: np.ndarray, batch: int, name: str, eta: float, variant: str
) -> Callable[[], torch.nn.Module]:
    """Return a function that trains an autoencoder for one epoch on the columns of x."""
    model = torch_network(net, p)
    optimiser = torch_optimiser(model, name, eta, variant)
    data = torch.from_numpy(np.ascontiguousarray(x.T))
    N = len(data)

    def epoch() -> torch.nn.Module:
        if batch == N:
            torch_step(model, optimiser, data, data)
            return model
        permutation = torch.randperm(N)
        for start in range(0, N, batch):
            samples = data[permutation[start : start + batch]]
            torch_step(model, optimiser, samples, samples)
        return model

    return epoch


def sklearn_epoch(
    net: Network, x: np.ndarray, batch: int, name: str, eta: float
) -> Callable[[], object]:
    """Return a function that trains scikit-learn's MLPRegressor for one epoch."""
    from sklearn.neural_network import MLPRegressor

    regressor = MLPRegressor(
        hidden_layer_sizes=net.widths[1:-1],
        activation="logistic",
        solver=name,
        alpha=0.0,
        batch_size=batch,
        learning_rate_init=eta,
        momentum=0.0,
        nesterovs_momentum=False,
    )
    data = np.ascontiguousarray(x.T)
    return lambda: regressor.partial_fit(data, data)
