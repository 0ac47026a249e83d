//! Why an image is not made, with the place in its description.

use catalogue::Image;
use machine::MachineError;

use crate::error::PlanError;

/// Mistakes of a description, each at its field.
pub(super) fn fields(image: &Image, mistakes: Vec<(Vec<&'static str>, String)>) -> PlanError {
    let told = mistakes
        .into_iter()
        .map(|(field, message)| image.mistake(&field, format!("image `{}`: {message}", image.name)));
    PlanError::Described(told.collect())
}

/// What a step says, at the field that it follows from.
pub(super) fn at(image: &Image, field: &[&str], error: &MachineError) -> PlanError {
    let told = match error {
        MachineError::Extensions(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    };
    let told =
        told.into_iter().map(|message| image.mistake(field, format!("image `{}`: {message}", image.name)));
    PlanError::Refused(told.collect())
}

/// The same at the field that an error itself names.
pub(super) fn of(image: &Image, error: &MachineError) -> PlanError {
    let field: &[&str] = match error {
        MachineError::Extensions(_) => &["extensions"],
        MachineError::Architecture { .. } if image.document.root.at(&["architecture"]).is_some() => {
            &["architecture"]
        }
        MachineError::EspTooSmall { .. } if image.spec.disk.esp.is_some() => &["disk", "esp"],
        MachineError::Table(_) if image.spec.disk.size.is_some() => &["disk", "size"],
        MachineError::Meta(_) => &["meta"],
        MachineError::Cmdline(_) => &["kernelArguments"],
        _ => &["base"],
    };
    at(image, field, error)
}
