"""Networks and likelihoods in plain NumPy, on numbers that carry derivatives along: nothing here knows backpropagation.

A `Dual` has a value and tangents along T directions, so that a forward pass gives a Jacobian. Its arrays may be
complex: with theta + ih e_j the imaginary parts of the tangents, divided by h, are the second derivatives, to rounding
(no difference is taken, so h = 1e-60 is no trouble).
"""

import numpy as np


class Dual:
    """value, of shape S; tangents, of shape (T,) + S"""

    def __init__(self, value, tangents):
        self.value, self.tangents = value, tangents

    def __add__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.tangents + np.zeros_like(other))
        value = self.value + other.value
        return Dual(value, self.spread(value.ndim) + other.spread(value.ndim))

    def __sub__(self, other):
        return self + (-1.0) * other

    def __mul__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value * other, self.tangents * other)
        value = self.value * other.value
        left, right = self.spread(value.ndim), other.spread(value.ndim)
        return Dual(value, left * other.value + self.value * right)

    def spread(self, ndim):
        """The tangents of an array that takes part in operations on arrays of so many axes"""
        shape = self.tangents.shape
        return self.tangents.reshape(shape[:1] + (1,) * (ndim + 1 - len(shape)) + shape[1:])

    __radd__ = __add__
    __rmul__ = __mul__

    def __getitem__(self, index):
        index = index if isinstance(index, tuple) else (index,)
        return Dual(self.value[index], self.tangents[(slice(None),) + index])

    def reshape(self, *shape):
        return Dual(self.value.reshape(shape), self.tangents.reshape((len(self.tangents),) + shape))

    def map(self, function, slope):
        return Dual(function(self.value), slope(self.value) * self.tangents)

    def sum(self, axis):
        """axis is counted from the end: negative"""
        return Dual(self.value.sum(axis), self.tangents.sum(axis))


def contract(subscripts, a, b):
    """einsum of two Duals; the letter t is free for the tangents"""
    left, right = subscripts.split(",")
    right, out = right.split("->")
    product = lambda s, x, y: np.einsum(s, x, y, optimize=True)
    return Dual(
        product(subscripts, a.value, b.value),
        product(f"t{left},{right}->t{out}", a.tangents, b.value)
        + product(f"{left},t{right}->t{out}", a.value, b.tangents),
    )


# --- activations: value and first derivative; the second one comes from complex steps -------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "softplus": (lambda x: np.log(1 + np.exp(x)), sigmoid),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "relu": (lambda x: np.where(x.real > 0, x, 0), lambda x: np.where(x.real > 0, 1.0, 0.0)),
}


# --- layers: each takes a Dual [N, ...] and its parameters, a list of Duals -----------------------------------------


def pair(x):
    return (x, x) if np.isscalar(x) else tuple(x)


def windows(shape, kernel, stride, padding, dilation):
    """Flat indices [positions, kernel entries] into one channel [height, width]; height·width where padding is"""
    (height, width), (kh, kw), (sh, sw) = shape, pair(kernel), pair(stride)
    (ph, pw), (dh, dw) = pair(padding), pair(dilation)
    rows = (height + 2 * ph - dh * (kh - 1) - 1) // sh + 1
    cols = (width + 2 * pw - dw * (kw - 1) - 1) // sw + 1
    index = np.empty((rows, cols, kh, kw), int)
    for i in range(rows):
        for j in range(cols):
            for a in range(kh):
                for b in range(kw):
                    y, x = i * sh - ph + a * dh, j * sw - pw + b * dw
                    inside = 0 <= y < height and 0 <= x < width
                    index[i, j, a, b] = y * width + x if inside else height * width
    return index.reshape(rows * cols, kh * kw), (rows, cols)


def gather(x, index, outside):
    """Windows [N, channels, positions, kernel entries] of x [N, channels, height, width]"""
    N, C, H, W = x.value.shape
    extended = np.concatenate([x.value.reshape(N, C, H * W), np.full((N, C, 1), outside)], -1)
    tangents = x.tangents.reshape(-1, N, C, H * W)
    extended_tangents = np.concatenate([tangents, np.zeros(tangents.shape[:-1] + (1,))], -1)
    return Dual(extended, extended_tangents)[:, :, index]


