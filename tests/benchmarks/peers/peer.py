"""Public generators in Python, run by the peers' own interpreter: `python peer.py`.

Reads lines "task calls first_seed" from its input and answers each with the microseconds of CPU per call. Every call
takes a seed of its own, and builds whatever the library needs for it.
"""

import sys
import time
from itertools import product

import numpy as np
import opensimplex
import tcod.bsp
import tcod.noise
import tcod.random
from pyfastnoiselite.pyfastnoiselite import FastNoiseLite, FractalType, NoiseType

SIDE, OCTAVES, FREQUENCY = 256, 4, 1 / 64
WIDTH, HEIGHT = 80, 45
COORDINATES = np.array([*product(range(SIDE), range(SIDE))], dtype=np.float32).T.copy()
AXIS = np.arange(SIDE, dtype=np.float32)


def pyfastnoiselite(seed: int) -> np.ndarray:
    noise = FastNoiseLite(seed)
    noise.noise_type = NoiseType.NoiseType_OpenSimplex2
    noise.fractal_type = FractalType.FractalType_FBm
    noise.fractal_octaves, noise.frequency = OCTAVES, FREQUENCY
    return noise.gen_from_coords(COORDINATES).reshape(SIDE, SIDE)


def tcod_noise(seed: int) -> np.ndarray:
    noise = tcod.noise.Noise(
        2,
        algorithm=tcod.noise.Algorithm.SIMPLEX,
        implementation=tcod.noise.Implementation.FBM,
        octaves=OCTAVES,
        seed=seed,
    )
    return noise.sample_ogrid((AXIS[:, None] * FREQUENCY, AXIS[None, :] * FREQUENCY))


def opensimplex_noise(seed: int) -> np.ndarray:
    noise = opensimplex.OpenSimplex(seed)
    total, height, frequency = np.zeros((SIDE, SIDE)), 1.0, FREQUENCY
    for _ in range(OCTAVES):
        total += height * noise.noise2array(AXIS.astype(np.float64) * frequency, AXIS.astype(np.float64) * frequency)
        height, frequency = height / 2, frequency * 2
    return total


def tcod_bsp(seed: int) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """One room in each leaf; corridors with one bend between the middles of sibling nodes."""
    random = tcod.random.Random(tcod.random.MERSENNE_TWISTER, seed)
    tree = tcod.bsp.BSP(x=0, y=0, width=WIDTH, height=HEIGHT)
    tree.split_recursive(
        depth=5, min_width=6, min_height=6, max_horizontal_ratio=1.5, max_vertical_ratio=1.5, seed=random
    )
    grid, rooms = np.zeros((WIDTH, HEIGHT), dtype=np.int8), []
    for node in tree.inverted_level_order():
        if node.children:
            (ax, ay), (bx, by) = ((child.x + child.width // 2, child.y + child.height // 2) for child in node.children)
            grid[min(ax, bx) : max(ax, bx) + 1, ay] = 1
            grid[bx, min(ay, by) : max(ay, by) + 1] = 1
        else:
            width, height = random.randint(4, node.width - 1), random.randint(4, node.height - 1)
            x, y = (
                random.randint(node.x, node.x + node.width - width),
                random.randint(node.y, node.y + node.height - height),
            )
            grid[x : x + width, y : y + height] = 1
            rooms.append((x, y, width, height))
    return grid, rooms


TASKS = {
    "pyfastnoiselite": pyfastnoiselite,
    "tcod_noise": tcod_noise,
    "opensimplex": opensimplex_noise,
    "tcod_bsp": tcod_bsp,
}


def main() -> None:
    for line in sys.stdin:
        name, calls, first = line.split()
        task, seeds = TASKS[name], range(int(first), int(first) + int(calls))
        begun = time.process_time()
        for seed in seeds:
            task(seed)
        print(1e6 * (time.process_time() - begun) / len(seeds), flush=True)


if __name__ == "__main__":
    main()
