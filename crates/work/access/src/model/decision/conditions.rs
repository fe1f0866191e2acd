//! What a permit rests on, and the conditions that it carries.

use varde_core::{LegalBasis, LocalisedText};
use varde_permit::{Condition, RuleSet};

/// The applicant's own bases after the one that the permit is issued under.
pub(super) fn legal_bases(mut bases: Vec<LegalBasis>, rule_set: RuleSet) -> Vec<LegalBasis> {
    bases.insert(
        0,
        match rule_set {
            RuleSet::Norway => LegalBasis::new("helseregisterloven", "§ 19 a"),
            RuleSet::Ehds => LegalBasis::new("EHDS", "art. 68"),
        },
    );
    bases
}

/// The conditions every permit carries, the duties of EHDS article 61, and what follows from very many people.
pub(super) fn conditions(large: bool) -> Vec<Condition> {
    let duty = |section: &str, nb: &str, nn: &str, en: &str| Condition {
        text: LocalisedText::new(nb, nn, en),
        legal_basis: LegalBasis::new("EHDS", section),
    };
    let checked = Condition {
        text: LocalisedText::new(
            "Ingen får tilgang til opplysningene før bakgrunnssjekken av dem er gjort, slik vedtaket sier.",
            "Ingen får tilgang til opplysningane før bakgrunnssjekken av dei er gjord, slik vedtaket seier.",
            "Nobody gets access to the data before the background check of them has been made, as the decision says.",
        ),
        legal_basis: LegalBasis::new("Prop. 152 L (2024–2025)", "kap. 4"),
    };
    let duties = vec![
        duty(
            "art. 61(3)",
            "Ingen skal prøve å finne ut hvem opplysningene gjelder.",
            "Ingen skal prøve å finne ut kven opplysningane gjeld.",
            "Nobody may try to find out whom the data is about.",
        ),
        duty(
            "art. 73(2)",
            "Bare kontrollerte resultater uten personopplysninger kan tas ut av prosjektrommet.",
            "Berre kontrollerte resultat utan personopplysningar kan takast ut av prosjektrommet.",
            "Only checked results without personal data may leave the project room.",
        ),
        duty(
            "art. 61(4)",
            "Resultatene skal offentliggjøres senest 18 måneder etter at arbeidet er avsluttet.",
            "Resultata skal offentleggjerast seinast 18 månader etter at arbeidet er avslutta.",
            "The results must be made public within 18 months after the work has ended.",
        ),
    ];
    duties.into_iter().chain(large.then_some(checked)).collect()
}
