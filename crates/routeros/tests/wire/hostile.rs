//! Answers that no client may trust. Each has a named result within its deadline, and the line's state is known after.

use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use routeros::{
    Attributes, CallError, Command, ConnectError, Connection, Menu, Options, Print, Step,
    menu::{PppSecret, PppSecretProperty},
};

use crate::script::{Script, impatient, line_to, router, sentence};

/// What a print of `/ppp/secret` comes to, and whether the line is of use afterwards.
async fn check<F>(answer: impl FnOnce(Script, String) -> F + Send + 'static, expected: &Expect)
where
    F: Future<Output = ()> + Send,
{
    let line = line_to(|mut router| async move {
        let tag = router.hear_tag().await;
        answer(router, tag).await;
    })
    .await;
    let began = Instant::now();
    let result = line.list(&Print::<PppSecret>::new()).await;
    assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
    let told = match result {
        Ok(listing) => {
            let names: Vec<_> = listing.rows.iter().map(|row| row.name.as_deref().unwrap_or("?")).collect();
            let partial =
                listing.partial.map_or(String::new(), |partial| format!(", partial: {}", partial.refusal.message()));
            format!("{} rows: {}{partial}", names.len(), names.join(" "))
        }
        Err(error) => told(&error),
    };
    // What is known of a broken line is told to whoever asks next.
    let after = match line.run(Command::print(Menu::SystemIdentity)).await {
        Ok(_) => "the line goes on",
        Err(CallError::NotSent { .. }) => "the line is closed",
        Err(error) => panic!("neither: {error}"),
    };
    expected.assert_eq(&format!("{told}; {after}"));
}

fn told(error: &CallError) -> String {
    match error {
        CallError::Refused { refusal, .. } => {
            let said: Vec<_> = refusal.0.iter().map(|trap| trap.message.as_str()).collect();
            format!("refused: {}", said.join(" / "))
        }
        other => other.to_string(),
    }
}

/// Answers whatever comes, so that a line which goes on can be seen to.
async fn go_on(mut router: Script) {
    while let Some(words) = router.hear().await {
        let tag = words.iter().find(|word| word.starts_with(".tag=")).unwrap().clone();
        router.say(&[b"!done", tag.as_bytes()]).await;
    }
}

fn tag(tag: &str) -> Vec<u8> {
    format!(".tag={tag}").into_bytes()
}

#[tokio::test]
async fn the_line_ends_in_the_middle_of_a_row() {
    let cut = |mut router: Script, of: String| async move {
        let row = sentence(&[b"!re", &tag(&of), b"=name=ana"]);
        router.send(&row[..row.len() - 4]).await;
    };
    check(
        cut,
        &expect![
            "the line broke before /ppp/secret/print was answered: the router closed the line; the line is closed"
        ],
    )
    .await;
}

#[tokio::test]
async fn nothing_comes_at_all() {
    let silent = |mut router: Script, _| async move { router.keep_silent().await };
    check(
        silent,
        &expect!["the line broke before /ppp/secret/print was answered: no byte came for 0.3 s; the line is closed"],
    )
    .await;
}

#[tokio::test]
async fn a_word_of_two_gigabytes_is_announced() {
    let huge = |mut router: Script, _| async move {
        router.send(&[0xF0, 0x80, 0x00, 0x00, 0x00]).await;
        router.keep_silent().await;
    };
    check(huge, &expect!["the line broke before /ppp/secret/print was answered: a word of 2147483648 bytes is over the limit of 1048576; the line is closed"]).await;
}

#[tokio::test]
async fn a_reserved_byte_stands_before_a_word() {
    let reserved = |mut router: Script, _| async move {
        router.send(&[0xF8, b'x']).await;
        router.keep_silent().await;
    };
    check(reserved, &expect!["the line broke before /ppp/secret/print was answered: the other side sent the reserved byte 0xf8: it does not speak the RouterOS API; the line is closed"]).await;
}

#[tokio::test]
async fn there_is_nothing_to_list() {
    let empty = |mut router: Script, of: String| async move {
        router.say(&[b"!empty", &tag(&of)]).await;
        router.say(&[b"!done", &tag(&of)]).await;
        go_on(router).await;
    };
    check(empty, &expect!["0 rows: ; the line goes on"]).await;
}

#[tokio::test]
async fn the_tag_comes_last_and_bytes_are_no_text() {
    let odd = |mut router: Script, of: String| async move {
        router.say(&[b"!re", b"=name=Pe\xF1a", b"=comment=\xFF\xFE", &tag(&of)]).await;
        router.say(&[b"!re", &tag(&of)]).await;
        router.say(&[b"!done", &tag(&of)]).await;
        go_on(router).await;
    };
    check(odd, &expect!["2 rows: Peña ?; the line goes on"]).await;
}

#[tokio::test]
async fn a_comment_that_winbox_wrote_in_moscow_is_read_in_its_code_page() {
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let of = tag(&router.hear_tag().await);
        router.say(&[b"!re", &of, b"=comment=\xCF\xB8\xF2\xF0"]).await;
        router.say(&[b"!re", &of, "=comment=Пётр".as_bytes()]).await;
        router.say(&[b"!done", &of]).await;
    })
    .await;
    let charset = "windows-1251".parse().unwrap();
    let line = Connection::dial(&endpoint, Options { charset, ..impatient() }).await.unwrap();
    let secrets = line.list(&Print::<PppSecret>::new()).await.unwrap().whole().unwrap();
    assert!(secrets.iter().all(|secret| secret.comment.as_deref() == Some("Пётр")), "{secrets:?}");
}

