//! Clusters that accept only some of the submitted jobs: no job is queued twice or lost.

use crate::lab::{Lab, Ran, finish};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

/// A fake queue with a maximum number of tasks and a limit of array indices. It runs no job.
const SBATCH: &str = r#"#!/bin/bash
for a in "$@"; do case $a in --array=*) r=${a#--array=}; r=${r%%%*}; n=$(( ${r#*-} + 1 ));; esac; done
if [ "$n" -gt "${MAXARRAY:-1001}" ]; then
    echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2; exit 1
fi
have=$(cat queue/* 2>/dev/null | awk '{s+=$1} END {print s+0}')
if [ $((have + n)) -gt "${LIMIT:-1500}" ]; then
    echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2; exit 1
fi
id=$((100 + $(wc -l < taken.log))); echo $n > queue/$id; echo $n >> taken.log; echo $id
"#;
const SQUEUE: &str = r#"#!/bin/bash
for id in $(echo "${@: -1}" | tr , ' '); do [ -f queue/$id ] && seq 0 $(( $(cat queue/$id) - 1 )) | sed "s/^/${id}_/"; done; exit 0
"#;
const SWEEP: &str = "sweep small.ron --data data --images 20 --seeds 2 --axis tau_m=50,100,200 --engine slurm";

struct Cluster {
    lab: Lab,
}

impl Cluster {
    fn new() -> Self {
        let cluster = Self { lab: Lab::new() };
        std::fs::create_dir(cluster.lab.path("queue")).unwrap();
        std::fs::write(cluster.lab.path("taken.log"), "").unwrap();
        cluster.command_of("sbatch", SBATCH);
        cluster.command_of("squeue", SQUEUE);
        cluster
    }

    fn command_of(&self, name: &str, text: &str) {
        let path = self.lab.path("bin").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, line: &str, limits: &[(&str, &str)]) -> Command {
        let path = format!("{}:{}", self.lab.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = self.lab.command(&line.split(' ').collect::<Vec<_>>());
        command.env("PATH", path).envs(limits.iter().copied());
        command
    }

    fn run(&self, line: &str, limits: &[(&str, &str)]) -> Ran {
        finish(&mut self.command(line, limits))
    }

    /// The sizes of the accepted arrays.
    fn taken(&self) -> Vec<u32> {
        std::fs::read_to_string(self.lab.path("taken.log")).unwrap().lines().map(|line| line.parse().unwrap()).collect()
    }

    /// The jobs that were submitted for a study, in the order of their arrays.
    fn submitted(&self, study: &str) -> Vec<usize> {
        let text = std::fs::read_to_string(self.lab.path(study).join("slurm/submitted.txt")).unwrap();
        text.lines()
            .flat_map(|line| line.split_once(": ").unwrap().1.split(' ').map(|job| job.parse().unwrap()).collect::<Vec<_>>())
            .collect()
    }
}

#[test]
fn accepted_jobs_are_recorded_and_only_the_rest_is_submitted_later() {
    let cluster = Cluster::new();
    let ran = cluster.run(&format!("{SWEEP} --no-wait --out s"), &[("LIMIT", "4")]);
    assert!(ran.code == Some(1) && ran.stderr.contains("2 jobs") && ran.stderr.contains("--resume s --engine slurm"), "{ran:?}");
    assert_eq!((cluster.taken(), cluster.submitted("s")), (vec![3, 1], vec![0, 1, 2, 3]));
    let resume = "sweep --resume s --engine slurm --no-wait";
    let ran = cluster.run(resume, &[("LIMIT", "4")]);
    assert!(ran.code == Some(1) && cluster.taken() == [3, 1], "the queue is still full: {ran:?}");
    let begun = Instant::now();
    let ran = cluster.run(resume, &[]);
    assert!(ran.code == Some(0) && begun.elapsed() < Duration::from_secs(20), "it does not wait: {ran:?}");
    assert_eq!((cluster.taken(), cluster.submitted("s")), (vec![3, 1, 2], vec![0, 1, 2, 3, 4, 5]));
    let ran = cluster.run(resume, &[]);
    assert!(ran.code == Some(0) && cluster.taken() == [3, 1, 2], "everything is queued: {ran:?}");
    // other errors are reported at once
    cluster.command_of("sbatch", "#!/bin/bash\necho 'sbatch: error: invalid partition specified: lang' >&2; exit 1\n");
    let ran = cluster.run(&format!("{SWEEP} --no-wait --out other"), &[]);
    assert!(ran.code == Some(1) && ran.stderr.contains("invalid partition"), "{ran:?}");
}

#[test]
fn array_size_follows_the_cluster_limit() {
    let cluster = Cluster::new();
    cluster.run(&format!("{SWEEP} --no-wait --out asked"), &[("MAXARRAY", "3")]).good();
    assert_eq!(cluster.taken(), [3, 3], "refused as too large, then halved");
    cluster.run(&format!("{SWEEP} --no-wait --array-size 2 --out named"), &[]).good();
    assert_eq!(cluster.taken(), [3, 3, 2, 2, 2]);
    cluster.command_of("scontrol", "#!/bin/bash\necho 'MaxArraySize            = 5'\n");
    cluster.run(&format!("{SWEEP} --no-wait --out busy"), &[]).good();
    assert_eq!(cluster.taken(), [3, 3, 2, 2, 2, 4, 2]);
}

#[test]
fn waiting_sweep_submits_when_the_queue_has_room() {
    let cluster = Cluster::new();
    let mut child = cluster.command(&format!("{SWEEP} --out s"), &[("LIMIT", "4")]).spawn().unwrap();
    let wait_for = |taken: u32| {
        let begun = Instant::now();
        while cluster.taken().iter().sum::<u32>() < taken {
            assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", cluster.taken());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    for (taken, jobs) in [(4, 0..4), (6, 4..6)] {
        wait_for(taken);
        for job in jobs {
            cluster.run(&format!("study-job s {job}"), &[]).good();
        }
        for entry in std::fs::read_dir(cluster.lab.path("queue")).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(cluster.taken().iter().sum::<u32>(), 6);
    cluster.lab.line("sweep small.ron --data data --images 20 --seeds 2 --axis tau_m=50,100,200 --out here").good();
    let curves = |study: &str| std::fs::read(cluster.lab.path(study).join("curves.csv")).unwrap();
    assert_eq!(curves("s"), curves("here"));
}
