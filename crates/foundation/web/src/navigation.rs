//! The main navigation: what each role sees in the header.

use varde_core::{Actor, Role};

/// A link of the main navigation.
#[derive(Debug, Clone)]
pub struct NavigationItem {
    /// Where it leads.
    pub href: &'static str,
    /// The key of its text.
    pub text: &'static str,
    /// Who sees it; empty for everybody.
    pub roles: &'static [Role],
}

impl NavigationItem {
    /// Whether the actor sees it.
    pub fn is_for(&self, actor: &Actor) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|r| actor.is(*r))
    }
}

/// The navigation of the main job.
pub(crate) const MAIN: [NavigationItem; 12] = [
    NavigationItem { href: "/katalog", text: "nav-catalogue", roles: &[] },
    NavigationItem { href: "/utforsk", text: "nav-exploration", roles: &[Role::Researcher] },
    NavigationItem { href: "/soknader", text: "nav-applications", roles: &[Role::Researcher] },
    NavigationItem { href: "/saker", text: "nav-cases", roles: &[Role::Handler] },
    NavigationItem { href: "/rom", text: "nav-rooms", roles: &[Role::Researcher, Role::Handler, Role::Reviewer] },
    NavigationItem { href: "/kontroll", text: "nav-review", roles: &[Role::Reviewer] },
    NavigationItem { href: "/register", text: "nav-releases", roles: &[Role::Steward] },
    NavigationItem { href: "/katalog/forvaltning", text: "nav-governance", roles: &[Role::Steward, Role::Reviewer] },
    NavigationItem { href: "/arkitektur", text: "nav-architecture", roles: &[Role::Handler, Role::Steward] },
    NavigationItem { href: "/min-side", text: "nav-my-page", roles: &[Role::Citizen] },
    NavigationItem { href: "/roller", text: "nav-roles", roles: &[Role::Administrator] },
    NavigationItem { href: "/drift", text: "nav-operations", roles: &[Role::Operator] },
];
