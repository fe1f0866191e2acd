//! What it takes to see architecture governance in the demo world: some assessments of the registers, a
//! deviation that ends soon, a system, a standard on its way, and who answers for what.

use anyhow::{Context as _, Result};
use jiff::ToSpan as _;
use varde_architecture::{
    Answer, Architecture, DeviationId, Duty, Line, Move, NewAssessment, NewDeviation, NormLevel, Owner, Phase,
    RequirementId, Responsibility, Standard, Step, System, ThingId,
};
use varde_core::{Actor, Language};

use super::Told;
use crate::app::Services;

/// What is said of each register: the requirement, the answer, why, and what shows it.
const SAID: [(&str, Answer, &str, &str); 13] = [
    ("1.1", Answer::Met, "Forskere og innbyggere er spurt om hva de trenger.", "Brukerundersøkelse 2026"),
    ("2.1", Answer::Met, "Registerleder bestemmer, og arkitekturrådet spørres.", "Fullmaktsmatrise"),
    ("2.2", Answer::Partly, "Valg skrives ned, men grunnene mangler for de eldste.", "Beslutningslogg"),
    ("3.1", Answer::Met, "Hvert formål har hjemmel i registerforskriften.", "Protokoll over behandlinger"),
    ("4.1", Answer::Met, "Datasett, variabler og kodeverk står i katalogen.", "Katalogen"),
    ("4.2", Answer::Met, "Grunndata hentes fra Folkeregisteret.", "Systemskisse"),
    ("4.3", Answer::NotMet, "Data leveres på fil. Grensesnitt er planlagt.", ""),
    ("5.1", Answer::Met, "Innlogging og delegering er felles.", "Systemskisse"),
    ("6.1", Answer::NotMet, "Meldingene følger en eldre versjon av standarden.", ""),
    ("6.2", Answer::Partly, "Grensesnittet er beskrevet, men endringer varsles sent.", "Grensesnittbeskrivelse"),
    ("7.1", Answer::Met, "Risikoen ble vurdert før siste endring.", "Risikovurdering 2026"),
    ("7.2", Answer::Met, "Hver bruk er logget, og innbyggere ser den på Min side.", "Loggen"),
    ("7.3", Answer::Met, "Loggen har vitner utenfor huset.", "Sjekkpunkter"),
];

/// From what the first register has leave to deviate.
const DEVIATES: &str = "6.1";
/// In how many days the leave ends, so that its owner is reminded.
const DAYS: i32 = 12;

/// Says what is not said yet.
pub(super) async fn prepare(services: &Services, actor: &Actor) -> Result<Told> {
    let demo = Demo { architecture: &services.architecture, actor };
    let lines = demo.architecture.overview(actor, None, None).await?.lines;
    let registers: Vec<_> = lines.into_iter().filter(|line| matches!(line.thing.id, ThingId::Source(_))).collect();
    let mut assessed = 0;
    for (n, line) in registers.iter().enumerate() {
        // Each register has come as far as it has come: the second a little less far than the first.
        for (said, at) in SAID.iter().zip(0_usize..) {
            if at % 5 < 5 - n.min(4) {
                assessed += usize::from(demo.assess(line, said).await?);
            }
        }
    }
    if let Some(first) = registers.first() {
        demo.deviation(first).await?;
        demo.system(first).await?;
    }
    demo.standard().await?;
    demo.responsibilities().await?;
    let reminded = demo.architecture.remind().await?;
    let said = format!("the state of {} registers against the principles is at /arkitektur", registers.len());
    Ok(Told::new(said).with("assessed", assessed).with("reminded", reminded))
}

struct Demo<'a> {
    architecture: &'a Architecture,
    actor: &'a Actor,
}

