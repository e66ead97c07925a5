#!/usr/bin/env python3
"""Compares every problem with PyTorch's differentiation, in float64: python3 conformance/check_torch.py. Prints errors."""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
TOLERANCE = 1e-11
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "softplus": nn.Softplus, "silu": nn.SiLU}


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class BatchNorm(nn.BatchNorm1d):
    """For inputs of any number of axes"""

    def _check_input_dim(self, x):
        pass


def module(layer, earlier):
    kind = layer["kind"]
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind]()
    if kind == "dense":
        return nn.Linear(layer["inputs"], layer["outputs"], bias=layer["bias"])
    if kind == "conv2d":
        options = {name: layer[name] for name in ("stride", "padding", "dilation", "groups", "bias")}
        return nn.Conv2d(layer["inputs"], layer["outputs"], layer["kernel"], **options)
    if kind == "batchNorm":
        return BatchNorm(layer["features"], eps=layer["epsilon"])
    if kind == "maxPool2d":
        return nn.MaxPool2d(layer["kernel"], layer["stride"])
    if kind == "averagePool2d":
        return nn.AvgPool2d(layer["kernel"], layer["stride"])
    if kind == "reuse":
        return earlier[layer["layer"]]
    if kind == "residual":
        return Residual(network(layer["body"]), network(layer["shortcut"]))
    return nn.Flatten()


def network(layers):
    modules = []
    for layer in layers:
        modules.append(module(layer, modules))
    return nn.Sequential(*modules)


def loss(f, y, likelihood):
    """-log p(y | f) of one sample, without constants"""
    family = likelihood["family"]
    if family == "categorical":
        return F.cross_entropy(f[None], y.long())
    if family == "bernoulli":
        return F.binary_cross_entropy_with_logits(f, y)
    if family == "gaussian":
        return ((f - y) ** 2).sum() / (2 * likelihood["variance"])
    return (f.exp() - y * f).sum()


def symmetric(lower):
    A = torch.zeros(len(lower), len(lower))
    for i, row in enumerate(lower):
        A[i, : i + 1] = A[: i + 1, i] = torch.tensor(row)
    return A


def error(found, expected):
    expected = torch.as_tensor(expected)
    return ((found - expected).abs().max() / expected.abs().max()).item()


def errors(problem):
    model = network(problem["model"]["layers"]).eval()
    parameters = list(model.parameters())
    for tensor, array in zip(parameters, problem["parameters"], strict=True):
        tensor.data = torch.tensor(array["values"]).reshape(array["shape"])
    for name, buffer in model.named_buffers():
        for array in problem["buffers"]:
            if array["name"] == name:
                buffer.copy_(torch.tensor(array["values"]))
    N, likelihood = len(problem["data"]["inputs"]), problem["likelihood"]
    X = torch.tensor(problem["data"]["inputs"]).reshape(N, *problem["model"]["inputShape"])
    y = torch.tensor(problem["data"]["targets"], dtype=torch.float64)
    drawn = torch.tensor(problem["data"]["sampledTargets"], dtype=torch.float64)

    def gradient(value, create_graph=False):
        parts = torch.autograd.grad(value, parameters, create_graph=create_graph)
        return torch.cat([part.reshape(-1) for part in parts])

    outputs = model(X)
    J = torch.stack([torch.stack([gradient(f, True).detach() for f in row]) for row in outputs])

    def rows(targets):
        return torch.stack([gradient(loss(model(X[n : n + 1])[0], targets[n], likelihood)) for n in range(N)])

    f0 = outputs.detach()
    output_hessians = [
        torch.autograd.functional.hessian(lambda f, n=n: loss(f, y[n], likelihood), f0[n]) for n in range(N)
    ]
    fisher = sum(J[n].T @ output_hessians[n] @ J[n] for n in range(N)) / N
    g = rows(y)
    mean_loss = sum(loss(row, y[n], likelihood) for n, row in enumerate(model(X))) / N
    hessian = torch.stack([gradient(entry, True).detach() for entry in gradient(mean_loss, True)])
    draws = [rows(drawn[:, j]) for j in range(drawn.shape[1])]
    found = {
        "fisher": fisher,
        "sampledFisher": sum(r.T @ r for r in draws) / (N * len(draws)),
        "empiricalFisher": g.T @ g / N,
        "hessian": hessian,
        "gradientCovariance": torch.cov(g.T, correction=0),
    }
    expected = problem["expected"]
    return {
        "outputs": error(f0, expected["outputs"]),
        "gradients": error(g, expected["perExampleGradients"]),
        **{kind: error(A, symmetric(expected["matrices"][kind])) for kind, A in found.items()},
    }


def main():
    worst = 0
    for path in sorted((pathlib.Path(__file__).parent / "problems").glob("*.json")):
        found = errors(json.loads(path.read_text()))
        worst = max(worst, *found.values())
        print(f"{path.stem:22}", *(f"{kind} {value:.0e}" for kind, value in found.items()))
    assert worst < TOLERANCE, f"PyTorch differs by {worst}"


main()
