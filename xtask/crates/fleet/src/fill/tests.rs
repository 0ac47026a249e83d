use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{authority, element};

/// A certificate of nobody.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBgTCCASegAwIBAgIUeJdRtP8FRIzQFUtLtYUucgYisM4wCgYIKoZIzj0EAwIw
FTETMBEGA1UECgwKa3ViZXJuZXRlczAgFw0yNjExMjExMTQzMzZaGA8yMTI2MTAy
ODExNDMzNlowFTETMBEGA1UECgwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABCx8YNUjRUjUtEJZv1FhOHpVRu7hwx37igrix2+RFUc3f5fxhB1W
oUTQz5QdBjehUnefjROpB3omCDqFltGQKKqjUzBRMB0GA1UdDgQWBBTNZWiWgY9a
C1cFp4WP2TPhrDHCUTAfBgNVHSMEGDAWgBTNZWiWgY9aC1cFp4WP2TPhrDHCUTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIAwZvji/HAMHhIShG7fq
4svRX/hyZjkQiFctiAUXNl3dAiEAyJXzWytRIeS3nkt1Nek2GtkY+q9zQaNE8gel
/goq4lI=
-----END CERTIFICATE-----
";

#[test]
fn an_authority_is_pinned_by_the_digest_of_its_key() {
    // `openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum`
    let expected = "sha256:d7db061ffa8eaa4dcb1e839440c310f77e797f30e061423b04ef581bdcf10387";
    assert_eq!(authority(&STANDARD.encode(CERTIFICATE)).as_deref(), Some(expected));
}

#[test]
fn what_is_no_certificate_has_no_digest() {
    for text in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert_eq!(authority(&STANDARD.encode(text)), None);
    }
    assert_eq!(authority("not base64!"), None);
    let cut = CERTIFICATE.replace("C1cFp4WP2TPhrDHCUTAfBgNVHSMEGDAWgBTNZWiWgY9aC1cFp4WP2TPhrDHCUTAP\n", "");
    assert_eq!(authority(&STANDARD.encode(cut)), None);
}

#[test]
fn elements_end_where_they_say() {
    assert_eq!(element(&[0x30, 1, 7, 9]), Some((&[0x30, 1, 7][..], &[9][..])));
    assert_eq!(element(&[0x30, 0x81, 1, 7]), Some((&[0x30, 0x81, 1, 7][..], &[][..])));
    for short in [&[][..], &[0x30], &[0x30, 2, 7], &[0x30, 0x82, 1], &[0x30, 0x80], &[0x30, 0xff, 1, 1]] {
        assert_eq!(element(short), None, "{short:?}");
    }
}
