"""A model of a training step on many hosts: each computes as one rank does, and sums its buckets of
gradients over the hosts in order, each as soon as it is ready and the one before is done.

A sum over H hosts has two phases, in each of which a host sends and receives (H - 1) / H of the bucket
(a slice of each rank's sum to the rank that adds it, and the sums to all). It takes a latency, and the
longer of two times: that of the bytes on the link, and that of the processor for them, which the
backward pass lacks meanwhile. All hosts send at once, and the network between them is not the limit.
"""

from dataclasses import dataclass


@dataclass
class Compute:
    """A step of one rank, in ms, without communication."""

    forward: float
    backward: float
    update: float
    # Each bucket's number of bytes, and the time in the backward pass at which it is ready.
    buckets: list[tuple[int, float]]

    @property
    def total(self) -> float:
        return self.forward + self.backward + self.update


@dataclass
class Link:
    # Bytes per ms, in each direction.
    rate: float
    # The time of the smallest sum over two hosts, in ms.
    latency: float
    # The processor's time for a message to a further host, in ms.
    message: float
    # The processor's time for a byte that is sent and one that is received, in ms.
    processor: float

    def latency_of(self, hosts: int) -> float:
        return self.latency + 2 * (hosts - 2) * self.message

    def sum_of(self, size: float, hosts: int, is_computing: bool) -> tuple[float, float]:
        """The time of a sum of `size` bytes, and the processor's time in it."""
        sent = 2 * (hosts - 1) / hosts * size
        processor = sent * self.processor
        # Two threads of one processor get half of it each.
        busy = processor * (2 if is_computing else 1)
        return self.latency_of(hosts) + max(sent / self.rate, busy), processor


def step(compute: Compute, link: Link, hosts: int) -> float:
    """The time of a step on `hosts` hosts, in ms."""
    if hosts == 1:
        return compute.total
    # The ranks first agree on their weights, by an exchange of one phase.
    time = compute.forward + link.latency_of(hosts) / 2
    done = 0.0
    for size, ready in compute.buckets:
        # The pass computes alone until the bucket is ready.
        time += max(0.0, ready - done)
        done = max(done, ready)
        left = 1.0
        while left > 0:
            is_computing = done < compute.backward
            duration, processor = link.sum_of(size, hosts, is_computing)
            if not is_computing:
                time += left * duration
                break
            pace = max(0.0, 1 - processor / duration)
            rest = compute.backward - done
            share = min(left, rest / (pace * duration)) if pace > 0 else left
            time += share * duration
            done = compute.backward if share < left else done + share * duration * pace
            left -= share
    return time + max(0.0, compute.backward - done) + compute.update


def fitted(size: int, small: float, large: float, free_small: float, free_large: float) -> Link:
    """The link of two hosts by the times of sums of one number and of `size` bytes, over the link and
    over one that is not shaped, where the processor is the limit."""
    return Link(
        rate=size / (large - small),
        latency=small,
        # A sum over two hosts is two messages each way.
        message=free_small / 4,
        processor=(free_large - free_small) / size,
    )


def at(link: Link, share: float) -> Link:
    """The link at `share` times its rate."""
    return Link(link.rate * share, link.latency, link.message, link.processor)
