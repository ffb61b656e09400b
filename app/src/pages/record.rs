//! What the pages of one customer and of one package share.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::address::RecordAsked;

/// Which one the URL names, and what it asks for.
pub(super) fn in_url() -> (Memo<String>, Memo<RecordAsked>) {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let asked = Memo::new(move |_| {
        let query = query.read();
        RecordAsked::read(|name| query.get(name))
    });
    (id, asked)
}
