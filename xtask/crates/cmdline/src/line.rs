//! A command line and the rules of merging.

use std::fmt;

/// Keys whose values the user's arguments replace.
const REPLACED: [&str; 2] = ["console", "talos.platform"];

/// Arguments by key, in the order in which keys came.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CommandLine {
    arguments: Vec<Argument>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Argument {
    key: String,
    /// The empty value is a key alone.
    values: Vec<String>,
}

impl CommandLine {
    /// Reads arguments between white space.
    pub fn parse(text: &str) -> Self {
        let mut line = Self::default();
        for word in text.split_whitespace() {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            line.append(key, value);
        }
        line
    }

    /// Adds a value to a key.
    pub fn append(&mut self, key: &str, value: &str) {
        match self.find(key) {
            Some(argument) => argument.values.push(value.to_owned()),
            None => self.arguments.push(Argument { key: key.to_owned(), values: vec![value.to_owned()] }),
        }
    }

    /// Adds arguments; several with one key all stay.
    pub fn append_all<T: AsRef<str>>(&mut self, arguments: &[T]) {
        for argument in Self::joined(arguments).arguments {
            for value in &argument.values {
                self.append(&argument.key, value);
            }
        }
    }

    /// Puts arguments in the place of those with the same keys.
    pub fn set_all<T: AsRef<str>>(&mut self, arguments: &[T]) {
        for argument in Self::joined(arguments).arguments {
            self.set(argument);
        }
    }

    /// Adds what a user asks for: `console` and `talos.platform` replace, `-key` and `-key=value` remove.
    ///
    /// A lone `-` is an argument as any other: what follows it belongs to the first process.
    pub fn customize<T: AsRef<str>>(&mut self, arguments: &[T]) {
        for argument in Self::joined(arguments).arguments {
            let negated = argument.key.strip_prefix('-').filter(|key| !key.is_empty());
            match negated {
                Some(key) => self.remove(key, &argument.values),
                None if REPLACED.contains(&argument.key.as_str()) => self.set(argument),
                None => {
                    for value in &argument.values {
                        self.append(&argument.key, value);
                    }
                }
            }
        }
    }

    fn joined<T: AsRef<str>>(arguments: &[T]) -> Self {
        Self::parse(&arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "))
    }

    fn find(&mut self, key: &str) -> Option<&mut Argument> {
        self.arguments.iter_mut().find(|argument| argument.key == key)
    }

    fn set(&mut self, new: Argument) {
        match self.find(&new.key) {
            Some(argument) => *argument = new,
            None => self.arguments.push(new),
        }
    }

    fn remove(&mut self, key: &str, values: &[String]) {
        if values.first().is_none_or(String::is_empty) {
            self.arguments.retain(|argument| argument.key != key);
        } else if let Some(argument) = self.find(key) {
            argument.values.retain(|value| !values.contains(value));
        }
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        for Argument { key, values } in &self.arguments {
            let word = |value: &String| if value.is_empty() { key.clone() } else { format!("{key}={value}") };
            words.extend(values.iter().map(word));
        }
        f.write_str(&words.join(" "))
    }
}
