#!/usr/bin/env bash
# A real Slurm cluster of one node on the loopback interface, for tests: without systemd, all files in one folder.
#   bash tests/slurm/cluster.sh start FOLDER     then: export SLURM_CONF=FOLDER/slurm.conf
#   bash tests/slurm/cluster.sh stop FOLDER
# Needs root and the Debian packages slurmctld slurmd slurm-client munge, which it installs.
set -euo pipefail
verb=$1
folder=$2

start() {
    mkdir -p "$folder"/{state,spool,log}
    folder=$(realpath "$folder")
    local packages=(slurmctld slurmd slurm-client munge) missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
    local node
    node=$(hostname -s)
    cat > "$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$node(127.0.0.1)
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1
MinJobAge=5
CONF
    # munge insists on folders that only its user may write
    head -c 1024 /dev/urandom > "$folder/munge.key"
    chmod 400 "$folder/munge.key"
    munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" --pid-file="$folder/munged.pid" \
        --seed-file="$folder/munge.seed" --log-file="$folder/log/munged.log"
    export SLURM_CONF=$folder/slurm.conf
    slurmctld
    slurmd
    for _ in $(seq 100); do
        sinfo --noheader --format=%t 2>/dev/null | grep -q idle && return
        sleep 0.2
    done
    echo "the cluster did not come up; see $folder/log" >&2
    tail -n 5 "$folder"/log/*.log >&2
    exit 1
}

stop() {
    for name in slurmd slurmctld munged; do
        if [ -s "$folder/$name.pid" ]; then kill "$(cat "$folder/$name.pid")" 2>/dev/null || true; fi
    done
}

case $verb in
    start) start ;;
    stop) stop ;;
    *) echo "start or stop, not $verb" >&2; exit 2 ;;
esac
