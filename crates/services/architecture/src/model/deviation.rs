//! A deviation: leave to not meet a requirement for a while. Who answers for a source or a system asks,
//! the governing body decides, and it ends on its day unless it is extended or no longer needed.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, Language, PersonId, define_id};

use crate::model::{
    content::RequirementId,
    text::{self, LINE, LONG},
    thing::ThingId,
};

define_id!(
    /// A deviation.
    DeviationId
);

/// How long a deviation may last from the day it is decided, in years: longer is a change of plan, which
/// is decided anew.
pub const MOST_YEARS: i32 = 2;
/// How many days before its end the owner is reminded.
pub const REMINDERS_DAYS: [u32; 3] = [60, 14, 1];

/// Who sees to it that the deviation ends.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// What they are, such as "register manager": a function, no name.
    pub function: String,
    /// Where they are reminded.
    pub email: String,
    /// In which language.
    #[serde(default)]
    pub language: Language,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Owner({})", self.function)
    }
}

/// Where a deviation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for the governing body.
    Asked,
    /// The governing body has said yes.
    Granted,
    /// It has said no.
    Refused,
    /// Who asked needs it no more, before the decision.
    Withdrawn,
    /// The requirement is met, or concerns the thing no more.
    Closed,
}

impl State {
    /// The name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }
}

/// What is done with a deviation that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The governing body says yes, until that day.
    Grant {
        /// Its last day.
        expires: Date,
    },
    /// The governing body says no.
    Refuse,
    /// The governing body lets it last longer.
    Extend {
        /// Its new last day.
        expires: Date,
    },
    /// Who asked takes it back.
    Withdraw,
    /// It is needed no more.
    Close,
}

impl Step {
    /// The name in forms and entries.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Grant { .. } => "grant",
            Self::Refuse => "refuse",
            Self::Extend { .. } => "extend",
            Self::Withdraw => "withdraw",
            Self::Close => "close",
        }
    }

    /// Whether only the governing body may.
    pub const fn is_decision(&self) -> bool {
        matches!(self, Self::Grant { .. } | Self::Refuse | Self::Extend { .. })
    }
}

/// A deviation. Every change of it is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// What deviates.
    pub thing: ThingId,
    /// From what.
    pub requirement: RequirementId,
    /// Why.
    pub reason: String,
    /// Who sees to it that it ends.
    pub owner: Owner,
    /// The last day: the one wished for until it is decided, then the one decided.
    pub expires: Date,
    /// Where it stands.
    pub state: State,
    /// The body that decided last, as it calls itself; empty before.
    pub body: String,
    /// What was said with the last step; empty when it was asked for.
    pub said: String,
    /// Who has asked or written: they decide nothing about it.
    pub involved: Vec<PersonId>,
}

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a deviation that is {} cannot take the step {step}", .state.name())]
pub struct NotNow {
    /// Where it stands.
    pub state: State,
    /// The step.
    pub step: &'static str,
}

/// How a deviation stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for the decision.
    Waits,
    /// It holds, for so many days beyond this one.
    Holds(u32),
    /// Its last day was so many days ago, and it was neither closed nor extended.
    Overdue(u32),
    /// It is over: refused, withdrawn, closed.
    Over,
}

impl Deviation {
    /// What is wrong with it when it is asked for on that day.
    pub fn check(&self, today: Date) -> Vec<FieldProblem> {
        let reason = text::check("reason", &self.reason, LONG);
        let function = text::check("function", &self.owner.function, LINE);
        [reason, function, check_end(self.expires, today)].into_iter().flatten().collect()
    }

    /// The deviation after a step on that day, with what is said and by which body. What is wrong with the
    /// step's own fields is asked before (`check_step`).
    ///
    /// # Errors
    /// [`NotNow`].
    pub fn after(mut self, step: &Step, body: &str, said: &str) -> Result<Self, NotNow> {
        let next = match (self.state, step) {
            (State::Asked, Step::Grant { .. }) | (State::Granted, Step::Extend { .. }) => State::Granted,
            (State::Asked, Step::Refuse) => State::Refused,
            (State::Asked, Step::Withdraw) => State::Withdrawn,
            (State::Granted, Step::Close) => State::Closed,
            (state, step) => return Err(NotNow { state, step: step.name() }),
        };
        if let Step::Grant { expires } | Step::Extend { expires } = step {
            self.expires = *expires;
        }
        if step.is_decision() {
            body.trim().clone_into(&mut self.body);
        }
        self.state = next;
        said.trim().clone_into(&mut self.said);
        Ok(self)
    }

    /// How it stands on that day.
    pub fn standing(&self, day: Date) -> Standing {
        let days = |from: Date, to: Date| u32::try_from(from.until(to).map_or(0, |span| span.get_days())).unwrap_or(0);
        match self.state {
            State::Asked => Standing::Waits,
            State::Granted if self.expires < day => Standing::Overdue(days(self.expires, day)),
            State::Granted => Standing::Holds(days(day, self.expires)),
            State::Refused | State::Withdrawn | State::Closed => Standing::Over,
        }
    }
}

