//! What the codebook demands of a value beside the others of its row.

use serde::{Deserialize, Serialize};
use varde_metadata::{Relation, RowRule};

use super::{
    Value,
    value::{Order, compare, says},
};

/// A rule with the fields that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// The rule.
    pub rule: RowRule,
    /// The fields it names, in its order.
    pub others: Vec<usize>,
}

impl Linked {
    /// Whether the rule holds in a row; `None` when it says nothing of it. `row` gives the value of a field.
    pub fn holds(&self, own: Option<&Value>, row: &[Option<Value>]) -> Option<bool> {
        let mut others = self.others.iter().map(|at| row.get(*at).and_then(Option::as_ref));
        match &self.rule {
            RowRule::Compared { relation, .. } => related(*relation, own?, others.next()??),
            RowRule::Sum { .. } => {
                let parts: Option<Vec<f64>> = others.map(|other| other?.number()).collect();
                Some(equal(own?.number()?, parts?.into_iter().sum()))
            }
            RowRule::RequiredWhen { values, .. } => is_one(others.next()?, values).then(|| own.is_some()),
            RowRule::EmptyWhen { values, .. } => is_one(others.next()?, values).then(|| own.is_none()),
        }
    }

    /// The rule as the codebook writes it, with the variable's heading before it.
    pub fn told(&self, heading: &str) -> String {
        format!("{heading} {}", self.rule)
    }
}

fn is_one(value: Option<&Value>, wanted: &[String]) -> bool {
    value.is_some_and(|value| wanted.iter().any(|wanted| says(value, wanted)))
}

/// Numbers and days stand in an order; texts are the same or not.
fn related(relation: Relation, one: &Value, other: &Value) -> Option<bool> {
    let order = match compare(one, other) {
        Some(order) => order,
        None if matches!(relation, Relation::Equal | Relation::Not) => {
            let same = one.text() == other.text();
            return Some(same == (relation == Relation::Equal));
        }
        None => return None,
    };
    Some(match relation {
        Relation::AtLeast => order != Order::Less,
        Relation::AtMost => order != Order::Greater,
        Relation::More => order == Order::Greater,
        Relation::Less => order == Order::Less,
        Relation::Equal => order == Order::Equal,
        Relation::Not => order != Order::Equal,
    })
}

/// Equal but for what binary fractions cannot say: 0.1 + 0.2 is 0.3.
fn equal(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn holds(rule: &str, own: Option<Value>, others: &[Option<Value>]) -> Option<bool> {
        let linked = Linked { rule: rule.parse().unwrap(), others: (0..others.len()).collect() };
        linked.holds(own.as_ref(), others)
    }

    #[test]
    fn days_and_numbers_are_compared_and_texts_are_the_same_or_not() {
        let (early, late) = (Value::Date(date(2024, 1, 2)), Value::Date(date(2024, 1, 3)));
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        for (rule, own, other, expected) in [
            (">= A", Some(late.clone()), Some(early.clone()), Some(true)),
            (">= A", Some(early.clone()), Some(late.clone()), Some(false)),
            ("> A", Some(late.clone()), Some(late.clone()), Some(false)),
            ("< A", Some(Value::Integer(1)), Some(Value::Decimal(1.5)), Some(true)),
            ("<= A", Some(early.clone()), None, None),
            ("= A", text("x"), text("x"), Some(true)),
            ("<> A", text("x"), text("x"), Some(false)),
            ("> A", text("y"), text("x"), None),
        ] {
            assert_eq!(holds(rule, own.clone(), std::slice::from_ref(&other)), expected, "{own:?} {rule} {other:?}");
        }
    }

    #[test]
    fn a_sum_is_right_to_what_a_number_can_say() {
        let number = |n| Some(Value::Decimal(n));
        assert_eq!(holds("= A + B", number(0.3), &[number(0.1), number(0.2)]), Some(true));
        assert_eq!(holds("= A + B", Some(Value::Integer(3)), &[number(1.0), number(1.0)]), Some(false));
        assert_eq!(holds("= A + B", number(1.0), &[number(1.0), None]), None);
    }

    #[test]
    fn a_value_is_demanded_or_forbidden_by_another() {
        let sex = |n| [Some(Value::Integer(n))];
        assert_eq!(holds("tom hvis A = 1", Some(Value::Boolean(true)), &sex(1)), Some(false));
        assert_eq!(holds("tom hvis A = 1", None, &sex(1)), Some(true));
        assert_eq!(holds("tom hvis A = 1", Some(Value::Boolean(true)), &sex(2)), None);
        assert_eq!(holds("kreves hvis A = 2 | 3", None, &sex(3)), Some(false));
        assert_eq!(holds("kreves hvis A = ja", None, &[Some(Value::Boolean(true))]), Some(false));
        assert_eq!(holds("kreves hvis A = 2", None, &[None]), None);
    }
}
