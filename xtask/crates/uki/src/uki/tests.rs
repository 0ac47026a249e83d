//! Mistakes in what an image is made of.

use super::*;
use crate::{Bank, Measurements, Phase, kernel_version, os_release, pcr_11, sections};

type Change<'a> = &'a dyn Fn(&mut Vec<u8>);

/// A stub of one section, `.sbat`, at 0x1000.
fn stub() -> Vec<u8> {
    let mut stub = vec![0; 0x400];
    let mut put = |at: usize, bytes: &[u8]| stub[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x3c, &[0x80]);
    put(0x80, b"PE\0\0\x64\x86\x01");
    put(0x94, &[240]);
    put(0x98, &0x20b_u16.to_le_bytes());
    put(0xb8, &4096_u32.to_le_bytes());
    put(0xbc, &512_u32.to_le_bytes());
    put(0x188, b".sbat\0\0\0\x09\0\0\0\0\x10\0\0\0\x02\0\0\0\x02");
    put(0x200, b"sbat,1,x\n");
    stub
}

fn kernel() -> Vec<u8> {
    let mut kernel = vec![0; 0x1000];
    kernel[..2].copy_from_slice(b"MZ");
    kernel[0x3c] = 0x40;
    kernel[0x40..0x46].copy_from_slice(b"PE\0\0\x64\x86");
    kernel
}

fn parts<'a>(kernel: &'a [u8], profiles: &'a [Profile]) -> Uki<'a> {
    Uki {
        os_release: "ID=test\n",
        cmdline: "a b=1",
        uname: None,
        splash: None,
        pcr_key: None,
        kernel,
        initrd: b"initrd",
        profiled: true,
        profiles,
    }
}

fn stub_mistake(change: impl Fn(&mut Vec<u8>)) -> String {
    let mut stub = stub();
    change(&mut stub);
    Stub::parse(&stub).unwrap_err().to_string()
}

#[test]
fn stubs() {
    let cases: [(Change<'_>, &str); 13] = [
        (&|stub| stub.truncate(0), "does not begin with `MZ`"),
        (&|stub| stub.truncate(0x20), "the DOS header ends at byte 64, the file at 32"),
        (&|stub| stub.truncate(0x8a), "the file header ends at byte"),
        (&|stub| stub.truncate(0x100), "the optional header ends at byte 392, the file at 256"),
        (&|stub| stub.truncate(0x190), "the header of section 1 ends at"),
        (&|stub| stub.truncate(0x300), "section `.sbat` ends at byte 1024, the file at 768; fetch it again"),
        (&|stub| stub[0x3c] = 0x90, "there is no `PE`"),
        (&|stub| stub[0x3f] = 0xff, "the PE signature ends at byte"),
        (&|stub| stub[0x8c] = 1, "has COFF symbols (table at byte 1)"),
        (&|stub| stub[0x98] = 0x0b_u8.wrapping_add(0xc0), "for 32-bit machines (magic 0x2cb)"),
        (&|stub| stub[0xbc..0xbe].copy_from_slice(&[3, 0]), "a file alignment of 3"),
        (&|stub| stub[0x188] = b'x', "no section `.sbat`"),
        (&|stub| stub[0x86] = 0, "has no sections"),
    ];
    for (change, expected) in cases {
        let told = stub_mistake(change);
        assert!(told.contains(expected), "{told}");
    }
    let mut long = stub();
    long[0x8c] = 1;
    long[0x188..0x18a].copy_from_slice(b"/4");
    assert!(
        Stub::without_symbols(&long).unwrap_err().to_string().contains("section 1 of the stub has its name")
    );
    let mut two = stub();
    two[0x86] = 2;
    assert!(Stub::parse(&two).unwrap_err().to_string().contains("begins at address 0x0"));
}

#[test]
fn any_change_of_a_stub_is_survived() {
    let stub = stub();
    for at in 0..stub.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut changed = stub.clone();
            changed[at] = value;
            if let Ok(read) = Stub::without_symbols(&changed) {
                let _ = parts(&kernel(), &[]).assemble(&read, 0);
            }
        }
        let _ = Stub::parse(&stub[..at]);
        let _ = sections(&stub[..at]);
    }
}

