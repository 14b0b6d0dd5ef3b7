//! Fields: a quantity of a neuron model, a rule or a projection is declared once, with its unit, range, default, help and
//! source. Reading, writing, checking, paths and `describe` all use that declaration.

use crate::params::{Change, Domain, QuantityError, format_quantity, parse_quantity};

/// The declaration of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its name in files and paths.
    pub name: &'static str,
    /// Its unit, or `""`.
    pub unit: &'static str,
    /// The allowed values, in that unit.
    pub domain: Domain,
    /// The value if a description does not give one.
    pub default: f64,
    /// Whether a change acts on the next step or needs a new network.
    pub change: Change,
    /// One sentence.
    pub help: &'static str,
    /// The source of the quantity.
    pub source: &'static str,
}

impl Field {
    /// The allowed values as text.
    pub fn range(&self) -> String {
        self.domain.range_text(self.unit)
    }

    /// A value as text, with its unit.
    pub fn format(&self, value: f64) -> String {
        format_quantity(self.domain, self.unit, value)
    }

    /// A value as text, or what is wrong with it; the range is not checked. Where `due`, a number needs its unit.
    pub(crate) fn parse(&self, text: &str, due: bool) -> Result<f64, String> {
        match parse_quantity(self.domain, self.unit, text) {
            Ok((value, named)) if named || !due || self.unit.is_empty() => Ok(value),
            Ok((value, _)) => Err(self.unitless(value)),
            Err(QuantityError::NotAChoice(given)) => Err(format!("\"{given}\" does not apply; choose {}", self.range())),
            Err(source) => Err(format!("{source}; allowed: {}", self.range())),
        }
    }

    /// The message about a number without its unit.
    pub(crate) fn unitless(&self, value: f64) -> String {
        // durations are given in seconds as often as in ms
        let seconds = if self.name == "duration" { format!("\"{value} s\" if s is meant, or ") } else { String::new() };
        format!("{value} has no unit; write {seconds}\"{value} {}\" if {} is meant", self.unit, self.unit)
    }

    /// The message about a value out of range; `None` if it is allowed.
    pub(crate) fn out_of_range(&self, value: f64) -> Option<String> {
        (!self.domain.admits(value)).then(|| format!("{} is out of range; allowed: {}", self.format(value), self.range()))
    }
}

/// What a field can hold; every value can be had as a number, a choice as its index.
pub(crate) trait Slot {
    fn number(&self) -> f64;
    fn set_number(&mut self, value: f64);
}

impl Slot for f64 {
    fn number(&self) -> f64 {
        *self
    }

    fn set_number(&mut self, value: f64) {
        *self = value;
    }
}

impl Slot for u32 {
    fn number(&self) -> f64 {
        f64::from(*self)
    }

    fn set_number(&mut self, value: f64) {
        *self = value as u32;
    }
}

impl Slot for bool {
    fn number(&self) -> f64 {
        f64::from(u8::from(*self))
    }

    fn set_number(&mut self, value: f64) {
        *self = value != 0.0;
    }
}

/// A structure whose fields are declared in a table.
pub(crate) trait Record {
    fn fields(&self) -> &'static [Field];
    /// The value of the field with this index.
    fn value(&self, index: usize) -> f64;
    fn set_value(&mut self, index: usize, value: f64);
}

/// Declares a structure and the table of its fields: `slot: type, name, unit, domain, default, change; help; source`.
macro_rules! record {
    ($(#[$doc:meta])* $record:ident, $table:ident {
        $($slot:ident: $kind:ty, $name:literal, $unit:literal, $domain:expr, $default:expr, $change:ident; $help:literal; $source:expr)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $record {
            $(#[doc = concat!($help, " In the file: `", $name, "`; unit: \"", $unit, "\".")] pub $slot: $kind),*
        }

        #[doc = concat!("The fields of `", stringify!($record), "`.")]
        pub static $table: &[$crate::model::Field] = &[$($crate::model::Field {
            name: $name, unit: $unit, domain: $domain, default: $default, change: $crate::params::Change::$change,
            help: $help, source: $source,
        }),*];

        impl Default for $record {
            fn default() -> Self {
                let mut new = Self { $($slot: <$kind>::default()),* };
                for (index, field) in $table.iter().enumerate() {
                    $crate::model::field::Record::set_value(&mut new, index, field.default);
                }
                new
            }
        }

        impl $crate::model::field::Record for $record {
            fn fields(&self) -> &'static [$crate::model::Field] {
                $table
            }

            fn value(&self, index: usize) -> f64 {
                use $crate::model::field::Slot;
                [$(self.$slot.number()),*][index]
            }

            fn set_value(&mut self, index: usize, value: f64) {
                use $crate::model::field::Slot;
                let slots: &mut [&mut dyn Slot] = &mut [$(&mut self.$slot),*];
                slots[index].set_number(value);
            }
        }
    };
}
pub(crate) use record;

pub(crate) const fn real(min: f64, max: f64) -> Domain {
    Domain::Real { min, max, log: false }
}

pub(crate) const fn log(min: f64, max: f64) -> Domain {
    Domain::Real { min, max, log: true }
}

pub(crate) const fn whole(min: f64, max: f64) -> Domain {
    Domain::Integer { min, max }
}

/// `false` or `true`.
pub(crate) const SWITCH: Domain = Domain::Choice(&["false", "true"]);
