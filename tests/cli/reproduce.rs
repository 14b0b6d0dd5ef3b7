//! `reproduce`: measured quantities beside published ranges, a report, and what is refused.

use crate::lab::Lab;

#[test]
fn reproduce_prints_each_quantity_with_range_and_source_and_writes_a_report() {
    let lab = Lab::new();
    let text = lab.run(&["reproduce", "firing-patterns", "--small", "--out", "a"]).good().stdout;
    for fact in ["last interval of regular spiking", "expected 44 to 46 ms: within", "Izhikevich 2003", "5 of 5", "report in a"] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
    let page = std::fs::read_to_string(lab.path("a/report.html")).unwrap();
    assert!(["<svg", "Izhikevich 2003", "small form, seed 1", env!("CARGO_PKG_VERSION")].iter().all(|fact| page.contains(fact)));
    let svg = std::fs::read_to_string(lab.path("a/raster-constant-input.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("regular spiking"));
    let csv = std::fs::read_to_string(lab.path("a/quantities.csv")).unwrap();
    let head = "preset,form,seed,condition,quantity,value,unit,expected_from,expected_to,within,source,version,machine,date";
    assert_eq!((csv.lines().next(), csv.lines().count()), (Some(head), 6));

    // the same seed gives the same values, whatever the folder
    let ran = lab.run(&["reproduce", "firing-patterns", "--small", "--json", "--out", "b"]).good().events();
    let (last, quantities) = ran.split_last().unwrap();
    assert_eq!((&last["event"], &last["within"], &last["quantities"]), (&"reproduced".into(), &5.into(), &5.into()));
    let values: Vec<String> = quantities.iter().map(|one| one["value"].to_string()).collect();
    let table: Vec<&str> = csv.lines().skip(1).map(|line| line.split(',').nth(5).unwrap()).collect();
    assert_eq!(
        values.iter().map(|value| value.parse::<f64>().unwrap()).collect::<Vec<_>>(),
        table.iter().map(|value| value.parse().unwrap()).collect::<Vec<f64>>()
    );
    assert!(quantities.iter().all(|one| one["within"] == true && one["range"].as_array().unwrap().len() == 2));
}

#[test]
fn reproduce_refuses_names_without_results_and_folders_in_use() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("full")).unwrap();
    std::fs::write(lab.path("full/notes.txt"), "mine").unwrap();
    let before = lab.contents();
    for (line, facts) in [
        (&["reproduce", "ring-of-two"][..], &["ring-of-two", "brunel-2000", "song-abbott-2000", "vogels-abbott-2005-cuba"][..]),
        (&["reproduce", "brunel2000"], &["did you mean brunel-2000?"]),
        (&["reproduce", "firing-patterns", "--small", "--out", "full"], &["full", "--out"]),
    ] {
        let ran = lab.run(line);
        assert!(ran.code == Some(2) && ran.stdout.is_empty() && facts.iter().all(|fact| ran.stderr.contains(fact)), "{line:?}: {ran:?}");
    }
    assert!(lab.contents() == before);
}