#[test]
fn contents() {
    let (stub, kernel) = (stub(), kernel());
    let stub = Stub::parse(&stub).unwrap();
    let told = |uki: Uki<'_>| uki.assemble(&stub, 0).unwrap_err().to_string();
    assert!(told(parts(b"", &[])).contains("the kernel is empty"));
    assert!(told(parts(b"ELF", &[])).contains("it does not begin with `MZ`; take one that is built with"));
    assert!(told(parts(&kernel[..0x20], &[])).contains("the kernel is cut off"));
    let mut bare = kernel.clone();
    bare[0x40] = 0;
    assert!(told(parts(&bare, &[])).contains("there is no PE header"));
    let mut arm = kernel.clone();
    arm[0x44..0x46].copy_from_slice(&[0x64, 0xaa]);
    assert!(told(parts(&arm, &[])).contains("the stub is for x86-64, the kernel for 64-bit ARM"));
    arm[0x45] = 0;
    assert!(told(parts(&arm, &[])).contains("names another machine"));
    assert!(told(Uki { initrd: b"", ..parts(&kernel, &[]) }).contains("the initramfs is empty"));
    assert!(told(Uki { cmdline: "a\nb", ..parts(&kernel, &[]) }).contains("line break"));
    let reset = Profile::new("reset", "", "a").unwrap();
    assert!(
        told(parts(&kernel, &[reset.clone(), reset.clone()])).contains("two profiles have the ID `reset`")
    );
    let many: Vec<Profile> = (0..60).map(|n| Profile::new(&format!("p{n}"), "", "a").unwrap()).collect();
    assert!(told(parts(&kernel, &many)).contains("96 are the most"));
    let profile = |id, title| Profile::new(id, title, "a").unwrap_err().to_string();
    assert!(profile("main", "").contains("that of the image itself"));
    assert!(profile("", "").contains("is empty"));
    assert!(profile("a", "b\nID=c").contains("the title of profile `a`"));
    let old = Quirks::new(quirks::Version::new(1, 9, 5));
    assert!(Uki::profiled(old, &[reset]).unwrap_err().to_string().contains("from 1.10.0 on"));
    assert_eq!(Uki::profiled(old, &[]), Ok(false));
}

#[test]
fn versions_of_kernels() {
    let mut kernel = kernel();
    assert_eq!(kernel_version(&kernel), None);
    kernel[0x202..0x206].copy_from_slice(b"HdrS");
    kernel[0x1f1] = 4;
    kernel[0x20f] = 3;
    kernel[0x500..0x50c].copy_from_slice(b"6.1.0-x (a)\0");
    assert_eq!(kernel_version(&kernel).as_deref(), Some("6.1.0-x"));
    kernel[0x20f] = 9;
    assert_eq!(kernel_version(&kernel), None);
    assert_eq!(kernel_version(&kernel[..0x400]), None);
    assert!(os_release("v1.2.3").contains("VERSION_ID=v1.2.3\n"));
}

#[test]
fn measurements_follow_what_is_measured() {
    let (stub, kernel) = (stub(), kernel());
    let stub = Stub::parse(&stub).unwrap();
    let profiles = [Profile::new("reset", "", "a b=2").unwrap()];
    let image = |uki: Uki<'_>| uki.assemble(&stub, 0).unwrap().to_vec();
    let plain = image(parts(&kernel, &profiles));
    let main = pcr_11(&plain, 0, Phase::Kernel).unwrap();
    assert_ne!(main, pcr_11(&plain, 1, Phase::Kernel).unwrap());
    assert_ne!(main, pcr_11(&plain, 0, Phase::EnterInitrd).unwrap());
    let other = image(Uki { cmdline: "a", ..parts(&kernel, &profiles) });
    assert_ne!(main, pcr_11(&other, 0, Phase::Kernel).unwrap());
    // The time is in the header, which is not measured.
    let later = parts(&kernel, &profiles).assemble(&stub, 1).unwrap().to_vec();
    assert_ne!(plain, later);
    assert_eq!(main, pcr_11(&later, 0, Phase::Kernel).unwrap());
}

#[test]
fn signatures_stand_behind_their_profiles_and_are_not_measured() {
    let (stub, kernel) = (stub(), kernel());
    let stub = Stub::parse(&stub).unwrap();
    let profiles = [Profile::new("reset", "", "a b=2").unwrap()];
    let signatures = ["first".to_owned(), "second".to_owned()];
    let uki = Uki { pcr_key: Some("key"), ..parts(&kernel, &profiles) };
    let plain = uki.assemble(&stub, 0).unwrap().to_vec();
    let signed = uki.assemble_signed(&stub, 0, &signatures).unwrap().to_vec();
    let names: Vec<String> = sections(&signed).unwrap().into_iter().map(|section| section.name).collect();
    assert_eq!(names[names.len() - 5..], [".profile", ".pcrsig", ".profile", ".cmdline", ".pcrsig"]);
    let (before, after) = (Measurements::of(&plain).unwrap(), Measurements::of(&signed).unwrap());
    assert_eq!(after.profiles(), 2);
    for profile in 0..2 {
        assert_eq!(before.policies(profile), after.policies(profile));
        assert_eq!(after.policies(profile).len(), Bank::ALL.len());
    }
    assert_ne!(after.policies(0), after.policies(1));
    let told = uki.assemble_signed(&stub, 0, &signatures[..1]).unwrap_err().to_string();
    assert!(told.contains("1 signatures of measurements for 2 profiles"), "{told}");
    let told = parts(&kernel, &profiles).assemble_signed(&stub, 0, &signatures).unwrap_err().to_string();
    assert_eq!(told, "the public key of the signatures is empty");
}
