//! An organisation as a line: a unit as Enhetsregisteret's open API and downloads have it.

use varde_core::{Period, identifier::OrganisationNumber};

use super::{ColumnFault, Line, Member};
use crate::{Dated, Municipality, OrganisationRecord};

/// One main unit or sub unit. Members that Varde does not keep are passed over, since the register's
/// own documents have dozens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationLine {
    /// The unit.
    pub record: OrganisationRecord,
}

impl Line for OrganisationLine {
    fn read(text: &str) -> Result<Self, ColumnFault> {
        let value = Member::parse(text)?;
        let line = Member::line(&value);
        let from = line.need("registreringsdatoEnhetsregisteret")?.date()?;
        let until = line.get("slettedato")?.map(|day| day.date()).transpose()?;
        if until.is_some_and(|until| until < from) {
            return Err(line.need("slettedato")?.fault("it ends before it begins"));
        }
        let valid = Period { from, until };
        let number = |member: Member<'_>| member.read(str::parse::<OrganisationNumber>);
        let form = match line.get("organisasjonsform")? {
            Some(form) => Some(Dated::new(form.need("kode")?.text()?.to_owned(), valid)),
            None => None,
        };
        let record = OrganisationRecord {
            id: None,
            number: number(line.need("organisasjonsnummer")?)?,
            parent: line.get("overordnetEnhet")?.map(number).transpose()?,
            names: vec![Dated::new(line.need("navn")?.text()?.to_owned(), valid)],
            form,
            municipality: municipality(&line, valid)?,
        };
        record.check().map_err(|fault| {
            let column = if fault.field() == "names" { "navn" } else { "overordnetEnhet" };
            ColumnFault { column: column.to_owned(), reason: fault.to_string() }
        })?;
        Ok(Self { record })
    }
}

/// Main units have a business address, sub units a location.
fn municipality(line: &Member<'_>, valid: Period) -> Result<Option<Dated<Municipality>>, ColumnFault> {
    for address in ["forretningsadresse", "beliggenhetsadresse"] {
        if let Some(address) = line.get(address)?
            && let Some(number) = address.get("kommunenummer")?
        {
            return Ok(Some(Dated::new(number.read(str::parse)?, valid)));
        }
    }
    Ok(None)
}
