//! Who is calling, and what they may.

use aaa::{SessionsQuery, UsersQuery};
use domain::{
    customer::ServiceType,
    role::{Origin, Role},
    wire::problem::Code,
};

use crate::{
    bodies::{ana, basic, many, one},
    world::{operator, world},
};

#[tokio::test]
async fn office_staff_watch_and_disconnect_and_nothing_else() {
    let world = world().await;
    let office = operator(Role::OfficeStaff);
    assert!(world.services.test(&office).await.is_ok());
    assert!(world.services.sessions(&office, SessionsQuery::default()).await.is_ok());
    let forbidden = [
        world.services.users(&office, UsersQuery::default()).await.err(),
        world.services.profiles(&office, ServiceType::Pppoe).await.err(),
        world.services.sync_one(&office, one(ana(), basic(), ServiceType::Pppoe)).await.err(),
        world.services.sync_many(&office, many(Vec::new())).await.err(),
        world.services.set_read_only(&office, true).await.err(),
    ];
    for problem in forbidden {
        assert_eq!(problem.unwrap().code, Code::Forbidden);
    }
}

#[tokio::test]
async fn operators_sign_in_with_a_cookie_or_a_token_until_they_sign_out() {
    let world = world().await;
    let add =
        async |password: &str| world.services.add_operator("nadia", "n@example.com", Role::AdminStaff, password).await;
    assert_eq!(add("too short").await.unwrap_err().code, Code::ValidationFailed);
    add("a long password").await.unwrap();
    assert_eq!(add("a long password").await.unwrap_err().code, Code::NameTaken);
    for (name, password) in [("nadia", "wrong password"), ("nobody", "a long password")] {
        let refused = world.services.sign_in(name, password, &Origin::default()).await.map(|_| ()).unwrap_err();
        assert_eq!(refused.code, Code::SignInRefused);
    }
    let signed_in = world.services.sign_in("n@example.com", "a long password", &Origin::default()).await.unwrap();
    let (token, seconds) = world.services.access_token(&signed_in).unwrap();
    assert_eq!(seconds, 900);
    let by_token = async |token: &str| world.services.operator_of_token(token).await.unwrap();
    assert_eq!(by_token(&token).await.unwrap().username, "nadia");
    assert!(by_token(&token[..token.len() - 2]).await.is_none());
    assert!(by_token(&format!("{token}x")).await.is_none());
    assert!(world.services.operator_of_reference(&signed_in.reference).await.unwrap().is_some());
    world.services.sign_out(&signed_in.reference).await.unwrap();
    assert!(by_token(&token).await.is_none(), "a token dies with its sign-in");
    assert!(world.services.operator_of_reference(&signed_in.reference).await.unwrap().is_none());
}
