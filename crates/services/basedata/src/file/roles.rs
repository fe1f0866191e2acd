//! Who holds which role in an organisation as a line: as Enhetsregisteret's authorised API and download
//! (`/autorisert-api/roller/totalbestand`) have it, with national numbers.

use varde_core::{
    Period,
    identifier::{NationalNumber, OrganisationNumber},
};

use super::{ColumnFault, Line, Member};
use crate::RegistryRole;

/// All roles of one main unit. Members and roles that Varde does not keep are passed over: deputies,
/// auditors, accountants; roles that organisations hold; roles that somebody has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolesLine {
    /// The organisation.
    pub organisation: OrganisationNumber,
    /// Who is what.
    pub roles: Vec<HeldRole>,
}

/// That a person holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// Which.
    pub role: RegistryRole,
    /// Who.
    pub number: NationalNumber,
    /// When: since the register changed the group of roles last, which is all that it tells.
    pub valid: Period,
    /// The member of the line that names the person.
    pub column: String,
}

impl Line for RolesLine {
    fn read(text: &str) -> Result<Self, ColumnFault> {
        let value = Member::parse(text)?;
        let line = Member::line(&value);
        let organisation = line.need("organisasjonsnummer")?.read(str::parse)?;
        let mut roles = Vec::new();
        for group in line.list("rollegrupper")? {
            let valid = Period::since(group.need("sistEndret")?.date()?);
            for held in group.list("roller")? {
                let Some(role) = kept(held.need("type")?.need("kode")?.text()?) else { continue };
                if held.flag("fratraadt")? || held.flag("avregistrert")? {
                    continue;
                }
                let Some(person) = held.get("person")? else { continue };
                if person.flag("erDoed")? {
                    continue;
                }
                let number = person.need("fodselsnummer")?;
                let column = number.path().to_owned();
                roles.push(HeldRole { role, number: number.read(NationalNumber::parse)?, valid, column });
            }
        }
        Ok(Self { organisation, roles })
    }
}

/// The role of that code, when Varde keeps it. The register writes `FFØR` what Altinn writes `FFOR`.
fn kept(code: &str) -> Option<RegistryRole> {
    RegistryRole::from_code(if code == "FFØR" { "FFOR" } else { code })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varde_core::identifier::{Rule, synthetic};

    use super::*;

    fn number() -> String {
        let found = (0..1000).find_map(|n| synthetic(date(1970, 1, 1), n, Rule::Of2032)).unwrap();
        found.digits_for_storage().to_owned()
    }

    fn line(roles: &str) -> String {
        format!(
            r#"{{"organisasjonsnummer":"974760673","rollegrupper":[{{"type":{{"kode":"X","beskrivelse":"X"}},
                "sistEndret":"2020-05-05","roller":[{roles}]}}],"_links":{{}}}}"#
        )
    }

    fn held(code: &str, more: &str) -> String {
        let number = number();
        let person = format!(r#"{{"fodselsnummer":"{number}","erDoed":false}}"#);
        format!(r#"{{"type":{{"kode":"{code}"}},"person":{person},"fratraadt":false{more}}}"#)
    }

    fn codes(text: &str) -> Vec<&'static str> {
        RolesLine::read(text).unwrap().roles.iter().map(|held| held.role.code()).collect()
    }

    #[test]
    fn roles_that_are_kept_are_read_and_the_others_passed_over() {
        assert_eq!(codes(&line(&[held("DAGL", ""), held("FFØR", ""), held("VARA", "")].join(","))), ["DAGL", "FFOR"]);
        let left = held("LEDE", "").replace(r#""fratraadt":false"#, r#""fratraadt":true"#);
        assert!(codes(&line(&left)).is_empty(), "who has left");
        let gone = held("LEDE", r#","avregistrert":true"#);
        assert!(codes(&line(&gone)).is_empty(), "what is no longer registered");
        let dead = held("INNH", "").replace(r#""erDoed":false"#, r#""erDoed":true"#);
        assert!(codes(&line(&dead)).is_empty(), "the dead");
        let company = r#"{"type":{"kode":"FFØR"},"enhet":{"organisasjonsnummer":"974760673"},"fratraadt":false}"#;
        assert!(codes(&line(company)).is_empty(), "what an organisation holds");
        assert!(codes(r#"{"organisasjonsnummer":"974760673"}"#).is_empty(), "an organisation without roles");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_never_repeated() {
        let wrong = line(&held("DAGL", "").replace(&number(), "12345678901"));
        let fault = RolesLine::read(&wrong).unwrap_err();
        assert_eq!(fault.column, "rollegrupper[0].roller[0].person.fodselsnummer");
        assert!(!fault.reason.contains("12345678901"), "{}", fault.reason);
        let open = line(&held("DAGL", "").replace(&format!(r#""fodselsnummer":"{}","#, number()), ""));
        let fault = RolesLine::read(&open).unwrap_err();
        assert_eq!(fault.reason, "fodselsnummer is missing", "the open download has none");
        let odd = line(&held("DAGL", "").replace(r#""fratraadt":false"#, r#""fratraadt":"nei""#));
        assert_eq!(RolesLine::read(&odd).unwrap_err().column, "rollegrupper[0].roller[0].fratraadt");
    }
}
