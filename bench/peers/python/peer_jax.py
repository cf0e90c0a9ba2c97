"""JAX: one compiled scan over all steps of a block. With the argument `resident` the batches lie ready: nothing is gathered."""

import functools
import os
import sys

import jax
import jax.numpy as jnp
import numpy as np

import common

RESIDENT = sys.argv[1:] == ["resident"]


def loss(layers, activation, x, y):
    for w, b in layers[:-1]:
        x = activation(x @ w + b)
    w, b = layers[-1]
    z = x @ w + b
    picked = jnp.sum(jnp.where(jnp.arange(z.shape[1]) == y[:, None], z, 0), 1)
    return jnp.mean(jax.nn.logsumexp(z, 1) - picked)


def sgd(rate, layers, gradient, state):
    return jax.tree.map(lambda p, g: p - rate * g, layers, gradient), state


def adam(rate, layers, gradient, state):
    m, v, t = state
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    size, scale = rate / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
    layers = jax.tree.map(lambda p, m, v: p - size * m / (jnp.sqrt(v) * scale + 1e-8), layers, m, v)
    return layers, (m, v, t)


def prepare(work):
    x, y = common.data(work)
    batch, rows, epochs = work["batch"], work["rows"], work["epochs_per_block"]
    activation = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}[work["activation"]]
    update = functools.partial({"sgd": sgd, "adam": adam}[work["optimizer"]], work["learning_rate"])
    differentiate = jax.value_and_grad(loss)

    def step(carry, x, y):
        value, gradient = differentiate(carry[0], activation, x, y)
        return update(carry[0], gradient, carry[1]), value

    @functools.partial(jax.jit, donate_argnums=0)
    def gathering(carry, x, y, order):
        return jax.lax.scan(lambda carry, rows: step(carry, x[rows], y[rows]), carry, order)

    @functools.partial(jax.jit, donate_argnums=0)
    def resident(carry, x, y):
        epoch = lambda carry, _: jax.lax.scan(lambda carry, xy: step(carry, *xy), carry, (x, y))
        return jax.lax.scan(epoch, carry, None, length=epochs)

    layers = jax.tree.map(jnp.asarray, common.weights(work))
    zeros = jax.tree.map(jnp.zeros_like, layers)
    carry = [(layers, (zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0)))]
    generator = np.random.default_rng(2)
    y = y.astype(np.int32)
    if RESIDENT:
        x, y = x.reshape(-1, batch, x.shape[1]), y.reshape(-1, batch)
    x, y = jax.device_put(x), jax.device_put(y)

    def block():
        if RESIDENT:
            carry[0], losses = resident(carry[0], x, y)
        else:
            order = [generator.permutation(rows).astype(np.int32) for _ in range(epochs)]
            carry[0], losses = gathering(carry[0], x, y, np.concatenate(order).reshape(-1, batch))
        jax.block_until_ready((carry[0], losses))

    return [(os.cpu_count(), block)]


common.serve(jax.__version__, prepare)
