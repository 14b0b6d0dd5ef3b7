#!/usr/bin/env bash
# arbor 0.12.2 beside 0.11.0, Python 3.11. Seen 2026-11-28.
#
# `simulation.record(spike_recording.all)` is documented as recording the spikes of all cells on all MPI ranks, and `local`
# as those of this rank. In one process both should return the same spikes. Since 0.12.0, `all` returns only the spikes of
# cells that have an outgoing connection, even one of weight 0. Here three cells fire at the same time and cell 0 projects to
# cell 1: neither the spike of the target nor that of the unconnected cell is returned. A single cell under a stimulus
# appears silent, and so does an output population, whose rate is then computed as 0 Hz. No error is raised. `local` returns
# every spike, and 0.11.0 returned every spike with both settings.
#
# Seen, cells that fired: 0.11.0: all [0, 1, 2], local [0, 1, 2]; 0.12.2: all [0], local [0, 1, 2].
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cat > "$work/three_cells.py" <<'PY'
import arbor as A
from arbor import units as U


class ThreeCells(A.recipe):
    def num_cells(self):
        return 3

    def cell_kind(self, gid):
        return A.cell_kind.lif

    def cell_description(self, gid):
        return A.lif_cell("source", "target")

    def event_generators(self, gid):
        return [A.event_generator("target", 1000.0, A.explicit_schedule([1.5 * U.ms]))]

    def connections_on(self, gid):
        return [A.connection((0, "source"), "target", 0.0, 1.0 * U.ms)] if gid == 1 else []


def fired(setting):
    simulation = A.simulation(ThreeCells())
    simulation.record(setting)
    simulation.run(20 * U.ms, 0.1 * U.ms)
    return [int(spike["source"]["gid"]) for spike in simulation.spikes()]


print(f"arbor {A.__version__}: all {fired(A.spike_recording.all)}, local {fired(A.spike_recording.local)}")
PY
seen() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install --quiet "arbor==$1" numpy==2.4.6
    "$work/$1/bin/python" "$work/three_cells.py"
}
old=$(seen 0.11.0); new=$(seen 0.12.2)
printf '%s\n%s\n' "$old" "$new"
[[ $old == "arbor 0.11.0: all [0, 1, 2], local [0, 1, 2]" && $new == "arbor 0.12.2: all [0], local [0, 1, 2]" ]]
