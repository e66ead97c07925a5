"""PyTorch's seconds for an epoch of training.ts: plain loop, tensors in memory, the order drawn anew. Prints JSON.

    python3 trainingPeers.py THREADS SAMPLES BATCH EPOCHS
"""

import json
import sys
import time

import torch
from torch import nn

threads, samples, batch, epochs = map(int, sys.argv[1:])
torch.set_num_threads(threads)
network = nn.Sequential(
    nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 400), nn.ReLU(), nn.Linear(400, 10)
)
X = torch.rand(samples, 784)
y = torch.randint(0, 10, (samples,))
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(network.parameters(), lr=0.05)

times = []
for _ in range(epochs):
    start = time.perf_counter()
    order = torch.randperm(samples)
    for at in range(0, samples, batch):
        chosen = order[at : at + batch]
        optimizer.zero_grad()
        loss(network(X[chosen]), y[chosen]).backward()
        optimizer.step()
    times.append(time.perf_counter() - start)
print(json.dumps({"seconds": min(times), "torch": torch.__version__}))
