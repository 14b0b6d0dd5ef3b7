//! `new`: a file to start from, its comments, and the files that are not replaced.

use crate::lab::Lab;

fn shipped(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn new_file_is_checked_without_remarks_and_runs_as_it_says() {
    let lab = Lab::new();
    let told = lab.line("new mine.ron").good().stdout;
    assert!(["spikescope check mine.ron", "spikescope run mine.ron"].iter().all(|next| told.contains(next)), "{told}");
    assert_eq!(std::fs::read_to_string(lab.path("mine.ron")).unwrap(), shipped("assets/network.ron"));
    let told = lab.line("check mine.ron").good().stdout;
    assert!(told.starts_with("ok:") && !told.contains("remark"), "{told}");
    let ran = lab.line("run mine.ron --duration 50ms --out runs/mine").good();
    assert!(!ran.stderr.contains("remark"), "{ran:?}");
    // the same on standard output, and nothing else
    assert_eq!(lab.line("new -").good().stdout, shipped("assets/network.ron"));
}

#[test]
fn existing_file_is_replaced_only_by_force() {
    let lab = Lab::new();
    std::fs::write(lab.path("mine.ron"), "mine").unwrap();
    for line in ["new mine.ron", "new data", "new none/mine.ron", "new other.ron --from no-such"] {
        let before = lab.contents();
        let ran = lab.line(line);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.has_a_line_per_fault()), (Some(2), "", true), "{line}: {ran:?}");
        assert!(lab.contents() == before, "{line}");
    }
    assert!(lab.line("new mine.ron").stderr.contains("--force"));
    lab.line("new mine.ron --force").good();
    assert!(lab.line("check mine.ron").good().stdout.starts_with("ok:"));
}

#[test]
fn presets_of_networks_keep_their_text_and_those_with_images_are_written_out() {
    let lab = Lab::new();
    lab.line("new ring.ron --from ring-of-two").good();
    assert_eq!(std::fs::read_to_string(lab.path("ring.ron")).unwrap(), shipped("presets/ring-of-two.ron"));
    let told = lab.line("new digits.ron --from mnist-rstdp").good().stdout;
    assert!(told.contains("spikescope train digits.ron"), "{told}");
    let text = std::fs::read_to_string(lab.path("digits.ron")).unwrap();
    assert!(text.contains("schema: 2") && text.contains("network: ("), "{text}");
    assert!(lab.line("check digits.ron").good().stdout.starts_with("ok:"));
    for name in ["first-neuron", "stdp-window"] {
        let ran = lab.run(&["new", "one.ron", "--from", name]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(name) && !lab.path("one.ron").exists(), "{ran:?}");
    }
}

#[test]
fn preset_with_a_scale_is_written_at_another_size() {
    let lab = Lab::new();
    let told = lab.line("new circuit.ron --from potjans-diesmann-2014 --scale 0.02").good().stdout;
    assert!(told.contains("spikescope run circuit.ron"), "{told}");
    let text = std::fs::read_to_string(lab.path("circuit.ron")).unwrap();
    assert!(text.contains("factor: 0.02") && text.contains("size: 414,"), "{text}");
    assert!(lab.line("check circuit.ron").good().stdout.starts_with("ok:"));
    // and from there to any other
    let one = lab.line("new - --from circuit.ron --scale 0.1").good().stdout;
    assert!(one.contains("size: 2068,") && one.contains("factor: 0.1"), "{one}");
    for (line, fact) in [
        ("new other.ron --from brunel-2000 --scale 0.5", "scale: (factor: 1"),
        ("new other.ron --from mnist-rstdp --scale 0.5", "scale: (factor: 1"),
        ("new other.ron --from potjans-diesmann-2014 --scale 0", "0.001 to 100"),
        ("new other.ron --scale 0.5", "--from"),
    ] {
        let ran = lab.line(line);
        assert!(ran.code == Some(2) && ran.stderr.contains(fact) && !lab.path("other.ron").exists(), "{line}: {ran:?}");
    }
}
