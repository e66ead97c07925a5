"""The problems of the conformance set: small models, and the seeds of their weights and data."""


def dense(inputs, outputs, bias=True):
    return {"kind": "dense", "inputs": inputs, "outputs": outputs, "bias": bias}


def conv2d(inputs, outputs, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    options = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return {"kind": "conv2d", "inputs": inputs, "outputs": outputs, **options, "groups": groups, "bias": bias}


def pool(kind, kernel, stride):
    return {"kind": kind, "kernel": kernel, "stride": stride}


def layer(kind):
    return {"kind": kind}


PROBLEMS = [
    {
        "name": "softmax-regression",
        "about": "multinomial logistic regression: the Hessian is the Fisher",
        "inputShape": [3],
        "layers": [dense(3, 4)],
        "likelihood": {"family": "categorical", "outputs": 4},
        "samples": 6,
        "draws": 2,
        "seed": 1,
    },
    {
        "name": "mlp-tanh-categorical",
        "about": "one hidden layer, three classes",
        "inputShape": [3],
        "layers": [dense(3, 4), layer("tanh"), dense(4, 3)],
        "likelihood": {"family": "categorical", "outputs": 3},
        "samples": 8,
        "draws": 3,
        "seed": 2,
    },
    {
        "name": "mlp-relu-bernoulli",
        "about": "one hidden layer of rectifiers, binary labels, one natural parameter",
        "inputShape": [3],
        "layers": [dense(3, 4), layer("relu"), dense(4, 1)],
        "likelihood": {"family": "bernoulli", "outputs": 1},
        "samples": 12,
        "draws": 1,
        "seed": 13,
    },
    {
        "name": "mlp-deep-gaussian",
        "about": "two hidden layers, one without bias, two targets of variance 1/4",
        "inputShape": [2],
        "layers": [dense(2, 3), layer("sigmoid"), dense(3, 3, bias=False), layer("tanh"), dense(3, 2)],
        "likelihood": {"family": "gaussian", "outputs": 2, "variance": 0.25},
        "samples": 7,
        "draws": 2,
        "seed": 4,
    },
    {
        "name": "mlp-silu-poisson",
        "about": "counts with rate exp(f)",
        "inputShape": [2],
        "layers": [dense(2, 4), layer("silu"), dense(4, 1)],
        "likelihood": {"family": "poisson", "outputs": 1},
        "samples": 8,
        "draws": 1,
        "seed": 5,
    },
    {
        "name": "cnn-groups",
        "about": "a strided, padded, grouped convolution, maxima of overlapping windows, a convolution without bias",
        "inputShape": [2, 4, 4],
        "layers": [
            conv2d(2, 2, 2, stride=2, padding=1, groups=2),
            layer("tanh"),
            pool("maxPool2d", 2, 1),
            conv2d(2, 2, [2, 1], bias=False),
            layer("flatten"),
            layer("softplus"),
            dense(4, 3),
        ],
        "likelihood": {"family": "categorical", "outputs": 3},
        "samples": 10,
        "draws": 2,
        "seed": 16,
    },
    {
        "name": "cnn-batch-norm",
        "about": "a dilated convolution on a wide image, batch normalization of its channels, averages",
        "inputShape": [1, 4, 5],
        "layers": [
            conv2d(1, 2, [2, 3], dilation=[2, 1]),
            {"kind": "batchNorm", "features": 2, "epsilon": 1e-5},
            layer("sigmoid"),
            pool("averagePool2d", [2, 1], 1),
            layer("flatten"),
            dense(6, 1),
        ],
        "likelihood": {"family": "gaussian", "outputs": 1, "variance": 2.0},
        "samples": 12,
        "draws": 1,
        "seed": 7,
    },
    {
        "name": "tied-weights",
        "about": "the third layer is used twice: its gradients add, and it has no Kronecker factors",
        "inputShape": [2],
        "layers": [
            dense(2, 3),
            layer("tanh"),
            dense(3, 3),
            layer("tanh"),
            {"kind": "reuse", "layer": 2},
            layer("tanh"),
            dense(3, 2),
        ],
        "likelihood": {"family": "categorical", "outputs": 2},
        "samples": 6,
        "draws": 2,
        "seed": 8,
    },
    {
        "name": "residual",
        "about": "a residual block with a projection around its body",
        "inputShape": [2],
        "layers": [
            dense(2, 3),
            {
                "kind": "residual",
                "body": [layer("tanh"), dense(3, 2)],
                "shortcut": [dense(3, 2, bias=False)],
            },
            layer("softplus"),
            dense(2, 1),
        ],
        "likelihood": {"family": "bernoulli", "outputs": 1},
        "samples": 12,
        "draws": 2,
        "seed": 9,
    },
    {
        "name": "mlp-batch-norm",
        "about": "batch normalization between dense layers, with running statistics that are fixed",
        "inputShape": [3],
        "layers": [
            dense(3, 3),
            {"kind": "batchNorm", "features": 3, "epsilon": 1e-3},
            layer("relu"),
            dense(3, 2),
        ],
        "likelihood": {"family": "gaussian", "outputs": 2, "variance": 0.5},
        "samples": 10,
        "draws": 1,
        "seed": 10,
    },
]
