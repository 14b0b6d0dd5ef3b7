//! The material of a report: what was found on disk and what was measured. Sections read it, the page arranges them.

use super::facts::Group;
use super::find::Found;
use super::free::FreeGroup;

/// The input of every section.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) found: &'a Found,
    pub(super) groups: &'a [Group],
    pub(super) free: &'a [FreeGroup],
}
