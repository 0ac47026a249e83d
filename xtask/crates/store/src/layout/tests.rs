use proptest::prelude::*;

use super::{escape, unescape};

proptest! {
    #[test]
    fn every_name_has_its_own_plain_file_name(name: String) {
        let file = escape(&name);
        prop_assert!(!file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\0']));
        prop_assert_eq!(unescape(&file), Some(name));
    }

    #[test]
    fn reading_file_names_never_panics(file: String) {
        if let Some(name) = unescape(&file) {
            prop_assert_eq!(escape(&name), file);
        }
    }
}
