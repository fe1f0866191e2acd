//! A mail server of a few lines (RFC 5321), and what becomes of mail when it is away, slow or says no.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use varde_core::Language;
use varde_onboarding::{
    EmailAddress, Security, Smtp, SmtpFault, SmtpSettings,
    ports::{Letter, NotSent, Post as _},
};

/// How the server takes mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes it.
    Takes,
    /// There is no such mailbox (RFC 5321: 550).
    NoSuchMailbox,
    /// It asks to come again (451).
    ComeAgain,
    /// It wants a login that it never gives (535).
    WrongPassword,
    /// It says nothing at all.
    Silent,
    /// It hangs up when the whole mail has come.
    HangsUp,
    /// It is no mail server.
    Babbles,
}

/// A mail server on this machine.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    manner: Arc<Mutex<Manner>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, manner: Arc::new(Mutex::new(manner)), taken: Arc::default() };
        let (manner, taken) = (Arc::clone(&server.manner), Arc::clone(&server.taken));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manner = *manner.lock().unwrap();
                tokio::spawn(converse(stream, manner, Arc::clone(&taken)));
            }
        });
        server
    }

    pub(crate) fn be(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The mails it has, as they came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::None,
            login: None,
            from: ("Varde, Ærlig & Øvrig".to_owned(), EmailAddress::parse("varde@example.org").unwrap()),
            hello: "varde.example".to_owned(),
            patience: Duration::from_secs(2),
        }
    }
}

async fn converse(stream: TcpStream, manner: Manner, taken: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut say = async |text: &str| write.write_all(format!("{text}\r\n").as_bytes()).await;
    match manner {
        Manner::Silent => {
            // Held open until whoever waits gives up.
            while let Ok(Some(_)) = lines.next_line().await {}
            return;
        }
        Manner::Babbles => {
            let _ = say("HTTP/1.1 400 Bad Request").await;
            return;
        }
        _ => {}
    }
    if say("220 mail.example ESMTP").await.is_err() {
        return;
    }
    while let Ok(Some(line)) = lines.next_line().await {
        let command = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answered = match command.as_str() {
            "EHLO" if manner == Manner::WrongPassword => say("250-mail.example\r\n250 AUTH PLAIN").await,
            "EHLO" => say("250-mail.example\r\n250 8BITMIME").await,
            "MAIL" if manner == Manner::WrongPassword => say("535 5.7.8 wrong").await,
            "RCPT" if manner == Manner::NoSuchMailbox => say("550 5.1.1 no such mailbox kari@example.org").await,
            "RCPT" if manner == Manner::ComeAgain => say("451 4.7.1 come again").await,
            "DATA" => {
                let _ = say("354 go on").await;
                let mut mail = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push('\n');
                }
                taken.lock().unwrap().push(mail);
                if manner == Manner::HangsUp {
                    return;
                }
                say("250 taken").await
            }
            "QUIT" => {
                let _ = say("221 bye").await;
                return;
            }
            "STARTTLS" => say("502 not here").await,
            _ => say("250 yes").await,
        };
        if answered.is_err() {
            return;
        }
    }
}

fn letter() -> Letter {
    Letter {
        message_id: "0192@varde.example".to_owned(),
        to: EmailAddress::parse("kari@example.org").unwrap(),
        language: Language::Nb,
        subject: "Tilgangen til Persontjenesten er gitt, på ære".to_owned(),
        body: "Hei på deg.\n\n.Et punktum først på linja.\nÆøå.\n".to_owned(),
    }
}

async fn sent(server: &MailServer) -> Result<(), NotSent> {
    Smtp::new(&server.settings()).unwrap().send(&letter()).await
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let server = MailServer::start(Manner::Takes).await;
    sent(&server).await.unwrap();
    let mails = server.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    for header in [
        "Message-ID: <0192@varde.example>",
        "To: kari@example.org",
        "Content-Language: nb",
        "Auto-Submitted: auto-generated",
        "varde@example.org",
    ] {
        assert!(mail.contains(header), "{header} is missing in\n{mail}");
    }
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(head.is_ascii(), "headers are encoded:\n{head}");
    assert!(body.contains("Et punktum") && !body.contains("Subject"), "{body}");
}

#[tokio::test]
async fn the_message_id_is_the_same_at_every_attempt() {
    let server = MailServer::start(Manner::HangsUp).await;
    assert!(matches!(sent(&server).await, Err(NotSent::Later(_))), "it may have been taken, and may not");
    server.be(Manner::Takes);
    sent(&server).await.unwrap();
    let ids = server.mails().into_iter().filter(|mail| mail.contains("Message-ID: <0192@varde.example>")).count();
    assert_eq!(ids, 2, "a mail server that got both can tell that they are one");
}

#[tokio::test]
async fn what_the_server_says_decides_whether_to_come_again() {
    for (manner, for_good) in [
        (Manner::NoSuchMailbox, true),
        (Manner::ComeAgain, false),
        (Manner::WrongPassword, false),
        (Manner::Silent, false),
        (Manner::Babbles, false),
    ] {
        let server = MailServer::start(manner).await;
        let outcome = sent(&server).await.unwrap_err();
        assert_eq!(matches!(outcome, NotSent::Never(_)), for_good, "{manner:?}: {outcome}");
        assert!(!outcome.to_string().contains("kari"), "no address in what is logged: {outcome}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let server = MailServer::start(Manner::Takes).await;
    let mut settings = server.settings();
    // A port that was free a moment ago and is closed again.
    settings.port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let outcome = Smtp::new(&settings).unwrap().send(&letter()).await;
    assert!(matches!(outcome, Err(NotSent::Later(_))), "{outcome:?}");
}

#[tokio::test]
async fn nothing_is_sent_openly_where_tls_is_asked_for() {
    for security in [Security::Starttls, Security::Tls] {
        let server = MailServer::start(Manner::Takes).await;
        let settings = SmtpSettings { security, ..server.settings() };
        let outcome = Smtp::new(&settings).unwrap().send(&letter()).await;
        assert!(matches!(outcome, Err(NotSent::Later(_))), "{security:?}: {outcome:?}");
        assert!(server.mails().is_empty(), "{security:?}");
    }
}

#[tokio::test]
async fn a_password_is_never_sent_openly() {
    let server = MailServer::start(Manner::Takes).await;
    let login = Some(("varde".to_owned(), "hemmelig".to_owned()));
    let settings = SmtpSettings { login, ..server.settings() };
    assert_eq!(Smtp::new(&settings).unwrap_err(), SmtpFault::OpenPassword);
    assert!(!format!("{settings:?}").contains("hemmelig"));
}
