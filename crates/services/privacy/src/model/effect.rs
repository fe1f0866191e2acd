//! What an opt-out means for a permit: the rule set decides.

use jiff::Timestamp;
use varde_permit::RuleSet;

/// What an opt-out does to extracts under a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The person is left out.
    LeavesOut,
    /// The permit was approved before the opt-out, which acts on later permits only (EHDS art.
    /// 71(3)); the person is told so.
    LaterPermitsOnly,
}

/// What an opt-out that applies from `opted_out` does to an extract whose making began at `made` under
/// a permit decided at `decided`.
///
/// * [`RuleSet::Norway`]: a reservation acts on every extract made after it, also under permits
///   that were issued before (the duty of confidentiality is judged when data is disclosed).
/// * [`RuleSet::Ehds`]: it acts on permits approved after it (Regulation (EU) 2025/327 art. 71(3)).
pub fn effect(rule_set: RuleSet, opted_out: Timestamp, decided: Timestamp, made: Timestamp) -> Effect {
    let counts_until = match rule_set {
        RuleSet::Norway => made,
        RuleSet::Ehds => decided,
    };
    if opted_out <= counts_until { Effect::LeavesOut } else { Effect::LaterPermitsOnly }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_laws_differ_between_decision_and_extract() {
        let time = |second| Timestamp::from_second(second).unwrap();
        let (decided, made) = (time(100), time(200));
        for (opted_out, norway, ehds) in [
            (50, Effect::LeavesOut, Effect::LeavesOut),
            (100, Effect::LeavesOut, Effect::LeavesOut),
            (150, Effect::LeavesOut, Effect::LaterPermitsOnly),
            (250, Effect::LaterPermitsOnly, Effect::LaterPermitsOnly),
        ] {
            assert_eq!(effect(RuleSet::Norway, time(opted_out), decided, made), norway, "{opted_out}");
            assert_eq!(effect(RuleSet::Ehds, time(opted_out), decided, made), ehds, "{opted_out}");
        }
    }
}
