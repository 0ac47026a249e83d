//! Modules made up: object files with the sections that indexes are made of.

use std::io::Write as _;

use end_to_end::Dice;

use crate::depmod::Modules;

/// What an object file is to say.
#[derive(Clone, Debug, Default)]
struct Object {
    exports: Vec<String>,
    needs: Vec<String>,
    versions: Vec<String>,
    info: Vec<String>,
    /// Whether symbols have checksums, as kernels with versions of symbols have them.
    checksums: bool,
    /// Whether it is for a processor of 32 bits.
    narrow: bool,
}

impl Object {
    fn number(&self, value: usize) -> Vec<u8> {
        let wide = u64::try_from(value).unwrap().to_le_bytes();
        wide[..if self.narrow { 4 } else { 8 }].to_vec()
    }

    fn symbol(&self, name: usize, section: u16) -> Vec<u8> {
        let name = u32::try_from(name).unwrap().to_le_bytes();
        let (info, section) = ([0x10, 0], section.to_le_bytes());
        match self.narrow {
            true => [&name[..], &[0; 8], &info, &section].concat(),
            false => [&name[..], &info, &section, &[0; 16]].concat(),
        }
    }

    fn sections(&self) -> Vec<(&'static str, u32, Vec<u8>)> {
        let strings =
            |from: &[String]| from.iter().flat_map(|text| [text.as_bytes(), &[0]].concat()).collect();
        let (mut names, mut symbols) = (vec![0], self.symbol(0, 0));
        let own = self.exports.iter().map(|name| (format!("__crc_{name}"), 0xfff1));
        let own = own.filter(|_| self.checksums);
        for (name, section) in own.chain(self.needs.iter().map(|name| (name.clone(), 0))) {
            symbols.extend(self.symbol(names.len(), section));
            names.extend(name.bytes().chain([0]));
        }
        let versions = self.versions.iter().flat_map(|name| {
            let mut entry = self.number(0x1234);
            entry.extend(name.bytes());
            entry.resize(64, 0);
            entry
        });
        vec![
            (".modinfo", 1, strings(&self.info)),
            ("__ksymtab_strings", 1, strings(&self.exports)),
            ("__versions", 1, versions.collect()),
            (".symtab", 2, symbols),
            (".strtab", 3, names),
        ]
    }

    fn build(&self) -> Vec<u8> {
        let header = if self.narrow { 52 } else { 64 };
        let mut sections = self.sections();
        let mut names = vec![0];
        let mut offsets: Vec<usize> = Vec::new();
        for (name, ..) in &sections {
            offsets.push(names.len());
            names.extend(name.bytes().chain([0]));
        }
        offsets.push(names.len());
        names.extend(b".shstrtab\0");
        sections.push((".shstrtab", 3, names));
        let mut content = vec![0; header];
        let mut table = vec![0; if self.narrow { 40 } else { 64 }];
        for ((_, kind, bytes), name) in sections.iter().zip(offsets) {
            content.resize(content.len().next_multiple_of(8), 0);
            let symbols = *kind == 2;
            table.extend(u32::try_from(name).unwrap().to_le_bytes());
            table.extend(kind.to_le_bytes());
            let entry = if self.narrow { 16 } else { 24 };
            // Flags and address, then place and size.
            for value in [0, 0, content.len(), bytes.len()] {
                table.extend(self.number(value));
            }
            // The strings of the symbols are the fifth section.
            table.extend(u32::from(symbols).wrapping_mul(5).to_le_bytes());
            table.extend(u32::from(symbols).to_le_bytes());
            for value in [8, if symbols { entry } else { 0 }] {
                table.extend(self.number(value));
            }
            content.extend(bytes);
        }
        content.resize(content.len().next_multiple_of(8), 0);
        let mut head = vec![0x7f, b'E', b'L', b'F', if self.narrow { 1 } else { 2 }, 1, 1];
        head.resize(16, 0);
        let machine: u16 = if self.narrow { 3 } else { 62 };
        head.extend([1_u16.to_le_bytes(), machine.to_le_bytes()].concat());
        head.extend(1_u32.to_le_bytes());
        head.extend([0, 0, content.len()].into_iter().flat_map(|value| self.number(value)));
        head.extend([0; 4]);
        let sizes = if self.narrow { [52, 0, 0, 40] } else { [64, 0, 0, 64] };
        for value in sizes.into_iter().chain([7, 6_u16]) {
            head.extend(value.to_le_bytes());
        }
        content[..header].copy_from_slice(&head);
        [content, table].concat()
    }
}

