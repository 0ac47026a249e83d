//! Bundles that are the same in every run.

use end_to_end::Dice;
use talos::SecretsBundle;

/// A whole bundle of a seed.
pub(crate) fn planted(seed: u64) -> SecretsBundle {
    let mut dice = Dice::new(seed);
    let mut random = |buffer: &mut [u8]| buffer.copy_from_slice(&dice.bytes(buffer.len()));
    SecretsBundle::generate(1_700_000_000, &mut random).unwrap()
}
