"""The CSV files of the reference trajectories: writing them, or comparing them with those committed."""

import math
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-10         # a simulator versus plain numpy, and a file made again versus the committed one
MAX_BYTES = 150_000


class Output:
    """Collects files; writes them, or compares them with those committed."""

    def __init__(self, check, simulator, script):
        """`simulator` with its version and `script` stand in the head of every file."""
        self.check, self.simulator, self.script = check, simulator, script

    def csv(self, name, title, equations, params, columns, rows):
        """params: [(name, value, unit)], columns: [(name, unit, meaning)]."""
        lines = [f"# {title}",
                 f"# generator: {self.simulator}, numpy {np.__version__} ({self.script})"]
        lines += [f"# equation: {e}" for e in equations]
        lines += [f"# param {n} = {fmt(v)} {u}".rstrip() for n, v, u in params]
        lines += [f"# column {n} [{u}]: {m}" for n, u, m in columns]
        lines.append(",".join(n for n, _, _ in columns))
        for row in rows:
            assert len(row) == len(columns), name
            lines.append(",".join(fmt(x) for x in row))
        text = "\n".join(lines) + "\n"
        assert len(text) < MAX_BYTES, f"{name} has {len(text)} bytes"
        path = HERE / name
        if self.check:
            compare(name, path.read_text(), text)
        else:
            path.write_text(text, newline="\n")
        print(f"  {'same' if self.check else 'wrote'}  {name:30s} "
              f"{len(lines):5d} lines {len(text):7d} bytes")


def fmt(x):
    """Integers as integers; doubles as the shortest text that reads back exactly."""
    if isinstance(x, str):
        return x
    if isinstance(x, (bool, np.bool_, int, np.integer)):
        return str(int(x))
    text = repr(float(x))
    assert float(text) == float(x) and math.isfinite(x)
    return text


def data_rows(text):
    return [ln.split(",") for ln in text.splitlines() if not ln.startswith("#")]


def compare(name, old, new):
    a, b = data_rows(old), data_rows(new)
    assert a[0] == b[0] and len(a) == len(b), f"{name}: layout differs"
    diff = np.abs(np.array(a[1:], float) - np.array(b[1:], float))
    assert diff.max() < TOLERANCE, f"{name}: differs by {diff.max()}"


def agree(what, simulated, plain):
    simulated, plain = np.asarray(simulated, float), np.asarray(plain, float)
    assert simulated.shape == plain.shape, f"{what}: {simulated.shape} against {plain.shape}"
    diff = float(np.max(np.abs(simulated - plain)))
    assert diff < TOLERANCE, f"{what}: the simulator and numpy differ by {diff}"
    return diff
