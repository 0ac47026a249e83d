//! The program; everything is in the library, so that tests can link it under another name.

fn main() -> std::process::ExitCode {
    xtask::main()
}
