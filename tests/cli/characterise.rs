//! `characterise`: numbers, files, and what is refused.

use super::lab::Lab;

#[test]
fn a_neuron_is_characterised_and_its_figures_and_tables_are_written() {
    let lab = Lab::new();
    let ran = lab.line("characterise f-i-curves AdEx --current 15..25mV:11 --step 30mV --out adex --json").good();
    let line = ran.last();
    let number = |name: &str| line[name].as_f64().unwrap();
    // Naud et al. 2008: 20.91 mV
    assert!((line["onset"]["current"].as_f64().unwrap() - 20.91).abs() < 0.01 && line["onset"]["by"] == "hopf");
    assert!((19.0..21.0).contains(&number("rheobase")) && line["unit"] == "mV", "{line}");
    assert_eq!((line["curve"].as_array().unwrap().len(), &line["response"]["pattern"]), (11, &"adapting".into()));
    assert!(line["noise"]["cv"].as_f64().is_some_and(|cv| cv > 0.1));
    assert_eq!(line["fixed_points"][0][0]["stability"], "stable-node");
    for file in line["files"].as_array().unwrap() {
        let text = std::fs::read_to_string(lab.path("adex").join(file.as_str().unwrap())).unwrap();
        assert!(text.lines().count() > 10, "{file}");
    }
    let table = std::fs::read_to_string(lab.path("adex").join("f-i.csv")).unwrap();
    assert!(table.starts_with("current_mv,rate_hz,first_interval_hz,closed_form_hz\n15,0,"), "{table}");
    // the folder is not overwritten
    assert_eq!(lab.line("characterise f-i-curves AdEx --out adex").code, Some(2));
}

#[test]
fn parameters_are_set_and_a_model_without_phase_plane_says_so() {
    let lab = Lab::new();
    let ran = lab.line("characterise f-i-curves LIF --set LIF.v_th=-55mV --step 20mV").good();
    for words in ["Onset (closed form): 10.0000 mV", "tonic: regular intervals of 15.9 ms", "Lif has no phase plane", "closed form (Hz)"] {
        assert!(ran.stdout.contains(words), "{words} is missing in {}", ran.stdout);
    }
    let ran = lab.line("characterise firing-patterns chattering").good();
    assert!(ran.stdout.contains("bursting") && ran.stdout.contains("mV/ms"), "{}", ran.stdout);
}

#[test]
fn sources_unknown_names_and_wrong_values_are_refused_before_anything_is_simulated() {
    let lab = Lab::new();
    for (line, words) in [
        ("characterise ring-of-two noise", "Poisson"),
        ("characterise ring-of-two a", "choose one of: A, B"),
        ("characterise f-i-curves LIF --current 0..40:31", "unit"),
        ("characterise f-i-curves LIF --current 40..0mV:31", "TO must be above FROM"),
        ("characterise f-i-curves LIF --step 20", "unit"),
        ("characterise f-i-curves LIF --noise 12mV", "MEAN,SD"),
        ("characterise f-i-curves LIF --set LIF.tau_n=3ms", "tau_n"),
        ("characterise first-neuron n", "no description"),
    ] {
        let ran = lab.line(line);
        assert!(ran.code == Some(2) && ran.stderr.contains(words), "{line}: {}", ran.stderr);
    }
}
