"""Inference of one exported network by a runtime, without PyTorch."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from peers import serving
from peers.measurement import milliseconds, parser, report
from peers.models import MODELS
from peers.outputs import cross_entropy, trained_count
from peers.runtimes import RUNTIMES, Request, version


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--runtime", choices=RUNTIMES, required=True)
    options.add_argument("--call-threads", type=int, help="of one request; all by default")
    arguments = options.parse_args()
    spec, batch = MODELS[arguments.model], arguments.batch
    *inputs, labels = spec.batch_of(batch)
    threads = min(arguments.call_threads or arguments.threads, arguments.threads)
    streams = arguments.threads // threads
    loaded = {}
    pool = ThreadPoolExecutor(streams)

    def requests(callers: int) -> list[Request]:
        """Those of one caller: parts of the batch, one for each stream that the others leave."""
        count = math.gcd(batch, max(1, streams // callers))
        size = batch // count
        if size not in loaded:
            loaded[size] = RUNTIMES[arguments.runtime](arguments.weights, size, threads, streams)
        parts = [np.split(each, count, axis=spec.batch_axis) for each in inputs]
        return [
            loaded[size].request(tuple(np.ascontiguousarray(each) for each in part))
            for part in zip(*parts)
        ]

    def call(requests: list[Request]) -> serving.Call:
        """All of them at once; it keeps them, and so their inputs."""
        first, *others = requests

        def run() -> None:
            futures = [pool.submit(other.run) for other in others]
            first.run()
            for future in futures:
                future.result()

        return run

    start = time.perf_counter()
    alone = requests(1)
    step = call(alone)
    step()
    prepared = (time.perf_counter() - start) * 1000
    logits = joined([request.outputs() for request in alone], spec.batch_axis, batch)

    if arguments.phase == "serve":
        loads = serving.loads(lambda count: call(requests(count)), arguments.seconds)
        times, extra = loads[0].milliseconds, serving.described(loads, batch, prepared)
    else:
        times, extra = milliseconds(step, arguments.steps, arguments.warmup), {}
    report(
        arguments,
        times=times,
        params=trained_count(arguments.weights),
        loss_first=cross_entropy(logits, labels, spec.ignored),
        outputs=logits,
        version=version(arguments.runtime),
        blas_kernel="its own",
        **extra,
    )


def joined(parts: list[np.ndarray], axis: int, batch: int) -> np.ndarray:
    """The logits [rows, classes] of all parts; rows are by example, or by step where `axis` is 1."""
    if axis == 0:
        return np.concatenate(parts)
    size, classes = batch // len(parts), parts[0].shape[-1]
    return np.concatenate([part.reshape(-1, size, classes) for part in parts], 1).reshape(-1, classes)


if __name__ == "__main__":
    main()