impl Demo<'_> {
    /// Assesses what was not assessed; says whether it did.
    async fn assess(&self, line: &Line, said: &(&str, Answer, &str, &str)) -> Result<bool> {
        let (requirement, answer, reason, evidence) = *said;
        let (thing, requirement) = (&line.thing.id, RequirementId::try_from(requirement.to_owned())?);
        let view = self.architecture.requirement(self.actor, thing, &requirement, None).await?;
        if view.seen() > 0 {
            return Ok(false);
        }
        let evidence = if evidence.is_empty() { Vec::new() } else { vec![evidence.to_owned()] };
        let new = NewAssessment { answer, reason: reason.to_owned(), evidence, seen: 0 };
        self.architecture.assess(self.actor, thing, &requirement, new).await?;
        Ok(true)
    }

    /// A deviation of a register that ends in some days.
    async fn deviation(&self, line: &Line) -> Result<()> {
        let (thing, requirement) = (&line.thing.id, RequirementId::try_from(DEVIATES.to_owned())?);
        let view = self.architecture.requirement(self.actor, thing, &requirement, None).await?;
        let lacks = view.assessments.first().is_some_and(|one| one.content.answer.lacks());
        let expires = view.day.saturating_add(DAYS.days());
        let id: DeviationId = match view.deviations.first() {
            Some(earlier) if earlier.number > 1 => return Ok(()),
            Some(asked) => asked.id.parse().context("a deviation has an id that is none")?,
            None if !lacks => return Ok(()),
            None => {
                let owner = Owner {
                    function: "Registerleder".to_owned(),
                    email: "registerleder@register.example".to_owned(),
                    language: Language::Nb,
                };
                let reason = "Leverandøren bytter meldingsformat ved neste utgave.".to_owned();
                let new = NewDeviation { reason, owner, expires };
                self.architecture.ask(self.actor, thing, &requirement, new).await?
            }
        };
        let (yes, body) = (Step::Grant { expires }, "Styringsgruppen for helseregistre");
        let said = "Innvilget til neste utgave er i drift.";
        self.architecture.step(self.actor, id, 1, &yes, body, said).await?;
        Ok(())
    }

    /// A system of the same organisation.
    async fn system(&self, line: &Line) -> Result<()> {
        const NAME: &str = "Innrapporteringsløsningen (demo)";
        let lines = self.architecture.overview(self.actor, None, None).await?.lines;
        let there = lines.iter().any(|line| line.thing.name.nb == NAME);
        if let (Some(owner), false) = (line.thing.owner, there) {
            let about = "Tar imot meldinger fra sykehus og fastleger og kontrollerer dem.".to_owned();
            let system = System { name: NAME.to_owned(), about, owner, public: true, ended: false };
            self.architecture.register_system(self.actor, system).await?;
        }
        Ok(())
    }

    /// A standard that has come to where it holds.
    async fn standard(&self) -> Result<()> {
        if !self.architecture.standards(self.actor).await?.is_empty() {
            return Ok(());
        }
        let standard = Standard {
            name: "Beskrivelse av datasett (DCAT-AP-NO)".to_owned(),
            about: "Hvordan datasett beskrives, så andre kataloger kan hente beskrivelsen.".to_owned(),
            link: "https://data.norge.no/specification/dcat-ap-no".to_owned(),
            level: NormLevel::Recommended,
            phase: Phase::Need,
            ended: false,
            last_day: None,
            said: String::new(),
        };
        let id = self.architecture.add_standard(self.actor, &standard).await?;
        let decisions = [
            "Behovet er meldt fra registrene.",
            "Utredningen er godkjent.",
            "Teksten er vedtatt.",
            "Tatt i bruk av alle.",
        ];
        for (seen, said) in (1..).zip(decisions) {
            self.architecture.move_standard(self.actor, id, seen, Move::GoOn { last_day: None }, said).await?;
        }
        Ok(())
    }

    async fn responsibilities(&self) -> Result<()> {
        if !self.architecture.responsibilities(self.actor).await?.is_empty() {
            return Ok(());
        }
        for (duty, about, function) in [
            (Duty::GoverningBody, "", "Styringsgruppen for helseregistre"),
            (Duty::ChiefArchitect, "", "Leder av arkitekturrådet"),
            (Duty::PrincipleOwner, "4 Del og gjenbruk data", "Fagansvarlig for metadata"),
            (Duty::StandardOwner, "Beskrivelse av datasett (DCAT-AP-NO)", "Fagansvarlig for metadata"),
        ] {
            let (about, function) = (about.to_owned(), function.to_owned());
            let organisation = "Helsedataservice (demo)".to_owned();
            let given = Responsibility { duty, about, organisation, function, until: None };
            self.architecture.give_responsibility(self.actor, &given).await?;
        }
        Ok(())
    }
}
