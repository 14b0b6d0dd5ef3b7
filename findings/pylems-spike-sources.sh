#!/usr/bin/env bash
# PyLEMS 0.6.9 beside the jNeuroML 0.14.0 of pyNeuroML 1.3.22, Python 3.11, Java 17. Seen 2026-11-29.
#
# PyLEMS and jNeuroML are the two interpreters of LEMS, in which the components of NeuroML 2 are defined, and a model should run alike in
# both. In PyLEMS the weight and the delay of a `connectionWD` have no effect: every synapse acts as one of weight 1 without delay, and
# a `weight="0"` does not disconnect. A `spikeArray`, a source with given spike times, never fires. Neither is reported: the file
# is read, the run ends well, and potentials are plausible. The neuron and the synapse agree: a regular source with a
# plain `connection` has the same effect in both. Compare the first postsynaptic potential with that of jNeuroML.
#
# Seen, peak of the potential in mV above rest and time of its onset in ms, jNeuroML and PyLEMS: connection: 1.24 at 20.0, 1.24 at
# 20.1; weight 2 and delay 5 ms: 2.46 at 25.0, 1.24 at 20.1; weight 0: none, 1.24 at 20.1; spikeArray: 1.24 at 20.0, none.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet PyLEMS==0.6.9 lxml==6.1.3
"$work/venv/bin/pip" install --quiet --no-deps pyNeuroML==1.3.22
cd "$work"
venv/bin/python - <<'PY'
import glob
import math
import os
import subprocess
import sys
import zipfile

jar = glob.glob("venv/lib/python3*/site-packages/pyneuroml/lib/jNeuroML-0.14.0-*.jar")[0]
with zipfile.ZipFile(jar) as archive:  # the definitions of the components, the same for both
    archive.extractall(".", [name for name in archive.namelist() if name.startswith("NeuroML2CoreTypes/")])

MODEL = """<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="model">
  <iafCell id="cell" leakReversal="-70mV" thresh="-50mV" reset="-70mV" C="0.1nF" leakConductance="10nS"/>
  <expOneSynapse id="synapse" gbase="1nS" erev="0mV" tauDecay="3ms"/>
  {source}
  <network id="network">
    <population id="sources" component="source" size="1"/>
    <population id="cells" component="cell" size="1"/>
    <projection id="projection" presynapticPopulation="sources" postsynapticPopulation="cells" synapse="synapse">
      <{connection} id="0" preCellId="../sources[0]" postCellId="../cells[0]" {values}/>
    </projection>
  </network>
</neuroml>"""
SIMULATION = """<Lems><Target component="simulation"/>
  <Include file="Cells.xml"/><Include file="Networks.xml"/><Include file="Simulation.xml"/>
  <Include file="Synapses.xml"/><Include file="Inputs.xml"/><Include file="model.nml"/>
  <Simulation id="simulation" length="38ms" step="0.05ms" target="network">
    <OutputFile id="file" fileName="v.dat"><OutputColumn id="v" quantity="cells[0]/v"/></OutputFile>
  </Simulation></Lems>"""
REGULAR = '<spikeGenerator id="source" period="20ms"/>'
GIVEN = '<spikeArray id="source"><spike id="0" time="20ms"/></spikeArray>'
PROGRAMS = {
    "jNeuroML": ["java", "-Djava.awt.headless=true", "-jar", jar, "simulation.xml", "-nogui"],
    "PyLEMS": ["venv/bin/pylems", "-nogui", "-I", "NeuroML2CoreTypes", "simulation.xml"],
}


def response(program, source, connection, values):
    for name, text in (("model.nml", MODEL.format(source=source, connection=connection, values=values)), ("simulation.xml", SIMULATION)):
        with open(name, "w") as file:
            file.write(text)
    if os.path.exists("v.dat"):
        os.remove("v.dat")
    done = subprocess.run(PROGRAMS[program], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout[-500:] + done.stderr[-500:])
    with open("v.dat") as file:
        rows = [[1000.0 * float(value) for value in line.split()] for line in file if line.strip()]
    peak = max(v for _, v in rows) + 70.0
    return round(peak, 2), round(next((t for t, v in rows if v > -69.95), math.inf), 1)


CASES = {
    "connection": (REGULAR, "connection", ""),
    "weight 2, delay 5 ms": (REGULAR, "connectionWD", 'weight="2" delay="5ms"'),
    "weight 0": (REGULAR, "connectionWD", 'weight="0" delay="0ms"'),
    "spikeArray": (GIVEN, "connection", ""),
}
seen = {case: [response(program, *model) for program in PROGRAMS] for case, model in CASES.items()}
for case, (java, python) in seen.items():
    print(f"{case:21} jNeuroML {java}   PyLEMS {python}")
same, none = seen["connection"][1], (0.0, math.inf)
near = lambda a, b: abs(a[0] - b[0]) < 0.05 and abs(a[1] - b[1]) < 0.21
right = near(seen["connection"][0], same) and near(seen["weight 2, delay 5 ms"][0], (2 * same[0], same[1] + 5.0)) and seen["weight 0"][0] == none
ignored = seen["weight 2, delay 5 ms"][1] == seen["weight 0"][1] == same
sys.exit(0 if right and ignored and near(seen["spikeArray"][0], same) and seen["spikeArray"][1] == none else 1)
PY