/// What is wrong with what is said with a step on that day.
pub(crate) fn check_step(step: &Step, body: &str, said: &str, today: Date) -> Vec<FieldProblem> {
    let mut wrong: Vec<_> = text::check("said", said, LONG).into_iter().collect();
    if step.is_decision() {
        wrong.extend(text::check("body", body, LINE));
    }
    if let Step::Grant { expires } | Step::Extend { expires } = step {
        wrong.extend(check_end(*expires, today));
    }
    wrong
}

/// The last day lies ahead, and not too far.
fn check_end(expires: Date, today: Date) -> Option<FieldProblem> {
    let furthest = today.saturating_add(MOST_YEARS.years());
    (expires <= today || expires > furthest).then(|| FieldProblem::new("expires", "architecture-error-expires"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i32) -> Date {
        "2026-11-23".parse::<Date>().unwrap().saturating_add(n.days())
    }

    fn asked() -> Deviation {
        Deviation {
            thing: "kilde-npr".to_owned().try_into().unwrap(),
            requirement: "4.3".to_owned().try_into().unwrap(),
            reason: "Grensesnittet kommer med neste utgave.".to_owned(),
            owner: Owner {
                function: "Registerleder".to_owned(),
                email: "leder@example.org".to_owned(),
                language: Language::Nb,
            },
            expires: day(90),
            state: State::Asked,
            body: String::new(),
            said: String::new(),
            involved: Vec::new(),
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_the_field() {
        assert_eq!(asked().check(day(0)), []);
        for (wrong, field) in [
            (Deviation { reason: String::new(), ..asked() }, "reason"),
            (Deviation { owner: Owner { function: " ".to_owned(), ..asked().owner }, ..asked() }, "function"),
            (Deviation { expires: day(0), ..asked() }, "expires"),
            (Deviation { expires: day(800), ..asked() }, "expires"),
        ] {
            let fields: Vec<_> = wrong.check(day(0)).into_iter().map(|problem| problem.field).collect();
            assert_eq!(fields, [field]);
        }
        let yes = Step::Grant { expires: day(30) };
        assert_eq!(check_step(&yes, "Styringsgruppen", "Greit.", day(0)), []);
        let fields: Vec<_> = check_step(&yes, "", "", day(31)).into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["said", "body", "expires"]);
        assert_eq!(check_step(&Step::Close, "", "Kravet er oppfylt.", day(0)), []);
        assert!(!format!("{:?}", asked()).contains("leder@"));
    }

    #[test]
    fn it_is_overdue_the_day_after_its_last() {
        let granted = asked().after(&Step::Grant { expires: day(10) }, "Styringsgruppen", "Greit.").unwrap();
        assert_eq!(granted.standing(day(0)), Standing::Holds(10));
        assert_eq!(granted.standing(day(10)), Standing::Holds(0));
        assert_eq!(granted.standing(day(11)), Standing::Overdue(1));
        let extended =
            granted.clone().after(&Step::Extend { expires: day(40) }, "Styringsgruppen", "Litt til.").unwrap();
        assert_eq!(extended.standing(day(11)), Standing::Holds(29));
        assert_eq!(granted.after(&Step::Close, "", "Oppfylt.").unwrap().standing(day(11)), Standing::Over);
        assert_eq!(asked().standing(day(500)), Standing::Waits, "nobody is late who waits for the body");
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let one = prop_oneof![
            (1_i32..700).prop_map(|n| Step::Grant { expires: day(n) }),
            (1_i32..700).prop_map(|n| Step::Extend { expires: day(n) }),
            Just(Step::Refuse),
            Just(Step::Withdraw),
            Just(Step::Close),
        ];
        proptest::collection::vec(one, 0..12)
    }

    proptest! {
        #[test]
        fn nothing_holds_that_the_body_has_not_granted_and_what_is_over_stays_so(steps in steps()) {
            let (mut now, mut granted, mut over) = (asked(), false, false);
            for step in steps {
                match now.clone().after(&step, "Styringsgruppen", "Sagt.") {
                    Ok(next) => {
                        prop_assert!(!over, "{:?} after the end", step);
                        granted |= matches!(step, Step::Grant { .. });
                        prop_assert_eq!(&next.thing, &now.thing);
                        prop_assert_eq!(&next.reason, &now.reason);
                        now = next;
                    }
                    Err(refused) => prop_assert_eq!(refused.state, now.state),
                }
                let holds = matches!(now.standing(day(0)), Standing::Holds(_) | Standing::Overdue(_));
                prop_assert!(!holds || granted);
                prop_assert_eq!(now.body.is_empty(), matches!(now.state, State::Asked | State::Withdrawn));
                over = now.standing(day(0)) == Standing::Over;
            }
        }
    }
}
