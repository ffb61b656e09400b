//! What waits, for how long, and what everybody is told in the end.

use std::time::Duration;

use routeros::{
    Attributes, CallError, Change, Command, ConnectError, Connection, LineEnd, Menu, Options, Print, Query, Timings,
    menu::{PppActive, PppSecret, PppSecretProperty},
};

use crate::script::{Script, impatient, line_to, router, sentence};

fn tag(words: &[String]) -> Vec<u8> {
    words.iter().find(|word| word.starts_with(".tag=")).unwrap().clone().into_bytes()
}

/// Answers every command but those that begin so.
async fn answer_all_but(mut router: Script, left_alone: &str) {
    while let Some(words) = router.hear().await {
        if !words[0].ends_with(left_alone) {
            router.say(&[b"!done", &tag(&words)]).await;
        }
    }
}

#[tokio::test]
async fn a_line_that_was_quiet_is_no_silent_one() {
    let silence = Duration::from_millis(40);
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let mut following = Vec::new();
        while let Some(words) = router.hear().await {
            match words[0].as_str() {
                "/ppp/active/listen" => following = tag(&words),
                "/cancel" => {
                    router.say(&[b"!done", &tag(&words)]).await;
                    router.say(&[b"!done", &following]).await;
                }
                _ => router.say(&[b"!done", &tag(&words)]).await,
            }
        }
    })
    .await;
    let timings = Timings { silence, ..impatient().timings };
    let line = Connection::dial(&endpoint, timings).await.unwrap();
    for _ in 0..10 {
        let mut online = line.follow::<Attributes>(Command::listen(Menu::PppActive)).unwrap();
        // Longer than a router that owes something may be silent. This one owes nothing.
        assert!(tokio::time::timeout(silence * 2, online.next()).await.is_err());
        drop(online);
        line.run(Command::print(Menu::SystemIdentity)).await.unwrap();
    }
}

#[tokio::test]
async fn a_command_that_was_sent_is_never_said_not_to_be() {
    let line = line_to(|mut router| async move {
        let of = tag(&router.hear().await.unwrap());
        router.say(&[b"!re", &of, b"=name=ana"]).await;
        router.keep_silent().await;
    })
    .await;
    let broken = line.fold(&Print::<PppSecret>::new(), (), |(), _| panic!("the caller's own code fails")).await;
    assert!(matches!(broken, Err(CallError::Unknown { .. })), "{broken:?}");
}

#[tokio::test]
async fn a_router_that_does_not_end_what_was_cancelled_is_given_up() {
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let print = tag(&router.hear().await.unwrap());
        begun.send(()).unwrap();
        let row = sentence(&[b"!re", &print, b"=name=ana"]);
        // It is not silent; it only does not stop. Slowly, so that it is time that ends it and not the number of rows.
        loop {
            router.send(&row).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let answer = Duration::from_millis(300);
    let line = Connection::dial(&endpoint, Timings { answer, ..impatient().timings }).await.unwrap();
    tokio::select! {
        answer = line.run(Command::print(Menu::PppSecret)) => panic!("the router had not ended it: {answer:?}"),
        begun = has_begun => begun.unwrap(),
    }
    tokio::time::timeout(Duration::from_secs(3), line.closed()).await.expect("it is not waited for without end");
    let after = line.run(Command::print(Menu::Pool)).await.unwrap_err();
    assert!(
        matches!(after, CallError::NotSent { why: LineEnd::TooSlow(patience), .. } if patience == answer),
        "{after}"
    );
}

#[tokio::test]
async fn who_comes_later_hears_why_the_line_broke() {
    let line = line_to(|mut router| async move {
        router.hear().await.unwrap();
        router.say(&[b"!fatal", b"session terminated on request"]).await;
    })
    .await;
    let reason = LineEnd::Fatal("session terminated on request".to_owned());
    let first = line.run(Command::print(Menu::Pool)).await.unwrap_err();
    assert!(matches!(&first, CallError::Unknown { why, .. } if *why == reason), "{first}");
    assert!(line.is_closed(), "whoever hears that it broke finds it closed");
    let second = line.run(Command::print(Menu::Pool)).await.unwrap_err();
    assert!(matches!(&second, CallError::NotSent { why, .. } if *why == reason), "{second}");
}

#[tokio::test]
async fn who_follows_too_slowly_hears_all_until_the_gap_and_then_that_there_is_one() {
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let of = tag(&router.hear().await.unwrap());
        for number in 0..10_000 {
            router.say(&[b"!re", &of, format!("=.id=*{number:X}").as_bytes()]).await;
        }
        let identity = tag(&router.hear().await.unwrap());
        router.say(&[b"!done", &identity]).await;
        answer_all_but(router, "nothing").await;
    })
    .await;
    let line = Connection::dial(&endpoint, impatient()).await.unwrap();
    let mut online = line.follow::<PppActive>(Command::listen(Menu::PppActive)).unwrap();
    // Answered after all rows, so that they all have come before the first is looked at.
    line.run(Command::print(Menu::SystemIdentity)).await.unwrap();
    let mut seen = 0;
    let end = loop {
        match online.next().await {
            Ok(row) => assert_eq!(row.id.unwrap().to_string(), format!("*{seen:X}")),
            Err(end) => break end,
        }
        seen += 1;
    };
    assert!(seen < 10_000 && matches!(&end, CallError::Unknown { why: LineEnd::Behind(_), .. }), "{seen}: {end}");
    let again = online.next().await.unwrap_err();
    assert_eq!(again.to_string(), end.to_string());
}

