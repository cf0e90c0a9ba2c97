"""As much of PyTorch as the text that `chainrule export --pytorch` prints needs, in numpy.

PyTorch is too large for every check of the repository, so its modules are written down here once more, each from the
formula of its documentation page. `exports.py` takes the real ones where they are installed.
"""

import math

import numpy

erf = numpy.vectorize(math.erf, otypes=[numpy.float64])


class Module:
    """A module with parameters by name and perhaps modules within."""

    def register_parameter(self, name, value):
        setattr(self, name, value)

    def __call__(self, x):
        return self.forward(x)

    def eval(self):
        return self

    def double(self):
        return self


class Sequential(Module):
    def __init__(self, *modules):
        self.modules = modules

    def forward(self, x):
        for module in self.modules:
            x = module(x)
        return x

    def load_state_dict(self, tensors):
        taken = set()
        for number, module in enumerate(self.modules):
            for name, shape in getattr(module, "shapes", {}).items():
                tensor = tensors[f"{number}.{name}"]
                assert tensor.shape == shape, (number, name, tensor.shape, shape)
                setattr(module, name, tensor.astype(numpy.float64))
                taken.add(f"{number}.{name}")
            for name in list(vars(module)):
                if f"{number}.{name}" in tensors and f"{number}.{name}" not in taken:
                    setattr(module, name, tensors[f"{number}.{name}"].astype(numpy.float64))
                    taken.add(f"{number}.{name}")
        assert taken == set(tensors), set(tensors) ^ taken


class Linear(Module):
    def __init__(self, inputs, outputs, bias=True):
        self.shapes = {"weight": (outputs, inputs)} | ({"bias": (outputs,)} if bias else {})
        self.bias = 0.0

    def forward(self, x):
        return x @ self.weight.T + self.bias


class LayerNorm(Module):
    def __init__(self, width, eps):
        self.shapes, self.eps = {"weight": (width,), "bias": (width,)}, eps

    def forward(self, x):
        mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        return (x - mean) / numpy.sqrt(variance + self.eps) * self.weight + self.bias


class BatchNorm1d(Module):
    def __init__(self, width, eps):
        names = ["weight", "bias", "running_mean", "running_var"]
        self.shapes, self.eps = {name: (width,) for name in names} | {"num_batches_tracked": ()}, eps

    def forward(self, x):
        return (x - self.running_mean) / numpy.sqrt(self.running_var + self.eps) * self.weight + self.bias


class PReLU(Module):
    def __init__(self, width):
        self.shapes = {"weight": (width,)}

    def forward(self, x):
        return numpy.where(x > 0, x, self.weight * x)


def elementwise(function):
    """A class of modules that apply a function of a number and of the module's settings."""

    class Elementwise(Module):
        def __init__(self, *settings, **named):
            self.settings, self.named = settings, named

        def forward(self, x):
            return function(x, *self.settings, **self.named)

    return Elementwise


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def elu(x, alpha=1.0):
    return numpy.where(x > 0, x, alpha * (numpy.exp(numpy.minimum(x, 0)) - 1))


def softplus(x):
    return numpy.logaddexp(x, 0)


def gelu(x, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * (1 + erf(x / math.sqrt(2))) / 2


def log_softmax(x, dim):
    return x - numpy.logaddexp.reduce(x, axis=dim, keepdims=True)


class nn:
    """The namespace `torch.nn`."""

    Module, Sequential, Linear, LayerNorm, BatchNorm1d, PReLU = Module, Sequential, Linear, LayerNorm, BatchNorm1d, PReLU
    Parameter = staticmethod(lambda value: value)
    Dropout = elementwise(lambda x, rate: x)
    Sigmoid, Tanh, Softplus = elementwise(sigmoid), elementwise(numpy.tanh), elementwise(softplus)
    ReLU, ReLU6 = elementwise(lambda x: numpy.maximum(x, 0)), elementwise(lambda x: numpy.clip(x, 0, 6))
    LeakyReLU, ELU = elementwise(lambda x, slope: numpy.where(x > 0, x, slope * x)), elementwise(elu)
    SELU = elementwise(lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772))
    GELU, SiLU = elementwise(gelu), elementwise(lambda x: x * sigmoid(x))
    Mish = elementwise(lambda x: x * numpy.tanh(softplus(x)))
    Softsign, Hardtanh = elementwise(lambda x: x / (1 + abs(x))), elementwise(lambda x: numpy.clip(x, -1, 1))
    Softmax = elementwise(lambda x, dim: numpy.exp(log_softmax(x, dim)))
    LogSoftmax = elementwise(log_softmax)


class Array(numpy.ndarray):
    """An array with the methods of a tensor that the printed text calls."""

    def to(self, _):
        return self

    def double(self):
        return self

    def exp(self):
        return numpy.exp(self)


class torch:
    """The namespace `torch`."""

    float32, float64 = numpy.float32, numpy.float64

    class no_grad:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

    @staticmethod
    def tensor(numbers, dtype=numpy.float64):
        return numpy.array(numbers, dtype=dtype).view(Array)

    @staticmethod
    def randn(*shape):
        return numpy.zeros(shape)

    @staticmethod
    def cat(parts, dim):
        return numpy.concatenate(parts, axis=dim)


def load_file(path):
    """The tensors of a safetensors file."""
    from safetensors.numpy import load_file as load

    return load(path)
