"""Processes that only pass time, in SimPy. Arguments: runs, events, and the cost of an event of each process.
Prints one line a run: events and nanoseconds of processor time."""

import random
import sys
import time

import simpy


def process(env, cost, rng):
    while True:
        yield env.timeout(cost * (1 + 0.1 * (2 * rng.random() - 1)))


def run(events, costs):
    env = simpy.Environment()
    rng = random.Random(1)
    for cost in costs:
        env.process(process(env, cost, rng))
    start = time.process_time_ns()
    for _ in range(events):
        env.step()
    return time.process_time_ns() - start


runs, events, *costs = map(int, sys.argv[1:])
for _ in range(runs):
    print(events, run(events, costs))
