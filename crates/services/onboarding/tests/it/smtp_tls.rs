//! Mail over TLS (RFC 3207, RFC 8314): who is trusted at the other end, and that nothing is sent to
//! anybody else.

use std::{sync::Arc, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};
use varde_onboarding::{
    Security, Smtp, SmtpFault, SmtpSettings,
    ports::{NotSent, Post as _},
};

use crate::smtp::{MailServer, Manner, Speaks, letter};

/// An authority of our own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server of that name shows; `ended`: its certificate is no longer good.
fn acceptor(authority: &CertifiedIssuer<'_, KeyPair>, name: &str, ended: bool) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    if ended {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    }
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap()))
}

/// Both ways to TLS, with a server that goes that way.
fn ways(acceptor: &TlsAcceptor) -> [(Security, Speaks); 2] {
    [(Security::Tls, Speaks::Tls(acceptor.clone())), (Security::Starttls, Speaks::Starttls(acceptor.clone()))]
}

fn settings(server: &MailServer, security: Security, authorities: Option<String>) -> SmtpSettings {
    SmtpSettings { security, authorities, patience: Duration::from_secs(10), ..server.settings() }
}

#[tokio::test]
async fn a_letter_goes_through_tls_from_the_first_byte_and_after_starttls() {
    let authority = authority();
    for (security, speaks) in ways(&acceptor(&authority, "127.0.0.1", false)) {
        let server = MailServer::speaking(Manner::Takes, speaks).await;
        let smtp = Smtp::new(&settings(&server, security, Some(authority.pem()))).unwrap();
        smtp.send(&letter()).await.unwrap_or_else(|error| panic!("{security:?}: {error}"));
        assert_eq!(server.mails().len(), 1, "{security:?}");
        assert!(server.mails()[0].contains("Message-ID: <0192@varde.example>"));
    }
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    let (ours, foreign) = (authority(), authority());
    for (what, shown, trusted) in [
        ("nobody has said to trust its authority", acceptor(&ours, "127.0.0.1", false), None),
        ("another authority is trusted", acceptor(&ours, "127.0.0.1", false), Some(foreign.pem())),
        ("it is for another name", acceptor(&ours, "mail.elsewhere.example", false), Some(ours.pem())),
        ("it has ended", acceptor(&ours, "127.0.0.1", true), Some(ours.pem())),
    ] {
        for (security, speaks) in ways(&shown) {
            let server = MailServer::speaking(Manner::Takes, speaks).await;
            let smtp = Smtp::new(&settings(&server, security, trusted.clone())).unwrap();
            let outcome = smtp.send(&letter()).await.unwrap_err();
            let NotSent::Later(why) = &outcome else { panic!("{what}, {security:?}: {outcome}") };
            assert!(why.contains("TLS failed"), "{what}, {security:?}: {why}");
            assert!(server.mails().is_empty(), "{what}, {security:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_without_tls_and_nothing_openly_to_one_that_demands_it() {
    let authority = authority();
    let shown = acceptor(&authority, "127.0.0.1", false);
    for (what, security, speaks) in [
        ("STARTTLS is not offered, or somebody on the way took it out", Security::Starttls, Speaks::Openly),
        ("it speaks first, and openly", Security::Tls, Speaks::Openly),
        ("it waits for STARTTLS", Security::Tls, Speaks::Starttls(shown.clone())),
    ] {
        let server = MailServer::speaking(Manner::Takes, speaks).await;
        let smtp = Smtp::new(&settings(&server, security, Some(authority.pem()))).unwrap();
        let outcome = smtp.send(&letter()).await;
        assert!(matches!(outcome, Err(NotSent::Later(_))), "{what}: {outcome:?}");
        assert!(server.mails().is_empty(), "{what}");
    }
    let server = MailServer::speaking(Manner::Takes, Speaks::Starttls(shown)).await;
    let openly = Smtp::new(&settings(&server, Security::None, None)).unwrap().send(&letter()).await;
    assert!(openly.is_err() && server.mails().is_empty(), "the server takes nothing openly: {openly:?}");
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_told_at_the_start() {
    let server = MailServer::start(Manner::Takes).await;
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----"] {
        let settings = settings(&server, Security::Tls, Some(text.to_owned()));
        assert_eq!(Smtp::new(&settings).unwrap_err(), SmtpFault::Authorities, "{text:?}");
    }
}