fn word(dice: &mut Dice, letters: &[u8], longest: usize) -> String {
    (0..=dice.below(longest)).map(|_| char::from(*dice.pick(letters))).collect()
}

fn information(dice: &mut Dice, others: usize) -> Vec<String> {
    let mut info = vec!["license=GPL".to_owned(), "author=Ж".to_owned()];
    for _ in 0..dice.below(5) {
        let other = dice.below(others);
        info.push(match dice.below(9) {
            0 => format!("alias=devname:{}", word(dice, b"abc/", 6)),
            1 => format!("alias=char-major-{}-{}", dice.below(300), dice.below(300)),
            2 => format!("alias=block-major-{}-*", dice.below(300)),
            3 => format!("softdep=pre: m{other} post: m{other}"),
            4 => format!("alias=pci:v[0-9a-f-]*{}-x", word(dice, b"0-9AB", 8)),
            5 => format!("alias=broken{}", word(dice, b"[]x-", 6)),
            6 => "depends".to_owned(),
            _ => format!("alias={}", word(dice, b"ab-_*", 4)),
        });
    }
    info
}

/// A set of modules with dependencies, aliases and lists of every kind.
pub(crate) fn modules(seed: u64) -> Modules {
    let mut dice = Dice::new(seed);
    let mut all = Modules::default();
    let count = 1 + dice.below(40);
    let (checksums, narrow) = (dice.once_in(2), dice.once_in(4));
    let mut order = Vec::new();
    for number in 0..count {
        let exports = (0..dice.below(6)).map(|symbol| format!("s{number}_{symbol}")).collect();
        // Only of those before it, so that there is no circle; some are of the kernel.
        let needs: Vec<String> = (0..dice.below(5) * number.min(1))
            .map(|_| format!("s{}_{}", dice.below(number), dice.below(7)))
            .chain(["printk".to_owned()])
            .collect();
        let versions = (0..dice.below(3) * number.min(1))
            .map(|_| format!("s{}_{}", dice.below(number), dice.below(7)))
            .chain(needs.iter().cloned())
            .collect();
        let info = information(&mut dice, count);
        let object = Object { exports, needs, versions, info, checksums, narrow }.build();
        let directory = *dice.pick(&["kernel/drivers/", "kernel/fs/deep/er/", "extra/", "updates/", ""]);
        let path = format!("{directory}m{number}{}.ko", dice.pick(&["", "-x", "_y"]));
        if dice.once_in(2) {
            order.push(path.clone());
        }
        match dice.below(3) {
            0 => all.files.insert(format!("{path}.xz"), xz(&object)),
            1 => all.files.insert(format!("{path}.zst"), zstd::encode_all(object.as_slice(), 1).unwrap()),
            _ => all.files.insert(path, object),
        };
    }
    order.push("kernel/absent.ko".to_owned());
    let list = |lines: &[String]| lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
    all.order = (!dice.once_in(4)).then(|| list(&order));
    let built: Vec<String> =
        (0..dice.below(20)).map(|_| format!("kernel/{}.ko", word(&mut dice, b"ab-", 5))).collect();
    all.builtin = (!dice.once_in(4)).then(|| list(&built));
    let said = (0..dice.below(20)).flat_map(|number| {
        let value = word(&mut dice, b"ab-*[]", 6);
        format!("b{number}.license=GPL\0b{number}.alias={value}\0b{number}.file=x/y.z\0").into_bytes()
    });
    let said: Vec<u8> = said.collect();
    all.builtin_info = (!dice.once_in(4)).then_some(said);
    all
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Three modules that need each other.
pub(crate) fn circle() -> Modules {
    let mut all = Modules::default();
    for number in 0..3 {
        let object = Object {
            exports: vec![format!("s{number}")],
            needs: vec![format!("s{}", (number + 1) % 3)],
            checksums: true,
            ..Object::default()
        };
        all.files.insert(format!("kernel/m{number}.ko"), object.build());
    }
    all
}
