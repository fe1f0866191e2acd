//! Choices as the person who makes them sees them: do I say no to something, and since when?

use jiff::Timestamp;
use varde_core::LegalBasis;
use varde_privacy::{AsAt, Choice, Kind, Preference, Scope, model::current};

/// Whether the law that a register is kept under is the person's consent (GDPR art. 6(1)(a) and
/// 9(2)(a)), so that it is withdrawn rather than reserved against.
pub fn is_consent(basis: &LegalBasis) -> bool {
    let section: String = basis.section.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let gdpr = ["gdpr", "personvernforordningen"].contains(&basis.law.to_lowercase().as_str());
    (gdpr && ["art61a", "art92a", "art6nr1bokstava", "art9nr2bokstava"].iter().any(|s| section.starts_with(s)))
        || section.contains("samtykke")
}

/// Whether the choice says no: a reservation that is made, or a consent that is withdrawn.
pub fn withholds(choice: &Choice) -> bool {
    match choice.kind {
        Kind::Consent => !choice.active,
        Kind::Reservation | Kind::Restriction => choice.active,
    }
}

/// The choice in force of that kind and scope, `None` when there is none.
pub fn in_force<'p>(history: &'p [Preference], kind: Kind, scope: &Scope, now: Timestamp) -> Option<&'p Preference> {
    current(history, AsAt::both(now)).into_iter().find(|p| p.choice.kind == kind && p.choice.scope == *scope)
}

/// Since when the person says no to secondary use of any of the sources; the earliest of the
/// choices in force. A restriction limits who is shown data, not secondary use.
pub fn opted_out_since(history: &[Preference], sources: &[&str], now: Timestamp) -> Option<Timestamp> {
    let about = |scope: &Scope| match scope {
        Scope::SecondaryUse => true,
        Scope::Source(source) => sources.contains(&source.as_str()),
    };
    let counts = |p: &&Preference| p.choice.kind != Kind::Restriction && about(&p.choice.scope) && withholds(&p.choice);
    current(history, AsAt::both(now)).into_iter().filter(counts).map(|p| p.applies_from).min()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use varde_core::{PersonId, PreferenceId};

    use super::*;

    fn row(at: i64, kind: Kind, scope: Scope, active: bool) -> Preference {
        let time = Timestamp::from_second(at).unwrap();
        Preference {
            id: PreferenceId::from_uuid(Uuid::from_u128(u128::from(at.unsigned_abs()))),
            person: PersonId::from_uuid(Uuid::from_u128(1)),
            choice: Choice { kind, scope, active },
            applies_from: time,
            recorded_at: time,
        }
    }

    #[test]
    fn laws_that_are_consent() {
        for (law, section, expected) in [
            ("GDPR", "art. 6(1)(a)", true),
            ("GDPR", "art. 9(2)(a)", true),
            ("personvernforordningen", "art. 6 nr. 1 bokstav a", true),
            ("forskrift om medisinske kvalitetsregistre", "§ 3-1 (samtykke)", true),
            ("GDPR", "art. 6(1)(e)", false),
            ("helseregisterloven", "§ 11", false),
        ] {
            assert_eq!(is_consent(&LegalBasis::new(law, section)), expected, "{law} {section}");
        }
    }

    #[test]
    fn the_earliest_no_that_is_still_in_force_counts() {
        let source = |name: &str| Scope::Source(name.to_owned());
        let rows = [
            row(10, Kind::Reservation, source("npr"), true),
            row(20, Kind::Reservation, Scope::SecondaryUse, true),
            row(30, Kind::Reservation, source("npr"), false),
            row(40, Kind::Consent, source("heart"), true),
            row(50, Kind::Consent, source("heart"), false),
        ];
        let since = |count: usize, sources: &[&str]| {
            opted_out_since(&rows[..count], sources, Timestamp::from_second(100).unwrap()).map(Timestamp::as_second)
        };
        assert_eq!(since(1, &["npr"]), Some(10));
        assert_eq!(since(1, &["heart"]), None);
        assert_eq!(since(2, &["npr"]), Some(10));
        assert_eq!(since(3, &["npr"]), Some(20));
        let heart_only: Vec<_> = rows.iter().filter(|r| r.choice.scope == source("heart")).cloned().collect();
        let at = |second| opted_out_since(&heart_only, &["heart"], Timestamp::from_second(second).unwrap());
        assert_eq!((at(45), at(60).map(Timestamp::as_second)), (None, Some(50)));
    }
}
