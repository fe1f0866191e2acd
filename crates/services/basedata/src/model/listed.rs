//! Codes of closed lists that the register of health personnel is written in.

use std::fmt;

/// A type whose values are the rows of a list: a code, and what it means in Norwegian as the code
/// system says it.
macro_rules! listed {
    ($(#[$doc:meta])* $name:ident, [$(($code:literal, $means:literal)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(&'static str, &'static str);

        impl $name {
            /// Every value, in the order of its code.
            pub const ALL: &'static [Self] = &[$(Self($code, $means)),+];

            /// The code.
            pub const fn code(self) -> &'static str {
                self.0
            }

            /// What it means, in Norwegian as the code system says it.
            pub const fn name(self) -> &'static str {
                self.1
            }

            /// The value with that code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.0 == code)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    };
}

listed!(
    /// A profession (code system 9060, OID 2.16.578.1.12.4.1.1.9060): the groups of helsepersonelloven
    /// § 48, those of the law on animal health personnel, and the unspecified.
    Profession,
    [
        ("AA", "Ambulansearbeider"),
        ("AT", "Apotektekniker"),
        ("AU", "Audiograf"),
        ("BI", "Bioingeniør"),
        ("ET", "Ergoterapeut"),
        ("FA1", "Provisorfarmasøyt"),
        ("FA2", "Reseptarfarmasøyt"),
        ("FB", "Fiskehelsebiolog"),
        ("FO", "Fotterapeut"),
        ("FT", "Fysioterapeut"),
        ("HE", "Helsesekretær"),
        ("HF", "Helsefagarbeider"),
        ("HP", "Hjelpepleier"),
        ("JO", "Jordmor"),
        ("KE", "Klinisk ernæringsfysiolog"),
        ("KI", "Kiropraktor"),
        ("LE", "Lege"),
        ("MT", "Manuellterapeut"),
        ("NP", "Naprapat"),
        ("OA", "Omsorgsarbeider"),
        ("OI", "Ortopediingeniør"),
        ("OP", "Optiker"),
        ("OR", "Ortoptist"),
        ("OS", "Osteopat"),
        ("PE", "Perfusjonist"),
        ("PM", "Paramedisiner"),
        ("PS", "Psykolog"),
        ("RA", "Radiograf"),
        ("SP", "Sykepleier"),
        ("TH", "Tannhelsesekretær"),
        ("TL", "Tannlege"),
        ("TP", "Tannpleier"),
        ("TT", "Tanntekniker"),
        ("VE", "Veterinær"),
        ("VP", "Vernepleier"),
        ("XX", "Ukjent/uspesifisert"),
    ]
);

listed!(
    /// The kind of an authorisation (code system 7704, OID 2.16.578.1.12.4.1.1.7704): helsepersonelloven
    /// § 48 a (authorisation), § 49 (licence) and § 52 (temporary services).
    AuthorisationKind,
    [
        ("1", "Autorisasjon"),
        ("2", "Turnuslisens"),
        ("3", "Studentlisens"),
        ("4", "Lisens"),
        ("14", "Midlertidig tjenesteyting"),
        ("17", "Autorisasjon med vilkår"),
        ("18", "LIS1-Lisens"),
    ]
);