def patches(x, layer):
    """Inputs of a convolution, [N, groups, positions, inputs of one output] and the size of its outputs"""
    index, size = windows(
        x.value.shape[2:], layer["kernel"], layer["stride"], layer["padding"], layer["dilation"]
    )
    found = gather(x, index, 0.0)
    N, C, R, K = found.value.shape
    G = layer["groups"]
    value = found.value.reshape(N, G, C // G, R, K).swapaxes(2, 3).reshape(N, G, R, -1)
    T = len(found.tangents)
    tangents = found.tangents.reshape(T, N, G, C // G, R, K).swapaxes(3, 4).reshape(T, N, G, R, -1)
    return Dual(value, tangents), size


def dense(layer, x, weights, record):
    y = contract("ni,oi->no", x, weights[0])
    if layer["bias"]:
        y = y + weights[1]
    return record(x.value[:, None, None], y)


def conv2d(layer, x, weights, record):
    inputs, size = patches(x, layer)
    G, O = layer["groups"], layer["outputs"]
    W = weights[0].reshape(G, O // G, -1)
    y = contract("ngrk,gok->ngor", inputs, W).reshape(len(x.value), O, *size)
    if layer["bias"]:
        y = y + weights[1].reshape(O, 1, 1)
    return record(inputs.value, y)


def batch_norm(layer, x, weights, buffers):
    mean, variance = (b.reshape((-1,) + (1,) * (x.value.ndim - 2)) for b in buffers)
    scale, shift = (w.reshape(*mean.shape) for w in weights)
    return (x - mean) * (1 / np.sqrt(variance + layer["epsilon"])) * scale + shift


def max_pool(layer, x):
    index, size = windows(x.value.shape[2:], layer["kernel"], layer["stride"], 0, 1)
    found = gather(x, index, -np.inf)
    first, second = np.sort(found.value.real, -1)[..., :-3:-1].transpose(3, 0, 1, 2)
    assert (first - second).min() > 1e-3, "a maximum is nearly a tie: choose another seed"
    best = np.argmax(found.value.real, -1)
    n, c, r = np.indices(best.shape)
    return found[n, c, r, best].reshape(*x.value.shape[:2], *size)


def average_pool(layer, x):
    index, size = windows(x.value.shape[2:], layer["kernel"], layer["stride"], 0, 1)
    found = gather(x, index, 0.0)
    return (found.sum(-1) * (1 / index.shape[1])).reshape(*x.value.shape[:2], *size)


# --- networks -------------------------------------------------------------------------------------------------------


def parameter_shapes(layers, prefix=""):
    """name → shape, in the order of theta"""
    shapes = {}
    for i, layer in enumerate(layers):
        name, kind = f"{prefix}{i}", layer["kind"]
        if kind == "dense":
            shapes[f"{name}.weight"] = [layer["outputs"], layer["inputs"]]
        elif kind == "conv2d":
            kernel = list(pair(layer["kernel"]))
            shapes[f"{name}.weight"] = [layer["outputs"], layer["inputs"] // layer["groups"], *kernel]
        elif kind == "batchNorm":
            shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = [layer["features"]]
        elif kind == "residual":
            shapes |= parameter_shapes(layer["body"], f"{name}.")
            shapes |= parameter_shapes(layer["shortcut"], f"{name}.shortcut.")
        if layer.get("bias"):
            shapes[f"{name}.bias"] = [layer["outputs"]]
    return shapes


class Network:
    def __init__(self, layers, buffers):
        self.layers, self.buffers = layers, buffers
        self.shapes = parameter_shapes(layers)
        self.dimension = sum(int(np.prod(s)) for s in self.shapes.values())

    def split(self, theta):
        """theta, a Dual [D], as arrays by name"""
        arrays, start = {}, 0
        for name, shape in self.shapes.items():
            end = start + int(np.prod(shape))
            arrays[name] = theta[start:end].reshape(*shape)
            start = end
        return arrays

    def outputs(self, theta, X, shift=None, seen=None):
        """
        f [N, M], a Dual. `shift`: layer → Dual that is added to its outputs. `seen`, a dict, is given each layer's inputs
        [N, groups, positions, inputs of one output] and the shape of its outputs.
        """
        T, dtype = len(theta.tangents), theta.value.dtype
        x = Dual(X.astype(dtype), np.zeros((T,) + X.shape, dtype))
        return self._run(self.layers, "", x, self.split(theta), shift or {}, {} if seen is None else seen)

    def _run(self, layers, prefix, x, arrays, shift, seen):
        for i, layer in enumerate(layers):
            name = f"{prefix}{i}"
            own = name
            while layer["kind"] == "reuse":
                own = f"{prefix}{layer['layer']}"
                layer = layers[layer["layer"]]
            weights = [arrays[f"{own}.{part}"] for part in ("weight", "bias") if f"{own}.{part}" in arrays]

            def record(inputs, y, name=name):
                seen[name] = (inputs, y.value.shape)
                return y + shift[name] if name in shift else y

            kind = layer["kind"]
            if kind == "relu":
                assert np.abs(x.value.real).min() > 5e-3, "an input of relu is at its kink: choose another seed"
            if kind in ACTIVATIONS:
                x = x.map(*ACTIVATIONS[kind])
            elif kind == "dense":
                x = dense(layer, x, weights, record)
            elif kind == "conv2d":
                x = conv2d(layer, x, weights, record)
            elif kind == "batchNorm":
                stats = [self.buffers[f"{own}.running_mean"], self.buffers[f"{own}.running_var"]]
                x = batch_norm(layer, x, weights, stats)
            elif kind == "maxPool2d":
                x = max_pool(layer, x)
            elif kind == "averagePool2d":
                x = average_pool(layer, x)
            elif kind == "flatten":
                x = x.reshape(len(x.value), -1)
            elif kind == "residual":
                around = self._run(layer["shortcut"], f"{name}.shortcut.", x, arrays, shift, seen)
                x = self._run(layer["body"], f"{name}.", x, arrays, shift, seen) + around
            else:
                raise ValueError(f"unknown layer {kind}")
        return x


# --- likelihoods ----------------------------------------------------------------------------------------------------


def log_factorial(y):
    return np.array([np.log(np.arange(1, int(k) + 1)).sum() for k in np.ravel(y)]).reshape(np.shape(y))


class Likelihood:
    """
    -log p(y | f) with all constants, `loss(f, y)` [N] for a Dual f [N, M] and targets y [N, ...], and the expectation
    over y as a finite sum, `outcomes(f)`: pairs of weights [N] and targets, exact for second moments of the residual.
    """

    def __init__(self, options):
        self.family = options["family"]
        self.M = options.get("outputs", 1)
        self.variance = options.get("variance", 1.0)

    def loss(self, f, y):
        if self.family == "gaussian":
            error = f - y
            constant = 0.5 * self.M * np.log(2 * np.pi * self.variance)
            return (error * error).sum(-1) * (0.5 / self.variance) + constant
        if self.family == "categorical":
            top = f.value.real.max(-1, keepdims=True)
            total = (f - top).map(np.exp, np.exp).sum(-1).map(np.log, lambda x: 1 / x)
            return total + top[:, 0] - f[np.arange(len(y)), y[:, 0].astype(int)]
        f, y = f[:, 0], y[:, 0]
        if self.family == "bernoulli":
            return f.map(*ACTIVATIONS["softplus"]) - f * y
        return f.map(np.exp, np.exp) - f * y + log_factorial(y)

    def outcomes(self, f):
        N = len(f)
        if self.family == "gaussian":
            # three nodes of Gauss and Hermite a coordinate are exact for polynomials of degree 5
            nodes, weights = np.array([-np.sqrt(3), 0, np.sqrt(3)]), np.array([1, 4, 1]) / 6
            for index in np.ndindex(*(3,) * self.M):
                z = nodes[list(index)]
                yield np.full(N, weights[list(index)].prod()), f + np.sqrt(self.variance) * z
        elif self.family == "categorical":
            p = np.exp(f - f.max(-1, keepdims=True))
            p /= p.sum(-1, keepdims=True)
            for c in range(self.M):
                yield p[:, c], np.full((N, 1), float(c))
        elif self.family == "bernoulli":
            p = sigmoid(f[:, 0])
            for y in (0.0, 1.0):
                yield (p if y else 1 - p), np.full((N, 1), y)
        else:
            rate = np.exp(f[:, 0])
            for k in range(120):
                log_p = k * f[:, 0] - rate - log_factorial(np.array([k]))
                yield np.exp(log_p), np.full((N, 1), float(k))

    def draw(self, f, random):
        if self.family == "gaussian":
            return np.round(f + np.sqrt(self.variance) * random.standard_normal(f.shape), 3)
        if self.family == "poisson":
            return random.poisson(np.exp(f)).astype(float)
        if self.family == "bernoulli":
            return (random.random(f.shape) < sigmoid(f)).astype(float)
        p = np.exp(f - f.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        return np.array([[float(random.choice(self.M, p=row))] for row in p])
