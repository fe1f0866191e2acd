//! Taking a service into use: who leads an organisation, or its supplier by delegation, orders a
//! service, accepts its terms of use and names the information class and its legal basis. The
//! service's owner grants or refuses. Then a key is registered, the connection tested, the service
//! used, until it ends.
//!
//! [`Onboarding`] is the service. The authorisation server asks [`Onboarding::opened`] which scopes an
//! organisation's order opens; nothing is kept between, so that a grant, an acceptance or a lapse acts
//! at once. Whoever keeps clients and tests connections reports them by [`Onboarding::report_key`],
//! [`Onboarding::report_tested`] and [`Onboarding::report_live`].

mod api;
mod error;
mod mail;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::OnboardingError;
pub use mail::{Mailbox, Received, Security, Smtp, SmtpFault, SmtpSettings};
pub use model::{
    email::{Contact, EmailAddress, NotAnAddress},
    listing::{Flaw, InformationClass, Registered, Service},
    mail::{Fate, Mail, MailId, MailKind},
    notice::{Notice, NoticeId},
    order::{Answer, Decision, Happened, NotNow, Order, OrderId, Sent, State, Step, Wanted, next},
    power::Power,
    slug::{ClassId, NotAName, ServiceId},
    terms::{NewTerms, NotPublishable, REMINDERS_DAYS, Standing, TermsVersion, standing},
};
pub use pages::{demo_routes, routes};
pub use service::{
    File, NewOrder, Onboarding, Opened, Orderable, Outcome, Ports, RemindOfTerms, Reported, SendMail, SendNotice,
    Summary,
};
pub use store::CONTEXT;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("onboarding");