#[tokio::test]
async fn the_router_closes_the_line_and_says_why() {
    for reason in [&b"session terminated on request"[..], b"=message=session terminated on request"] {
        let fatal = move |mut router: Script, _| async move { router.say(&[b"!fatal", reason]).await };
        check(fatal, &expect!["the line broke before /ppp/secret/print was answered: the router closed the line: session terminated on request; the line is closed"]).await;
    }
}

#[tokio::test]
async fn a_reply_word_is_unknown() {
    let unknown = |mut router: Script, of: String| async move {
        router.say(&[b"!maybe", &tag(&of)]).await;
        router.keep_silent().await;
    };
    check(unknown, &expect![[r#"the line broke before /ppp/secret/print was answered: the router answered with the unknown word "!maybe"; the line is closed"#]]).await;
}

#[tokio::test]
async fn a_command_has_two_traps() {
    let twice = |mut router: Script, of: String| async move {
        router.say(&[b"!trap", b"=category=0", b"=message=no such command or directory (secret)", &tag(&of)]).await;
        router.say(&[b"!trap", b"=message=no such command prefix", &tag(&of)]).await;
        router.say(&[b"!done", &tag(&of)]).await;
        go_on(router).await;
    };
    check(twice, &expect!["refused: no such command or directory (secret) / no such command prefix; the line goes on"])
        .await;
}

#[tokio::test]
async fn traps_come_without_end() {
    let endless = |mut router: Script, of: String| async move {
        router.send(&sentence(&[b"!trap", b"=message=no", &tag(&of)]).repeat(1_000)).await;
        router.keep_silent().await;
    };
    check(endless, &expect!["the line broke before /ppp/secret/print was answered: the router refused one command more than 100 times; the line is closed"]).await;
}

#[tokio::test]
async fn every_byte_comes_in_a_packet_of_its_own() {
    let slow = |mut router: Script, of: String| async move {
        let row = sentence(&[b"!re", &tag(&of), b"=name=ana"]);
        router.send_bytewise(&[row, sentence(&[b"!done", &tag(&of)])].concat()).await;
        go_on(router).await;
    };
    check(slow, &expect!["1 rows: ana; the line goes on"]).await;
}

#[tokio::test]
async fn rows_vanish_while_the_router_prints() {
    let partial = |mut router: Script, of: String| async move {
        router.say(&[b"!re", &tag(&of), b"=name=ana"]).await;
        router.say(&[b"!trap", b"=message=no such item (4)", &tag(&of)]).await;
        router.say(&[b"!done", &tag(&of)]).await;
        go_on(router).await;
    };
    check(partial, &expect!["1 rows: ana, partial: no such item (4); the line goes on"]).await;
}

#[tokio::test]
async fn an_answer_has_a_tag_that_nobody_has() {
    let foreign = |mut router: Script, _| async move {
        router.say(&[b"!done", b".tag=4000"]).await;
        router.keep_silent().await;
    };
    check(foreign, &expect![[r#"the line broke before /ppp/secret/print was answered: the router answered under the tag "4000", which is of no command in flight; the line is closed"#]]).await;
}

#[tokio::test]
async fn an_answer_has_no_tag() {
    let untagged = |mut router: Script, _| async move {
        router.say(&[b"!done"]).await;
        router.keep_silent().await;
    };
    check(untagged, &expect!["the line broke before /ppp/secret/print was answered: the router answered without a tag; the line is closed"]).await;
}

#[tokio::test]
async fn the_end_comes_twice() {
    let twice = |mut router: Script, of: String| async move {
        let done = sentence(&[b"!done", &tag(&of)]);
        router.send(&[done.clone(), done].concat()).await;
        router.keep_silent().await;
    };
    check(twice, &expect!["0 rows: ; the line is closed"]).await;
}

#[tokio::test]
async fn a_word_and_a_sentence_are_too_long() {
    let long = |mut router: Script, of: String| async move {
        // A word of 1.5 MB: its length alone is enough.
        router.send(&[&[0xD7, 0x00, 0x00][..], format!("=comment={of}").as_bytes()].concat()).await;
        router.keep_silent().await;
    };
    check(long, &expect!["the line broke before /ppp/secret/print was answered: a word of 1507328 bytes is over the limit of 1048576; the line is closed"]).await;
    let many = |mut router: Script, _| async move {
        router.send(&[&b"\x03!re"[..], &b"\x04=a=b".repeat(100_000)].concat()).await;
        router.keep_silent().await;
    };
    check(many, &expect!["the line broke before /ppp/secret/print was answered: a sentence of more than 4096 words; the line is closed"]).await;
}

#[tokio::test]
async fn rows_come_without_end() {
    let (endpoint, _) = router(|mut router| async move {
        router.let_in().await;
        let of = tag(&router.hear_tag().await);
        let rows = sentence(&[b"!re", &of, b"=name=ana"]).repeat(1_000);
        for _ in 0..100 {
            router.send(&rows).await;
        }
        router.keep_silent().await;
    })
    .await;
    let line = Connection::dial(&endpoint, Options { rows: 20_000, ..impatient() }).await.unwrap();
    let error = line.list(&Print::<PppSecret>::new().only(&[PppSecretProperty::Name])).await.unwrap_err();
    expect!["the line broke before /ppp/secret/print was answered: the router listed more than 20000 rows"]
        .assert_eq(&told(&error));
    assert!(line.run(Command::print(Menu::Pool)).await.is_err() && line.is_closed());
}

#[tokio::test]
async fn an_answer_goes_on_for_longer_than_anybody_waits() {
    let line = line_to(|mut router| async move {
        let row = sentence(&[b"!re", &tag(&router.hear_tag().await), b"=name=ana"]);
        // Slowly, so that it is time that ends it and not the number of rows.
        loop {
            router.send(&row).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let error = line.run(Command::print(Menu::PppSecret)).await.unwrap_err();
    expect!["the line broke before /ppp/secret/print was answered: the answer was not whole after 2 s"]
        .assert_eq(&told(&error));
    assert!(matches!(line.run(Command::print(Menu::Pool)).await, Err(CallError::NotSent { .. })));
}

#[tokio::test]
async fn something_else_than_a_router_answers_the_sign_in() {
    let tls_alert: &[u8] = &[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];
    for (greeting, speaks) in
        [(&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP"), (tls_alert, "TLS"), (b"SSH-2.0-ROSSSH\r\n", "SSH")]
    {
        let (endpoint, _) = router(move |mut router| async move {
            router.send(greeting).await;
            router.keep_silent().await;
        })
        .await;
        let error = Connection::dial(&endpoint, impatient()).await.unwrap_err();
        assert!(matches!(&error, ConnectError::NotTheApi { speaks: it, .. } if *it == speaks), "{error}");
        assert_eq!(error.step(), Step::Login);
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_cancels_the_command_and_the_line_goes_on() {
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let line = line_to(|mut router| async move {
        let print = tag(&router.hear_tag().await);
        router.say(&[b"!re", &print, b"=name=ana"]).await;
        begun.send(()).unwrap();
        let cancel = router.hear().await.unwrap();
        assert_eq!(cancel[..2], ["/cancel".to_owned(), format!("=tag={}", String::from_utf8_lossy(&print[5..]))]);
        // The order in which a router was seen to end both.
        router.say(&[b"!trap", &print, b"=category=2", b"=message=interrupted"]).await;
        router.say(&[b"!done", cancel[2].as_bytes()]).await;
        router.say(&[b"!done", &print]).await;
        go_on(router).await;
    })
    .await;
    tokio::select! {
        answer = line.run(Command::print(Menu::PppSecret)) => panic!("the router had not ended it: {answer:?}"),
        begun = has_begun => begun.unwrap(),
    }
    assert!(line.run(Command::print(Menu::SystemIdentity)).await.is_ok());
}

#[tokio::test]
async fn a_print_that_repeats_is_followed_until_the_router_ends_it() {
    let line = line_to(|mut router| async move {
        let words = router.hear().await.unwrap();
        assert_eq!(words[..2], ["/interface/print", "=interval=1s"]);
        let of = words[2].clone();
        for section in [&b"=.section=0"[..], b"=.section=1"] {
            router.say(&[b"!re", of.as_bytes(), section, b"=rx-byte=1"]).await;
        }
        router.say(&[b"!done", of.as_bytes()]).await;
        go_on(router).await;
    })
    .await;
    let command = Command::print(Menu::Interface).every(Duration::from_secs(1));
    let mut ticks = line.follow::<Attributes>(command).unwrap();
    for section in ["0", "1"] {
        assert_eq!(ticks.next().await.unwrap().get(".section"), Some(section));
    }
    let end = ticks.next().await.unwrap_err();
    expect!["the line broke before /interface/print was answered: the router ended the command"].assert_eq(&told(&end));
}

#[tokio::test]
async fn a_busy_router_is_sent_half_as_much_at_once() {
    let (heard, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let (answer, mut answers) = tokio::sync::mpsc::unbounded_channel::<()>();
    let line = line_to(|mut router| async move {
        let mut waiting = std::collections::VecDeque::new();
        loop {
            tokio::select! {
                words = router.hear() => match words {
                    Some(words) => {
                        waiting.push_back(words.last().unwrap().clone());
                        heard.send(()).unwrap();
                    }
                    None => return,
                },
                Some(()) = answers.recv(), if !waiting.is_empty() => {
                    let of: String = waiting.pop_front().unwrap();
                    router.say(&[b"!done", of.as_bytes()]).await;
                }
            }
        }
    })
    .await;
    line.heed_load(81);
    let answered = async {
        for _ in 0..8 {
            begun.recv().await.unwrap();
        }
        // Nothing tells that a ninth stays away.
        assert!(tokio::time::timeout(Duration::from_millis(100), begun.recv()).await.is_err());
        for _ in 0..20 {
            answer.send(()).unwrap();
        }
    };
    let (ends, ()) = tokio::join!(line.run_all(vec![Command::print(Menu::SystemIdentity); 20]), answered);
    assert!(ends.iter().all(Result::is_ok));
}
