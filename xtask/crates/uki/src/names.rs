//! How an image names what is in it.

/// The `os-release` text of a Talos release, given as its tag (`v1.11.3`): os-release(5) with the values that Talos has.
pub fn os_release(tag: &str) -> String {
    format!(
        "NAME=\"Talos\"\nID=talos\nVERSION_ID={tag}\nPRETTY_NAME=\"Talos ({tag})\"\n\
         HOME_URL=\"https://www.talos.dev/\"\nBUG_REPORT_URL=\"https://github.com/siderolabs/talos/issues\"\n\
         VENDOR_NAME=\"Sidero Labs\"\nVENDOR_URL=\"https://www.siderolabs.com/\"\n"
    )
}
