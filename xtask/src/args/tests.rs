use super::*;

#[test]
fn the_grammar_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn every_command_explains_itself_with_an_example() {
    fn check(command: &clap::Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        assert!(command.get_about().is_some(), "{path} says nothing about itself");
        if command.has_subcommands() {
            command.get_subcommands().for_each(|command| check(command, &path));
        } else {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{path} has no example");
        }
    }
    for command in Args::command().get_subcommands() {
        // These two are run by nothing but their names.
        if !["test", "bench"].contains(&command.get_name()) {
            check(command, "cargo xtask");
        }
    }
}

#[test]
fn colours_of_help_follow_the_flag() {
    let choice = |line: &str| colour(line.split(' ').map(Into::into));
    for (line, expected) in [
        ("--color never build", clap::ColorChoice::Never),
        ("build --color=always", clap::ColorChoice::Always),
        ("build --color", clap::ColorChoice::Auto),
        ("build --colorful never", clap::ColorChoice::Auto),
        ("build", clap::ColorChoice::Auto),
    ] {
        assert_eq!(choice(line), expected, "{line}");
    }
}
