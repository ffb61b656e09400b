//! aaa