#[tokio::test]
async fn a_row_that_is_gone_is_told_as_such() {
    let line = line_to(|mut router| async move {
        let of = tag(&router.hear().await.unwrap());
        router.say(&[b"!re", &of, b"=.id=*A", b"=name=ana"]).await;
        router.say(&[b"!re", &of, b"=.id=*A", b"=.dead=true"]).await;
        router.keep_silent().await;
    })
    .await;
    let mut online = line.follow::<Change<PppActive>>(Command::listen(Menu::PppActive)).unwrap();
    let Change::Now(row) = online.next().await.unwrap() else { panic!("she is there") };
    assert_eq!(row.name.as_deref(), Some("ana"));
    assert_eq!(online.next().await.unwrap(), Change::Gone("*A".parse().unwrap()));
}

#[tokio::test]
async fn a_list_that_is_too_large_to_hold_ends_the_line() {
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let of = tag(&router.hear().await.unwrap());
        let comment = [&b"=comment="[..], &[b'x'; 10_000]].concat();
        let row = sentence(&[b"!re", &of, &comment]);
        for _ in 0..1_000 {
            router.send(&row).await;
        }
        router.keep_silent().await;
    })
    .await;
    let line = Connection::dial(&endpoint, Options { bytes: 100_000, ..impatient() }).await.unwrap();
    let error = line.run(Command::print(Menu::PppSecret)).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { why: LineEnd::TooManyBytes(100_000), .. }), "{error}");
}

#[tokio::test]
async fn a_router_that_cannot_ask_its_own_server_did_not_refuse_the_password() {
    let (endpoint, _) = router(|mut router| async move {
        let of = tag(&router.hear().await.unwrap());
        router.say(&[b"!trap", &of, b"=message=could not authenticate - radius timeout"]).await;
        router.say(&[b"!done", &of]).await;
        router.keep_silent().await;
    })
    .await;
    let error = Connection::dial(&endpoint, impatient()).await.unwrap_err();
    assert!(matches!(error, ConnectError::LoginUndecided { .. }), "{error}");
}

/// Many tasks on several threads run, follow and leave at any moment; whoever stays gets an answer of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_many_share_keeps_every_answer_apart() {
    let sim = routeros_sim::Sim::builder().user("netpilot-api", "s3cret", "full").secrets(40).start().await.unwrap();
    let (host, port) = (sim.address().ip().to_string(), sim.address().port());
    let (username, password) = ("netpilot-api".to_owned(), "s3cret".to_owned());
    let endpoint = routeros::Endpoint { host, port, tls: routeros::Tls::Off, username, password };
    let line = std::sync::Arc::new(Connection::dial(&endpoint, Timings::default()).await.unwrap());
    let busy = (1..=40).map(|number| {
        let line = std::sync::Arc::clone(&line);
        tokio::spawn(async move {
            let name = format!("sub{number:05}");
            for round in 0..50 {
                let print = Print::<PppSecret>::new()
                    .only(&[PppSecretProperty::Name])
                    .matching(Query::is(PppSecretProperty::Name, &name))
                    .command();
                // Some leave before they are answered, some before they are sent.
                let left = tokio::time::timeout(Duration::from_micros(50 * (round % 7)), line.run(print.clone())).await;
                drop(left);
                drop(line.follow::<Attributes>(Command::listen(Menu::PppActive)).unwrap());
                let rows = line.run(print).await.unwrap().rows;
                assert_eq!(rows.iter().map(|row| row.get("name")).collect::<Vec<_>>(), [Some(name.as_str())]);
            }
        })
    });
    for task in busy.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert!(!line.is_closed());
}
