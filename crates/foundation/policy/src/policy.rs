//! The rules, loaded and validated, and the one function that answers.

use std::{collections::BTreeMap, fmt};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicyId, PolicySet, Request, Response, Schema, SchemaFragment,
    ValidationMode, Validator, ffi::DetailedError,
};
use varde_core::{Actor, ApiScope, LocalisedText, LoginLevel, Subject};

use crate::{
    Cause, Denied, LoadError, Permission, Remedy, Resource, Rule,
    request::Types,
    shape::{self, Shapes},
};

/// The policy files, name and text, as they were when the program was built.
static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The rules that concern one action.
struct Rules {
    uid: EntityUid,
    set: PolicySet,
    rules: Vec<usize>,
}

/// All rules. Immutable, cheap to ask from many threads; share it in an `Arc`.
pub struct Policy {
    schema: Schema,
    types: Types,
    shapes: Shapes,
    rules: Vec<Rule>,
    actions: BTreeMap<String, Rules>,
}

impl Policy {
    /// Loads the policies that are built in, and validates them strictly against their schemas.
    ///
    /// # Errors
    /// When a file does not parse, lacks an annotation or does not fit the schema. All of these
    /// are mistakes in the repository, found by its tests.
    pub fn load() -> Result<Self, LoadError> {
        Self::from_sources(SOURCES)
    }

