use super::*;

/// Takes so many bytes and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn printer(closed: Option<ErrorKind>) -> Printer {
    Printer {
        loudness: Loudness::Quiet,
        paint: Paint::Plain,
        format: Format::Text,
        is_terminal: false,
        closed: Arc::new(Mutex::new(closed.map(Into::into))),
        warned: Arc::default(),
    }
}

#[test]
fn data_ends_with_one_line_break() {
    for (text, expected) in [("a", "a\n"), ("a\n", "a\n"), ("a\nb", "a\nb\n"), ("", "\n")] {
        let mut written = Vec::new();
        write(&mut written, text).unwrap();
        assert_eq!(written, expected.as_bytes());
    }
}

#[test]
fn a_failure_to_write_is_told_wherever_it_happens() {
    for room in 0..3 {
        assert_eq!(write(&mut Full(room), "ab").unwrap_err().kind(), ErrorKind::StorageFull, "{room}");
    }
    write(&mut Full(3), "ab").unwrap();
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    printer(Some(ErrorKind::BrokenPipe)).finish().unwrap();
    printer(None).finish().unwrap();
}

#[test]
fn a_full_disk_behind_stdout_is_one() {
    let error = printer(Some(ErrorKind::StorageFull)).finish().unwrap_err();
    assert_eq!(error.code, crate::error::ENVIRONMENT);
    assert!(error.diagnostics[0].message.contains("stdout"), "{:?}", error.diagnostics);
}

#[test]
fn nothing_is_drawn_for_the_quiet_and_for_files() {
    assert!(!printer(None).draws());
    assert!(!Printer { is_terminal: true, ..printer(None) }.draws());
    assert!(!Printer { is_terminal: true, loudness: Loudness::Verbose, ..printer(None) }.draws());
    assert!(Printer { is_terminal: true, loudness: Loudness::Normal, ..printer(None) }.draws());
}
