//! The open JSON routes, without the shell around them.

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use tower::ServiceExt;
use varde_permit::{PublicKeys, routes};

use crate::{permit, register};

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn everybody_can_read_the_register_and_check_a_seal() {
    let (_database, register) = register::register().await;
    let issued = register.issue(&register::flows(), &permit(1)).await.unwrap();
    let mut router = Router::new();
    let _routes = routes(Arc::new(register)).map_router(|made| {
        router = made.clone();
        made
    });

    let (status, listed) = ask(&router, get("/api/permits")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(listed.contains(&permit(1).title) && !listed.contains(&permit(1).persons[0].to_string()));
    let (status, _) = ask(&router, get(&format!("/api/permits/{}", permit(1).id))).await;
    assert_eq!(status, StatusCode::OK);
    for missing in [format!("/api/permits/{}", permit(2).id), "/api/permits/nonsense".to_owned()] {
        assert_eq!(ask(&router, get(&missing)).await.0, StatusCode::NOT_FOUND);
    }

    let (_, keys) = ask(&router, get("/api/permits/keys")).await;
    let keys = PublicKeys::from_jwks(&serde_json::from_str(&keys).unwrap()).unwrap();
    assert_eq!(keys.open::<varde_permit::Permit>(&issued.sealed).unwrap(), permit(1));
    let check = |text: String| Request::post("/api/permits/verification").body(Body::from(text)).unwrap();
    assert_eq!(ask(&router, check(issued.sealed.clone())).await.0, StatusCode::OK);
    let broken = issued.sealed.replacen("ey", "eZ", 2);
    assert_eq!(ask(&router, check(broken)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
