//! What people write in the forms, as the models have it. Lists are a line for each.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{FieldProblem, identifier::OrganisationNumber};
use varde_web::Form;

use crate::{Contact, Product, Settings, Tenancy};

/// The lines of a field.
fn lines(form: &Form, field: &str) -> BTreeSet<String> {
    form.value(field).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn text(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().map(|line| line.as_ref().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The product in a form.
pub(super) fn product(form: &Form) -> Result<Product, FieldProblem> {
    let tenancy = Tenancy::from_name(form.value("tenancy"));
    Ok(Product {
        name: form.value("name").to_owned(),
        tenancy: tenancy.ok_or_else(|| FieldProblem::new("tenancy", "self_service-error-tenancy"))?,
        people: form.has("people", "yes"),
        scopes: form.all("scopes").iter().cloned().collect(),
        redirect_uris: lines(form, "redirect_uris"),
        return_addresses: lines(form, "return_addresses"),
        claims: lines(form, "claims"),
        contact: contact(form)?,
    })
}

/// Who is to be told; nobody when the field is empty.
fn contact(form: &Form) -> Result<Option<Contact>, FieldProblem> {
    let email = form.value("email").trim().to_owned();
    if email.is_empty() {
        return Ok(None);
    }
    let language = form.value("language").parse();
    let language = language.map_err(|_| FieldProblem::new("language", "self_service-error-language"))?;
    Ok(Some(Contact { email, language }))
}

/// A form with what a product is now.
pub(super) fn of_product(product: &Product) -> Form {
    let form = Form::new()
        .with("name", &product.name)
        .with("tenancy", product.tenancy.name())
        .with("redirect_uris", text(&product.redirect_uris))
        .with("return_addresses", text(&product.return_addresses))
        .with("claims", text(&product.claims));
    let form = match &product.contact {
        Some(contact) => form.with("email", &contact.email).with("language", contact.language.tag()),
        None => form.with("language", varde_core::Language::default().tag()),
    };
    let form = if product.people { form.with("people", "yes") } else { form };
    product.scopes.iter().fold(form, |form, scope| form.with("scopes", scope))
}

/// The settings in a form.
pub(super) fn settings(form: &Form) -> Result<Settings, FieldProblem> {
    let unit = |line: String| {
        line.parse::<OrganisationNumber>().map_err(|_| FieldProblem::new("sub_units", "self_service-error-sub-units"))
    };
    let mut claims = BTreeMap::new();
    for line in lines(form, "claims") {
        let wrong = || FieldProblem::new("claims", "self_service-error-claim-line");
        let (name, value) = line.split_once('=').ok_or_else(wrong)?;
        if claims.insert(name.trim().to_owned(), value.trim().to_owned()).is_some() {
            return Err(FieldProblem::new("claims", "self_service-error-claim-twice"));
        }
    }
    Ok(Settings {
        scopes: form.all("scopes").iter().cloned().collect(),
        sub_units: lines(form, "sub_units").into_iter().map(unit).collect::<Result<_, _>>()?,
        redirect_uris: lines(form, "redirect_uris"),
        post_logout_redirect_uris: lines(form, "post_logout_redirect_uris"),
        claims,
    })
}

/// A form with settings.
pub(super) fn of_settings(settings: &Settings) -> Form {
    let form = Form::new()
        .with("sub_units", text(settings.sub_units.iter().map(OrganisationNumber::as_str)))
        .with("redirect_uris", text(&settings.redirect_uris))
        .with("post_logout_redirect_uris", text(&settings.post_logout_redirect_uris))
        .with("claims", text(settings.claims.iter().map(|(name, value)| format!("{name}={value}"))));
    settings.scopes.iter().fold(form, |form, scope| form.with("scopes", scope))
}