    /// Loads policies from texts: names ending in `.cedarschema` are schemas, in `.cedar` policies.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Self, LoadError> {
        let (schema, shapes) = schema(sources)?;
        let (rules, policies) = rules(sources)?;
        validate(&schema, &policies)?;
        let types = Types::new(schema.entity_types());
        let mut actions = BTreeMap::new();
        for uid in schema.actions() {
            let name = uid.id().unescaped().to_owned();
            actions.insert(name.clone(), for_action(uid, &name, &rules, &policies)?);
        }
        Ok(Self { schema, types, shapes, rules, actions })
    }

    /// Whether the actor may do this. Pure; well under 100 µs.
    ///
    /// # Errors
    /// [`Denied`] with the why and what would help.
    pub fn check(&self, actor: &Actor, action: &str, resource: &Resource) -> Result<Permission, Box<Denied>> {
        let Some(rules) = self.actions.get(action) else {
            return Err(self.denied(actor, action, resource, Cause::UnknownAction, None));
        };
        match self.evaluate(rules, actor, resource) {
            Ok(response) => self.conclude(rules, actor, action, resource, &response),
            Err(reason) => Err(self.denied(actor, action, resource, Cause::Mismatch { reason }, None)),
        }
    }

    /// Whether a schema declares the action.
    pub fn knows(&self, action: &str) -> bool {
        self.actions.contains_key(action)
    }

    /// Every action, sorted.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.actions.keys().map(String::as_str)
    }

    /// Every rule, in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that concern an action, in the order of the files.
    pub fn rules_for(&self, action: &str) -> Vec<&Rule> {
        self.rules.iter().filter(|r| r.concerns(action)).collect()
    }

    /// The policies for an action in Cedar's JSON form.
    pub(crate) fn sources_for(&self, action: &str) -> Vec<serde_json::Value> {
        let set = self.actions.get(action).map(|r| &r.set);
        set.into_iter().flat_map(PolicySet::policies).filter_map(|p| p.to_json().ok()).collect()
    }

    pub(crate) fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    fn evaluate(&self, rules: &Rules, actor: &Actor, resource: &Resource) -> Result<Response, String> {
        let principal = self.types.principal(actor).ok_or("the schema has no such principal")?;
        let target = self.types.resource(resource).ok_or_else(|| format!("no schema declares {}", resource.kind))?;
        let (who, what) = (principal.uid(), target.uid());
        let request = Request::new(who.clone(), rules.uid.clone(), what.clone(), Context::empty(), Some(&self.schema))
            .map_err(|e| e.to_string())?;
        // A person who asks about themselves is one entity, not two.
        let entities = if who == what { vec![principal] } else { vec![principal, target] };
        let entities = Entities::from_entities(entities, None).map_err(|e| e.to_string())?;
        Ok(Authorizer::new().is_authorized(&request, &rules.set, &entities))
    }

    fn conclude(
        &self,
        rules: &Rules,
        actor: &Actor,
        action: &str,
        resource: &Resource,
        response: &Response,
    ) -> Result<Permission, Box<Denied>> {
        // Cedar skips a policy that fails; a prohibition that fails must not thereby allow.
        if let Some(error) = response.diagnostics().errors().next() {
            let cause = Cause::Mismatch { reason: error.to_string() };
            return Err(self.denied(actor, action, resource, cause, None));
        }
        let decisive: Vec<&str> = response.diagnostics().reason().map(AsRef::as_ref).collect();
        let rule = rules.rules.iter().map(|i| &self.rules[*i]).find(|r| decisive.contains(&r.id.as_str()));
        match (response.decision(), rule) {
            (Decision::Allow, Some(rule)) => Ok(Permission {
                action: action.to_owned(),
                rule: rule.id.clone(),
                legal_basis: rule.legal_basis.clone(),
                because: rule.because.clone(),
            }),
            (_, Some(rule)) => {
                Err(self.denied(actor, action, resource, Cause::Forbidden { rule: rule.id.clone() }, Some(rule)))
            }
            (_, None) => Err(self.denied(actor, action, resource, Cause::NoRule, None)),
        }
    }

    fn denied(
        &self,
        actor: &Actor,
        action: &str,
        resource: &Resource,
        cause: Cause,
        rule: Option<&Rule>,
    ) -> Box<Denied> {
        Box::new(Denied {
            action: action.to_owned(),
            resource: resource.to_string(),
            anonymous: actor.subject == Subject::Anonymous,
            why: rule.map_or_else(|| self.explain(action), |r| r.because.clone()),
            remedy: self.remedy(actor, action, resource),
            legal_basis: rule.map(|r| r.legal_basis.clone()),
            cause,
        })
    }

    /// Why nothing allows it: the rules that there are.
    fn explain(&self, action: &str) -> LocalisedText {
        let because: Vec<&LocalisedText> = self
            .rules
            .iter()
            .filter(|r| r.allows && !r.actions.is_empty() && r.concerns(action))
            .map(|r| &r.because)
            .collect();
        let text = |none: &str, some: &str, of: fn(&LocalisedText) -> &str| match because.as_slice() {
            [] => none.to_owned(),
            rules => format!("{some} {}", rules.iter().map(|r| of(r)).collect::<Vec<_>>().join(" ")),
        };
        LocalisedText::new(
            text("Ingen regel gir tilgang til dette.", "Du har ikke tilgang. Dette er reglene:", |t| &t.nb),
            text("Ingen regel gir tilgang til dette.", "Du har ikkje tilgang. Dette er reglane:", |t| &t.nn),
            text("No rule gives access to this.", "You do not have access. These are the rules:", |t| &t.en),
        )
    }

    /// Whether the rules let the actor; unlike [`Self::check`] it does not look for what would help.
    fn allows(&self, actor: &Actor, action: &str, resource: &Resource) -> bool {
        let Some(rules) = self.actions.get(action) else { return false };
        let Ok(response) = self.evaluate(rules, actor, resource) else { return false };
        response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
    }

    fn remedy(&self, actor: &Actor, action: &str, resource: &Resource) -> Option<Remedy> {
        match actor.subject {
            Subject::Anonymous => Some(Remedy::LogIn),
            Subject::Person { person, level: LoginLevel::Substantial } => {
                let higher = Actor { subject: Subject::Person { person, level: LoginLevel::High }, ..actor.clone() };
                self.allows(&higher, action, resource).then_some(Remedy::LogInAtLevelHigh)
            }
            Subject::Client { .. } => {
                let mut missing = ApiScope::ALL.into_iter().filter(|scope| !actor.scopes.contains(scope));
                let would_do = |scope: &ApiScope| self.allows(&with_scope(actor, *scope), action, resource);
                missing.find(would_do).map(Remedy::Scope)
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({} rules, {} actions)", self.rules.len(), self.actions.len())
    }
}

/// The program with one more scope in its token.
fn with_scope(actor: &Actor, scope: ApiScope) -> Actor {
    let mut more = actor.clone();
    more.scopes.insert(scope);
    more
}

fn schema(sources: &[(&str, &str)]) -> Result<(Schema, Shapes), LoadError> {
    let mut fragments = Vec::new();
    let mut shapes = Shapes::default();
    for (file, text) in sources.iter().filter(|(file, _)| file.ends_with(".cedarschema")) {
        let syntax = |reason: String| LoadError::Syntax { file: (*file).to_owned(), reason };
        let parsed = SchemaFragment::from_cedarschema_str(text);
        let (fragment, _) = parsed.map_err(|e| syntax(located(&DetailedError::from(&e), text)))?;
        let json = fragment.clone().to_json_value().map_err(|e| syntax(e.to_string()))?;
        shape::read(&json, &mut shapes);
        fragments.push(fragment);
    }
    let schema = Schema::from_schema_fragments(fragments).map_err(|e| LoadError::Schema(e.to_string()))?;
    Ok((schema, shapes))
}

fn rules(sources: &[(&str, &str)]) -> Result<(Vec<Rule>, PolicySet), LoadError> {
    let mut rules = Vec::new();
    let mut policies = PolicySet::new();
    for (file, text) in sources.iter().filter(|(file, _)| file.ends_with(".cedar")) {
        let syntax = |e: cedar_policy::ParseErrors| LoadError::Syntax {
            file: (*file).to_owned(),
            reason: located(&DetailedError::from(&e), text),
        };
        let parsed: PolicySet = text.parse().map_err(syntax)?;
        for policy in parsed.policies() {
            let rule = Rule::of(policy, file)?;
            let named = policy.new_id(PolicyId::new(&rule.id));
            let duplicate = |_| LoadError::Duplicate { file: (*file).to_owned(), policy: rule.id.clone() };
            policies.add(named).map_err(duplicate)?;
            rules.push(rule);
        }
    }
    Ok((rules, policies))
}

/// A parse error with its line, and the ones related to it.
fn located(error: &DetailedError, text: &str) -> String {
    let offset = error.source_locations.first().map_or(0, |l| l.loc.start);
    let line = text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1;
    let own = match &error.help {
        Some(help) => format!("line {line}: {} ({help})", error.message),
        None => format!("line {line}: {}", error.message),
    };
    std::iter::once(own).chain(error.related.iter().map(|r| located(r, text))).collect::<Vec<_>>().join("; ")
}

fn validate(schema: &Schema, policies: &PolicySet) -> Result<(), LoadError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    let errors: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    if errors.is_empty() { Ok(()) } else { Err(LoadError::Invalid(errors.join("\n"))) }
}

fn for_action(uid: &EntityUid, name: &str, rules: &[Rule], policies: &PolicySet) -> Result<Rules, LoadError> {
    let mut set = PolicySet::new();
    let mut mine = Vec::new();
    for (index, rule) in rules.iter().enumerate().filter(|(_, r)| r.concerns(name)) {
        if let Some(policy) = policies.policy(&PolicyId::new(&rule.id)) {
            set.add(policy.clone()).map_err(|e| LoadError::Schema(e.to_string()))?;
            mine.push(index);
        }
    }
    Ok(Rules { uid: uid.clone(), set, rules: mine })
}
