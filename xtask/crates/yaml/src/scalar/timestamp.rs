//! What `!!timestamp` accepts: the formats go-yaml v2 tries, by Go's `time.Parse`.

/// As [`goyaml::is_timestamp`], apart from offsets of 60 minutes, which Go takes only since 1.20.
pub(super) fn is_timestamp(text: &str) -> bool {
    goyaml::is_timestamp(text) && !text.ends_with(":60")
}
