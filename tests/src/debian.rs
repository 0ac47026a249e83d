//! A kernel of Debian, fetched as packages are.
#![allow(clippy::disallowed_methods, reason = "the tests run programs as a shell would")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The newest kernel for virtual machines, unpacked: `boot/vmlinuz-…` and `lib/modules/…`. It is kept in `cache`; the
/// error tells what this machine lacks.
pub fn cloud_kernel(cache: &Path) -> Result<PathBuf, String> {
    let unpacked = cache.join("kernel");
    if unpacked.join("boot").is_dir() {
        return Ok(unpacked);
    }
    let package = package(cache, &cloud_kernel_name()?)?;
    // Side by side with others who do the same.
    let fresh = tempfile::tempdir_in(cache).unwrap();
    checked(Command::new("dpkg-deb").arg("-x").arg(package).arg(fresh.path().join("kernel")))?;
    let _ = fs::rename(fresh.path().join("kernel"), &unpacked);
    match unpacked.join("boot").is_dir() {
        true => Ok(unpacked),
        false => Err("the package has no kernel".to_owned()),
    }
}

/// The package of that kernel.
pub fn cloud_kernel_name() -> Result<String, String> {
    let depends = checked(Command::new("apt-cache").args(["depends", "linux-image-cloud-amd64"]))?;
    let package = depends.split_whitespace().find(|word| {
        word.starts_with("linux-image-")
            && word.ends_with("-cloud-amd64")
            && *word != "linux-image-cloud-amd64"
    });
    let package = package.ok_or("the package lists have no `linux-image-cloud-amd64`")?;
    Ok(package.to_owned())
}

/// The file of a package, which is kept in `cache`.
pub fn package(cache: &Path, name: &str) -> Result<PathBuf, String> {
    let kept = cache.join(format!("{name}.deb"));
    if kept.is_file() {
        return Ok(kept);
    }
    let fresh = tempfile::tempdir_in(cache).unwrap();
    checked(Command::new("apt-get").args(["download", "-q", name]).current_dir(&fresh))?;
    let file = fs::read_dir(fresh.path()).unwrap().next().ok_or("nothing was downloaded")?.unwrap().path();
    fs::rename(file, &kept).unwrap();
    Ok(kept)
}

/// What a program prints, or what it says when it fails.
pub fn checked(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
