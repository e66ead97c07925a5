"""PyTorch's times for the networks of networkTasks.ts, milliseconds, best of many. Prints JSON.

    python3 networkPeers.py THREADS
"""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))


def best(call, budget=1.5):
    call()
    times = []
    end = time.perf_counter() + budget
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


networks = {
    "784-100-10, 256": (
        nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10)),
        torch.rand(256, 784),
    ),
    "CNN 8, 16, 64": (
        nn.Sequential(
            nn.Conv2d(1, 8, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 5),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(256, 10),
        ),
        torch.rand(64, 1, 28, 28),
    ),
}

times = {}
for name, (network, X) in networks.items():
    y = torch.randint(0, 10, (len(X),))
    parameters = list(network.parameters())
    loss = nn.CrossEntropyLoss()

    def gradient():
        return torch.autograd.grad(loss(network(X), y), parameters)

    times[f"{name} loss gradient"] = best(gradient)

    v = [torch.randn_like(p) for p in parameters]

    def hessian_product():
        g = torch.autograd.grad(loss(network(X), y), parameters, create_graph=True)
        return torch.autograd.grad(g, parameters, v)

    times[f"{name} Hessian-vector product"] = best(hessian_product)

print(json.dumps(times))
