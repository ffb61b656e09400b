//! RouterOS's properties in plain words: the same ones wherever a person reads of them.

/// What a property of a `profile`, a `secret` or a `hotspot-user` is called. One that is new to us keeps its name.
pub(crate) fn field_word(object: &str, field: &str) -> String {
    let profile = object == "profile";
    match field {
        "name" if profile => "Profile name",
        "name" => "Username",
        "profile" => "Profile",
        "disabled" => "State",
        "password" => "Password",
        "service" => "Service",
        "comment" => "Comment",
        "rate-limit" => "Speed",
        "remote-address" if profile => "Address pool",
        "address-pool" => "Address pool",
        "remote-address" | "address" => "Fixed IP",
        "local-address" => "Router’s address",
        "caller-id" | "mac-address" => "Device",
        "only-one" => "One device only",
        "shared-users" => "Devices at once",
        "session-timeout" => "Session limit",
        "idle-timeout" => "Idle limit",
        "keepalive-timeout" => "Keepalive limit",
        other => other,
    }
    .to_owned()
}

/// The router's value as it is, but that `disabled` is a state.
pub(crate) fn value_word(field: &str, value: String) -> String {
    match (field, value.as_str()) {
        ("disabled", "yes" | "true") => "disabled".to_owned(),
        ("disabled", "no" | "false") => "enabled".to_owned(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_have_plain_words() {
        assert_eq!(field_word("profile", "remote-address"), "Address pool");
        assert_eq!(field_word("secret", "remote-address"), "Fixed IP");
        assert_eq!(field_word("hotspot-user", "name"), "Username");
        assert_ne!(field_word("profile", "name"), field_word("secret", "profile"), "a plan names both");
        assert_eq!(field_word("profile", "rate-limit"), "Speed");
        assert_eq!(field_word("profile", "new-in-8"), "new-in-8");
        assert_eq!(value_word("disabled", "yes".to_owned()), "disabled");
        assert_eq!(value_word("only-one", "yes".to_owned()), "yes");
    }
}
