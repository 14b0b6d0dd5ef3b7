//! `metrics.csv` of a free run.

use crate::experiment::Activity;
use crate::model::NetworkSpec;
use crate::session::words::number;
use crate::time::TimeGrid;

/// As a table: mean rate of every population that fires, in Hz, in bins of time.
pub(crate) fn rates_csv(activity: &Activity, network: &NetworkSpec) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = std::iter::once("time_ms".to_owned()).chain(network.firing().map(|(_, population)| format!("{}_hz", population.name)));
    // invariant, here and below: writing to memory cannot fail, and all rows have the same length
    csv.write_record(head).unwrap_or_default();
    for (time_ms, rates) in activity.rates(TimeGrid::new(network.dt_ms)) {
        let rates = network.firing().filter_map(|(index, _)| Some(number(*rates.get(index)?).replace(',', "")));
        csv.write_record(std::iter::once(number(time_ms).replace(',', "")).chain(rates)).unwrap_or_default();
    }
    String::from_utf8(csv.into_inner().unwrap_or_default()).unwrap_or_default()
}
