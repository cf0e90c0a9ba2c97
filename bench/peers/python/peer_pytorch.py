"""PyTorch: eager mode, a gather for each batch, the fused optimizer, with one thread and with all."""

import os

import torch

import common


def prepare(work):
    x, y = map(torch.from_numpy, common.data(work))
    activation = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[work["activation"]]
    layers = []
    for w, b in common.weights(work):
        layer = torch.nn.Linear(*w.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(w.T))
            layer.bias.copy_(torch.from_numpy(b))
        layers += [layer, activation()]
    model = torch.nn.Sequential(*layers[:-1])
    rule = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[work["optimizer"]]
    optimizer = rule(model.parameters(), lr=work["learning_rate"], fused=True)

    def block(threads):
        torch.set_num_threads(threads)
        for _ in range(work["epochs_per_block"]):
            for rows in torch.randperm(work["rows"]).split(work["batch"]):
                optimizer.zero_grad()
                logits = model(x.index_select(0, rows))
                torch.nn.functional.cross_entropy(logits, y.index_select(0, rows)).backward()
                optimizer.step()

    return [(threads, lambda threads=threads: block(threads)) for threads in sorted({1, os.cpu_count()})]


common.serve(torch.__version__, prepare)
