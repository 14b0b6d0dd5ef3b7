//! The stages of a task: reading, checking, writing.

use super::fault::{Fault, Faults, entry};
use super::node::{Body, Node};
use super::read::rule as read_rule;
use super::rules::RuleSpec;
use super::spec::NetworkSpec;
use super::stage::Stage;
use super::task::Classify;
use super::wiring::WEIGHT;
use super::write::rule_node;

/// The path of the stages.
const PATH: &str = "task.stages";
const FORM: &str =
    "write a list of projections and numbers of images, as [([\"image->hidden\"], 5000)], with a rule if another one applies in the stage";

impl Stage {
    fn read(node: &Node, faults: &mut Faults) -> Option<Self> {
        let Body::Items(parts) = &node.body else { return None };
        let (Node { body: Body::List(names), .. }, Node { body: Body::Number(images), .. }) = (parts.first()?, parts.get(1)?) else {
            return None;
        };
        let names = names.iter().map(|name| if let Body::Text(name) = &name.body { Some(name.clone()) } else { None });
        let whole = (0.0..=1e9).contains(images) && images.fract() == 0.0;
        let stage = Self::new(names.collect::<Option<_>>()?, whole.then_some(*images as u64)?);
        match &parts[2..] {
            [] => Some(stage),
            // a rule that cannot be read is a fault of its own
            [rule] => Some(Self { rule: read_rule(rule.clone(), PATH, WEIGHT.unit, faults), ..stage }),
            _ => None,
        }
    }

    fn node(&self) -> Node {
        let names = self.projections.iter().map(Node::text).collect();
        let parts = [Body::List(names).into(), Node::number(self.images as f64)];
        Body::Items(parts.into_iter().chain(self.rule.as_ref().map(|rule| rule_node(rule, WEIGHT.unit))).collect()).into()
    }

    /// What does not fit the network.
    fn check(&self, network: &NetworkSpec, task: &Classify, faults: &mut Faults) {
        for name in &self.projections {
            let Some(projection) = network.projection(name) else {
                faults.at(PATH, format!("there is no projection {name:?}"));
                continue;
            };
            let filters = matches!(projection.rule, Some(RuleSpec::FilterStdp(_) | RuleSpec::WinnerStdp(_)));
            match &self.rule {
                None if filters => {}
                None => faults.at(
                    PATH,
                    format!(
                        "{name:?} does not learn without reward; give it the rule FilterStdp() or WinnerStdp(), or the stage a rule, as ([{name:?}], {}, Stdp())",
                        self.images
                    ),
                ),
                Some(rule) if filters => {
                    faults.at(PATH, format!("the filters of {name:?} learn by their own rule; remove {}", rule.name()));
                }
                Some(_) => {}
            }
        }
        match &self.rule {
            Some(rule) if !matches!(rule, RuleSpec::Stdp(_) | RuleSpec::PairStdp(_)) => {
                faults.at(PATH, format!("{} is no rule of a stage without reward; choose Stdp or PairStdp", rule.name()));
            }
            Some(rule) if self.projections.is_empty() => faults.at(PATH, format!("{} has no projections; name them", rule.name())),
            Some(_) if !faults.within(PATH) => self.check_rule(network, task, faults),
            _ => {}
        }
    }

    /// Faults of the rule on its projections, as faults of the stage.
    fn check_rule(&self, network: &NetworkSpec, task: &Classify, faults: &mut Faults) {
        let mut own = Faults::default();
        let staged = network.in_stage(Some(self));
        staged.check_into(&mut own);
        staged.check_trials(task, &mut own);
        let places: Vec<String> = self.projections.iter().map(|name| entry("projections", name)).collect();
        for Fault { path, message } in own.into_vec() {
            if places.iter().any(|place| path.starts_with(place.as_str())) {
                faults.at(PATH, format!("{path}: {message}"));
            }
        }
    }
}

/// Read the stages of a task.
pub(super) fn stages(node: &Node, faults: &mut Faults) -> Vec<Stage> {
    let Body::List(nodes) = &node.body else {
        return faults.none(PATH, format!("{} does not apply; {FORM}", node.what())).unwrap_or_default();
    };
    let read = |node: &Node| Stage::read(node, faults).or_else(|| faults.none(PATH, format!("{} is no stage; {FORM}", node.what())));
    nodes.iter().filter_map(read).collect()
}

impl Classify {
    pub(super) fn stages_node(&self) -> Node {
        Body::List(self.stages.iter().map(Stage::node).collect()).into()
    }

    /// The stages as they stand in a file.
    pub(super) fn stages_text(&self) -> String {
        self.stages_node().print().trim().to_owned()
    }

    pub(super) fn check_stages(&self, network: &NetworkSpec, faults: &mut Faults) {
        for stage in &self.stages {
            stage.check(network, self, faults);
        }
    }
}
