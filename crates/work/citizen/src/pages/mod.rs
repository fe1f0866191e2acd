//! The citizen's pages.

use std::sync::Arc;

use varde_web::Routes;

use crate::CitizenService;

pub(crate) fn routes() -> Routes<Arc<CitizenService>> {
    Routes::new()
}
