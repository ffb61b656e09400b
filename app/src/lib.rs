//! The console: what is seen, in the browser and rendered on the server alike.
//!
//! Pages fetch and lay out, components draw plain data, `api` is the way to the server. Knows no SQL and no router.
// A view is one nested type, as deep as the page.
#![recursion_limit = "512"]
#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
#![expect(unreachable_pub, reason = "the component macro makes a pub struct of each component's properties")]

mod address; // the console's URLs
pub mod api; // server functions
mod draft; // what is typed into a form, read as a body
mod components; // pieces, which know no URL
#[cfg(feature = "ssr")]
mod context; // what the server hands to server functions
mod live; // who is online, pushed by the server
mod pages; // one file for each route
mod rate_base; // how many k one Mbps is
mod theme; // light or dark

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Redirect, Route, Router, Routes},
    path,
};

#[cfg(feature = "ssr")]
pub use context::{CallOrigin, CurrentOperator, SignInReference};
use pages::{
    customer::CustomerPage, customers::CustomersPage, history::HistoryPage, mikrotik::MikrotikPage,
    new_customer::NewCustomerPage, new_package::NewPackagePage, not_found::NotFoundPage, package::PackagePage,
    packages::PackagesPage, sign_in::SignInPage,
};

/// The document around the console.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr" data-density="compact" data-theme=theme::of_request() data-rate-base=rate_base::rate_base().to_string()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link
                    rel="preload" href="/fonts/geist-var-subset.woff2" r#as="font" type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href="/css/tokens.css"/>
                <link rel="stylesheet" href="/css/components.css"/>
                <link rel="stylesheet" href="/css/console.css"/>
                <link rel="stylesheet" href="/css/records.css"/>
                <link rel="stylesheet" href="/css/sync.css"/>
                <link rel="stylesheet" href="/css/history.css"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The console: its routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| format!("{title} · NetPilot")/>
        <Router>
            <Routes fallback=|| view! { <NotFoundPage/> }>
                <Route path=path!("/") view=|| view! { <Redirect path="/mikrotik"/> }/>
                <Route path=path!("/mikrotik") view=MikrotikPage ssr=SsrMode::Async/>
                <Route path=path!("/mikrotik/history") view=HistoryPage ssr=SsrMode::Async/>
                <Route path=path!("/customers") view=CustomersPage ssr=SsrMode::Async/>
                <Route path=path!("/customers/new") view=NewCustomerPage ssr=SsrMode::Async/>
                <Route path=path!("/customers/:id") view=CustomerPage ssr=SsrMode::Async/>
                <Route path=path!("/packages") view=PackagesPage ssr=SsrMode::Async/>
                <Route path=path!("/packages/new") view=NewPackagePage ssr=SsrMode::Async/>
                <Route path=path!("/packages/:id") view=PackagePage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
