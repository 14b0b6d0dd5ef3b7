# Sourced by tests/exchange.sh and benches/peers/run.sh: installs NEST and Brian2 into "$scratch" and sets NEST_PYTHON and BRIAN2_PYTHON to
# their interpreters, unless these name environments that have the simulators already. Needs python3 and the network.
install() {
    python3 -m venv "$scratch/$1"
    "$scratch/$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
}
if [ -z "${NEST_PYTHON:-}" ]; then
    install nest nest-simulator==3.10.0 "numpy<2.4"
    NEST_PYTHON=$scratch/nest/bin/python
fi
if [ -z "${BRIAN2_PYTHON:-}" ]; then
    install brian2 brian2==2.9.0 "numpy<2.4"
    BRIAN2_PYTHON=$scratch/brian2/bin/python
fi
