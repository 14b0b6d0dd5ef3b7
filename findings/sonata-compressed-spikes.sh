#!/usr/bin/env bash
# bmtk 1.2.0, libsonata 0.2.2, h5py 3.16.0, Python 3.11. Seen 2026-11-28.
#
# bmtk and libsonata come from the two groups that defined SONATA. libsonata cannot read the spikes that bmtk writes, for two
# reasons. bmtk compresses with gzip by default, and one would expect the HDF5 library to decompress on reading: the one in
# libsonata's wheel was built without zlib, and every compressed file of spikes fails, with whatever it was written. Without
# compression libsonata fails on the attribute `sorting`, which bmtk writes as text and libsonata requires as an enumeration.
# Only uncompressed files with the enumeration are read. The messages name a plug-in and a data type, not the cause.
#
# Seen: bmtk, gzip: plug-in error; bmtk, uncompressed: datatype error; enumeration and gzip: plug-in error; enumeration
# and uncompressed: read.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet bmtk==1.2.0 libsonata==0.2.2 h5py==3.16.0 numpy==2.4.6 pandas==3.1.1
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import bmtk
import h5py
import libsonata
from bmtk.utils.reports.spike_trains import SpikeTrains, sort_order


def write_with_bmtk(name, **options):
    spikes = SpikeTrains(population="p")
    for node, time_ms in ((2, 0.5), (1, 1.0), (2, 3.0)):
        spikes.add_spike(node, time_ms)
    spikes.to_sonata(name, sort_order=sort_order.by_time, **options)


def write_with_h5py(name, compression):
    sorting = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
    with h5py.File(name, "w") as file:
        group = file.create_group("spikes/p")
        group.attrs.create("sorting", 2, dtype=sorting)
        times = group.create_dataset("timestamps", data=[0.5, 1.0, 3.0], compression=compression)
        times.attrs["units"] = "ms"
        group.create_dataset("node_ids", data=[2, 1, 2], dtype="u8", compression=compression)


def read(name):
    try:
        return libsonata.SpikeReader(name)["p"].get()
    except RuntimeError as error:
        return next((kind for kind in ("plug-in", "datatype") if kind.replace("-", "") in str(error).lower()), str(error))


write_with_bmtk("bmtk-gzip.h5")
write_with_bmtk("bmtk-plain.h5", compression=None)
write_with_h5py("enum-gzip.h5", "gzip")
write_with_h5py("enum-plain.h5", None)
seen = [read(name) for name in ("bmtk-gzip.h5", "bmtk-plain.h5", "enum-gzip.h5", "enum-plain.h5")]
print(f"bmtk {bmtk.__version__}, libsonata {libsonata.version}: {seen}")
sys.exit(0 if seen == ["plug-in", "datatype", "plug-in", [(2, 0.5), (1, 1.0), (2, 3.0)]] else 1)
PY
