//! Policies of a TPM: what must have been measured before it gives a secret away.

use crate::bank::Bank;

/// The command that adds registers to a policy (`TPM_CC_PolicyPCR`).
const POLICY_PCR: u32 = 0x17f;
/// Which registers: eight for each byte, number 11 of them.
const SELECTED: [u8; 3] = [0, 1 << 3, 0];

/// A policy that asks for one value of PCR 11.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// The bank of the register.
    pub bank: Bank,
    /// Its digest, which is always SHA-256.
    pub digest: Vec<u8>,
}

impl Policy {
    /// The policy for a value of PCR 11 in a bank.
    pub fn new(bank: Bank, pcr_11: &[u8]) -> Self {
        let [high, low] = bank.number().to_be_bytes();
        // One selection, of that bank, in three bytes.
        let selection = [0, 0, 0, 1, high, low, 3, SELECTED[0], SELECTED[1], SELECTED[2]];
        let value = Bank::Sha256.digest(&[pcr_11]);
        let digest = Bank::Sha256.digest(&[&[0; 32], &POLICY_PCR.to_be_bytes(), &selection, &value]);
        Self { bank, digest }
    }
}
