"""Writes pytorch.json: networks in PyTorch, in float64: outputs, first and second derivatives, and the parameters as a
safetensors file that is put together here byte by byte.

    python3 pytorch.py && npx biome check --write pytorch.json    (PyTorch 1.13, e.g. Debian's python3-torch)
"""

import base64
import json
import pathlib
import struct

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
BATCH = 3


def pair(value):
    return tuple(value) if isinstance(value, list) else value


def windows(options, *names):
    return {name: pair(options[name]) for name in names if name in options}


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = nn.Sequential(*body)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def module(kind, *arguments):
    if kind == "residual":
        body, shortcut = arguments
        return Residual([module(*p) for p in body], [module(*p) for p in shortcut])
    options = arguments[-1] if arguments and isinstance(arguments[-1], dict) else {}
    if kind == "dense":
        return nn.Linear(arguments[0], arguments[1], bias=options.get("bias", True))
    if kind == "conv2d":
        names = ("stride", "padding", "dilation", "groups", "bias")
        return nn.Conv2d(arguments[0], arguments[1], pair(options["kernel"]), **windows(options, *names))
    if kind == "maxPool2d":
        return nn.MaxPool2d(pair(arguments[0]), **windows(options, "stride", "padding", "dilation"))
    if kind == "averagePool2d":
        count = {"count_include_pad": options.get("countPadding", True)}
        return nn.AvgPool2d(pair(arguments[0]), **windows(options, "stride", "padding"), **count)
    if kind == "batchNorm":
        features = arguments[0]
        layer = (nn.BatchNorm2d if options["image"] else nn.BatchNorm1d)(features)
        layer.running_mean = torch.randn(features)
        layer.running_var = torch.rand(features) + 0.5
        nn.init.normal_(layer.weight)
        nn.init.normal_(layer.bias)
        return layer
    return {
        "globalAveragePool2d": lambda: nn.AdaptiveAvgPool2d(1),
        "flatten": nn.Flatten,
        "relu": nn.ReLU,
        "leakyRelu": lambda: nn.LeakyReLU(*arguments),
        "elu": lambda: nn.ELU(*arguments),
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
        "softplus": nn.Softplus,
        "silu": nn.SiLU,
        "gelu": lambda: nn.GELU(**options),
        "dropout": lambda: nn.Dropout(*arguments),
    }[kind]()


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


TYPES = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64"}


def safetensors(state):
    """a header of JSON after its length, then the bytes of all tensors"""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        data = tensor.detach().contiguous().numpy().tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def golden(name, inputs, layers):
    torch.manual_seed(len(name) + 100 * len(layers))
    net = nn.Sequential(*[module(*layer) for layer in layers]).eval()
    parameters = list(net.parameters())
    x = torch.randn(BATCH, *inputs)
    outputs = net(x)
    residual = torch.randn_like(outputs)
    v = [torch.randn_like(p) for p in parameters]
    (residual * outputs).sum().backward()
    gradient = [p.grad for p in parameters]
    # ∇ (∇ Σ r f · v); zero for parameters in which f is linear
    first = torch.autograd.grad((residual * net(x)).sum(), parameters, create_graph=True)
    along = sum((g * t).sum() for g, t in zip(first, v))
    second = torch.autograd.grad(along, parameters, allow_unused=True)
    second = [torch.zeros_like(p) if s is None else s for p, s in zip(parameters, second)]
    state = {k: t for k, t in net.state_dict().items() if "residual" not in name}
    return {
        "name": name,
        "inputs": inputs,
        "layers": layers,
        "theta": numbers(flat(parameters)),
        "X": numbers(x),
        "outputs": numbers(outputs),
        "residual": numbers(residual),
        "gradient": numbers(flat(gradient)),
        "v": numbers(flat(v)),
        "second": numbers(flat(second)),
        # names of a Sequential in our sense; None where PyTorch nests its own modules
        "file": base64.b64encode(safetensors(state)).decode() if state else None,
    }


networks = [
    golden("convolution, maxima", [1, 8, 8], [
        ["conv2d", 1, 2, {"kernel": 3}], ["tanh"], ["maxPool2d", 2],
        ["conv2d", 2, 3, {"kernel": 2}], ["relu"], ["flatten"], ["dense", 12, 2],
    ]),
    golden("stride, padding, dilation, groups", [4, 7, 6], [
        ["conv2d", 4, 4, {"kernel": [3, 2], "stride": [2, 1], "padding": [1, 2], "groups": 2}], ["silu"],
        ["conv2d", 4, 2, {"kernel": 2, "dilation": [1, 2], "bias": False}], ["softplus"],
        ["averagePool2d", 2, {"stride": 1, "padding": 1}], ["flatten"], ["dense", 64, 2],
    ]),
    golden("depthwise, same", [2, 4, 5], [
        ["conv2d", 2, 4, {"kernel": [2, 4], "padding": "same", "groups": 2}], ["elu", 0.7],
        ["averagePool2d", [2, 3], {"stride": 2, "padding": [1, 1], "countPadding": False}],
        ["conv2d", 4, 2, {"kernel": 1}], ["globalAveragePool2d"], ["flatten"],
    ]),
    golden("batch normalization", [2, 5, 5], [
        ["conv2d", 2, 3, {"kernel": 3, "bias": False}], ["batchNorm", 3, {"image": True}], ["leakyRelu", 0.1],
        ["maxPool2d", 3, {"stride": 2, "padding": 1}], ["flatten"],
        ["dense", 12, 4], ["batchNorm", 4, {"image": False}], ["sigmoid"], ["dense", 4, 2, {"bias": False}],
    ]),
    golden("activations", [3], [
        ["dense", 3, 4], ["gelu"], ["dense", 4, 3], ["gelu", {"approximate": "tanh"}], ["dropout", 0.4],
        ["dense", 3, 3], ["elu"], ["dense", 3, 3], ["leakyRelu"], ["dense", 3, 2],
    ]),
    golden("residual blocks", [2, 4, 4], [
        ["residual", [["conv2d", 2, 3, {"kernel": 3, "padding": 1}], ["softplus"],
                      ["conv2d", 3, 3, {"kernel": 3, "padding": 1}]],
                     [["conv2d", 2, 3, {"kernel": 1}]]],
        ["tanh"], ["residual", [["tanh"], ["conv2d", 3, 3, {"kernel": 3, "padding": 1}]], []],
        ["globalAveragePool2d"], ["flatten"], ["dense", 3, 2],
    ]),
]  # fmt: skip

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"torch": torch.__version__, "networks": networks}, ensure_ascii=False))
