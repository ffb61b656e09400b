//! Who is calling, and what they may.

use aaa::{Keyring, SessionsQuery, UsersQuery};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use domain::{
    customer::ServiceType,
    role::{Origin, Role},
    wire::problem::Code,
};
use store::{NewOperator, Store};

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

#[tokio::test]
async fn a_password_whose_hash_is_weaker_than_todays_is_hashed_anew_when_its_operator_signs_in() {
    const PASSWORD: &str = "a long password";
    let world = world().await;
    let url = format!("sqlite://{}/netpilot.db", world.dir.path().display());
    let store = Store::open(&url, Keyring::read(&"0a".repeat(32)).unwrap()).await.unwrap();
    for (name, memory, passes) in [("little", 8192, 2), ("once", 19_456, 1), ("strong", 20_000, 3)] {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, 1, None).unwrap());
        let hash = weak.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).unwrap().to_string();
        let new = NewOperator {
            id: name.to_owned(),
            username: name.to_owned(),
            email: format!("{name}@example.com"),
            role: Role::OfficeStaff,
            password_hash: hash.as_str().into(),
        };
        store.add_operator(&new, 1).await.unwrap();
        let kept = async || store.operator_by_login(name).await.unwrap().unwrap().password_hash.expose().to_owned();
        assert!(world.services.sign_in(name, "a wrong password", &Origin::default()).await.is_err());
        assert_eq!(kept().await, hash, "only whoever knows it can have it hashed anew");
        world.services.sign_in(name, PASSWORD, &Origin::default()).await.unwrap();
        let is_new = name != "strong";
        assert_eq!((kept().await != hash, kept().await.contains("m=19456,t=2,p=1")), (is_new, is_new), "{name}");
        world.services.sign_in(name, PASSWORD, &Origin::default()).await.unwrap();
    }
}
