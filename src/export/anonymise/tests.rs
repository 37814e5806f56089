//! What hides in text: credentials, users, hosts and addresses in every disguise that logs give them.

use super::*;
use proptest::prelude::*;

const SECRET: Secret = Secret([9; 16]);

/// An entry that no parser understands.
fn hide(text: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(&Anonymiser::new(&SECRET).entry(text.as_ref(), None)).into_owned()
}

fn value(field: Field, text: &str) -> String {
    Anonymiser::new(&SECRET).value(field, text)
}

/// Wherever it says `s3cret`, nothing of it may be left.
#[test]
fn credentials_are_masked_however_they_are_written() {
    let cases = [
        "Authorization: Basic s3cret==",
        "authorization: bearer s3cret.s3cret.s3cret",
        "AUTHORIZATION:s3cret",
        "Proxy-Authorization: Digest username=\"s3cret\", realm=\"s3cret\", response=\"s3cret\"",
        "curl -H 'Authorization: Bearer s3cret' https://shop.example/",
        "curl -H \"Cookie: a=s3cret; b='s3cret'\" https://shop.example/",
        "Cookie: SID=s3cret; lang=s3cret; x=\"s3cret; s3cret\"",
        "Set-Cookie: SID=s3cret; Path=/; HttpOnly",
        "Cookie: a=s3cret\nSet-Cookie: b=s3cret\r\n cookie2: s3cret",
        r#"{"cookie":"a=s3cret; b=\"s3cret\"; c=s3cret","status":200}"#,
        r#"{"headers":"Host: shop.example\r\nCookie: a=s3cret; b=\"s3cret\"\r\nAuthorization: Basic s3cret\r\n"}"#,
        r#"{"log":"{\"authorization\":\"Bearer s3cret\",\"msg\":\"a\"}","cookies":["s3cret","s3cret"]}"#,
        r#"{"log":"{\"msg\":\"{\\\"set-cookie\\\":\\\"a=\\\\\\\"s3cret\\\\\\\"; s3cret\\\"}\"}"}"#,
        r#"x,"{""cookie"": ""a=s3cret; s3cret""}",y"#,
        "x,\"Host: a\nCookie: a=\"\"s3cret\"\"; b=\"\"s3cret\"\"\n\",y",
        "{'authorization': 'Bearer s3cret', 'cookie': 'it\\'s s3cret'}",
        "GET /a?token=s3cret&Token=s3cret&x=a%20s3cret&s3crets3crets3cret HTTP/1.1",
        "GET /login?next=https%3A%2F%2Fana%3As3cret%40shop.example%2F%3Fa%3Ds3cret HTTP/1.1",
        "GET /log/Authorization%3A%20Bearer%20s3cret HTTP/1.1",
        "\"GET /a?q=caf#C3#A9&x=#22s3cret#22 HTTP/1.1\"",
        "\"GET /a?x=\\\"s3cret\\x22s3cret&y=it's+s3cret HTTP/1.1\"",
        r#"{"url":"/a?x=1\u0026token=s3cret\u0026y=s3cret"}"#,
        "https://ana:s3cret@shop.example:8443/a ftp://s3cret@shop.example",
        "SecToken=s3cret clID=s3cret sslID=s3cret cookie=a=s3cret; b=s3cret trID=1",
        "sectoken: s3cret, SECTOKEN=\"s3cret s3cret\"",
        "SSLKEY: CLIENT_RANDOM s3cret s3cret",
        r#""jwt_log":{"token_payload":{"sub":"s3cret","a":["s3cret",{"b":"}s3cret"}]},"is_jwt_verified":true}"#,
        r#""jwt_log":{"token_payload":"{\"sub\":\"s3cret\"}"}"#,
        r#""saml_log":{"saml_attribute_lists":[{"attr_name":"mail","attr_values":["s3cret"]}]}"#,
        "password=s3cret&passwd=s3cret; client_secret: s3cret X-Api-Key: s3cret",
        "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.s3cret-s3cret_s3cret",
        "Negotiate s3crets3cret NTLM s3crets3cret",
        // Cut lines.
        "Cookie: SID=s3cret; la",
        r#"{"a":1,"cookie":"SID=s3cret; "#,
        r#"{"token_payload":{"sub":"s3cret","a":["#,
        "GET /a?token=s3cr3t&x=s3cret",
        "https://ana:s3cret@",
    ];
    for case in cases {
        for text in
            [case.to_owned(), case.replace("s3cret", "S3CRET"), format!("{case}\n"), format!("<14>Nov 18 {case}")]
        {
            let hidden = hide(&text);
            assert!(!hidden.to_lowercase().contains("s3cret"), "{text}\n{hidden}");
            assert!(hidden.contains("***") || hidden.contains("session-"), "{text}\n{hidden}");
        }
        // Bytes that are no text, before, behind and within.
        let mut bytes = [b"\xff\xfe", case.as_bytes(), b"\xff\n"].concat();
        bytes.extend_from_slice(&case.replace("s3cret", "s3cret\u{e9}s3cret").into_bytes());
        assert!(!hide(&bytes).contains("s3cret"), "{}", hide(&bytes));
    }
}

#[test]
fn what_stands_around_a_credential_stays() {
    let cases = [
        (r#"{"cookie":"a=1","status":200}"#, r#"{"cookie":"***","status":200}"#),
        (r#"{"cookies":["a","b"],"status":200}"#, r#"{"cookies":"***","status":200}"#),
        (r#"{\"cookies\":[\"a\"],\"status\":200}"#, r#"{\"cookies\":\"***\",\"status\":200}"#),
        ("\"Cookie: a=1\" 200 5", "\"Cookie: ***\" 200 5"),
        ("cookie=a=1; b=2 sslID=<NULL> trID=7", "cookie=*** sslID=<NULL> trID=7"),
        ("cookie=<NULL> token=- Authorization: -", "cookie=<NULL> token=- Authorization: -"),
        ("\"GET /a?b=c&d=e HTTP/1.1\" 200", "\"GET /a?b=***&d=*** HTTP/1.1\" 200"),
        ("'POST /a?lang=de' rmIP='::1'", "'POST /a?lang=***' rmIP='::1'"),
        ("token_payload: 1, b", "token_payload: ***"),
        ("Really? Yes", "Really? Yes"),
        ("is_session_cookie_valid=1", "is_session_cookie_valid=1"),
    ];
    for (text, wanted) in cases {
        assert_eq!(hide(text), wanted);
    }
}

#[test]
fn addresses_are_found_wherever_they_stand() {
    let (v4, v6) = (hide("198.51.100.7"), hide("2001:db8::7"));
    assert!(v4 != "198.51.100.7" && v6 != "2001:db8::7" && parse(&v4) && parse(&v6));
    for around in
        ["[]", "<>", "''", "\"\"", "()", "= ", "ip- .", "_ ,", "/ /", "@ ;", "a=", "x/ /24", "%20 %20", ": ", " :"]
    {
        let (before, after) = around.split_at(around.find(' ').map_or(around.len() / 2, |at| at));
        let (before, after) = (before, after.strip_prefix(' ').unwrap_or(after));
        let text = |v4: &str| format!("{before}{v4}{after}");
        assert_eq!(hide(text("198.51.100.7")), text(&v4), "{around}");
    }
    for (text, wanted) in [
        ("198.51.100.7:80", format!("{v4}:80")),
        ("http://198.51.100.7:80/", format!("http://{v4}:80/")),
        ("[2001:db8::7]:443", format!("[{v6}]:443")),
        ("http://[2001:DB8:0:0::7]:443/", format!("http://[{v6}]:443/")),
        ("client: 2001:db8::7, server", format!("client: {v6}, server")),
        ("2001:db8::7: refused", format!("{v6}: refused")),
        ("2001:db8::7:41168", format!("{v6}:41168")),
        ("::ffff:198.51.100.7:4312", format!("::ffff:{v4}:4312")),
        ("fe80::1%eth0 127.0.0.1 ::1 0.0.0.0", format!("{}%eth0 127.0.0.1 ::1 0.0.0.0", hide("fe80::1"))),
        ("300.198.51.100.7", format!("300.{v4}")),
        ("id 0a0c1422", "id 0a0c1422".to_owned()),
        (
            "10:22:00.123 Chrome/141.0.0.0 SSL routines::bad std::string",
            "10:22:00.123 Chrome/141.0.0.0 SSL routines::bad std::string".to_owned(),
        ),
    ] {
        assert_eq!(hide(text), wanted);
    }
    // Both names of an address are one.
    assert_eq!(value(Field::ClientIp, "198.51.100.7"), v4);
    assert_eq!(value(Field::Xff, "198.51.100.7, unknown"), format!("{v4}, unknown"));
}

fn parse(address: &str) -> bool {
    crate::text::net::parse_ip(address.as_bytes()).is_some()
}

#[test]
fn names_are_the_same_whoever_names_them() {
    let ana = value(Field::UserId, "ana@mail.example");
    assert!(ana.starts_with("user-") && ana.len() == 17, "{ana}");
    assert_eq!(hide("mail of Ana@Mail.Example, usrID='ana%40mail.example'"), format!("mail of {ana}, usrID='{ana}'"));
    assert_eq!(hide(r"corp\ana"), value(Field::DstUser, r"CORP\Ana"));
    let host = value(Field::Host, "www.shop.com");
    assert_eq!(value(Field::SniHostname, "WWW.shop.com."), host);
    assert_eq!(value(Field::Host, "www.shop.com:8443"), format!("{host}:8443"));
    assert_eq!(value(Field::Referer, "https://www.shop.com:8443/a?b#c"), format!("https://{host}:8443/a?***"));
    assert_eq!(hide("Host: www.shop.com\r\nx"), format!("Host: {host}\r\nx"));
    assert_eq!(hide(r#"{"host":{"name":"www.shop.com"}}"#), format!(r#"{{"host":{{"name":"{host}"}}}}"#));
    // A domain is one, with as many labels.
    let (domain, label) = (value(Field::Host, "shop.com"), host.split_once('.').unwrap().0);
    assert_eq!(host, format!("{label}.{domain}"));
    assert!(domain.ends_with(".example") && domain.starts_with("host-") && label.starts_with("host-"));
    assert_ne!(value(Field::Host, "shop.org"), domain);
    // A server's name stays, unless it is that of a host.
    assert_eq!(value(Field::ServerName, "web-1"), "web-1");
    assert_eq!(value(Field::PoolName, "api-pool"), "api-pool");
    assert_eq!(value(Field::ServerName, "shop.com"), domain);
    assert!(value(Field::ClientSession, "abc").starts_with("session-"));
    assert_eq!(value(Field::CapturedRequestCookie, "SID=a b=c"), "SID=***");
    assert_eq!(
        value(Field::CapturedRequestHeaders, "www.shop.com|a=b;c=d|curl/8"),
        format!("{host}|a=***;c=***|curl/8")
    );
    assert_eq!(value(Field::UriQuery, "a=b&c=d&e"), "a=***&c=***&***");
    for nothing in ["-", "<NULL>", "unknown"] {
        assert_eq!(value(Field::UserId, nothing), nothing);
    }
    let other = Anonymiser::new(&Secret([8; 16])).value(Field::UserId, "ana@mail.example");
    assert_ne!(other, ana);
}

#[test]
fn an_identifier_keeps_all_but_the_addresses_in_it() {
    let id = value(Field::TransactionId, "c6336407-05f1-0c0a0a14-1a1edb85186-000010d5");
    assert_eq!((&id[8..14], &id[22..35], id.len()), ("-05f1-", "-1a1edb85186-", 43));
    let address = u32::from_str_radix(&id[..8], 16).unwrap();
    assert_eq!(std::net::Ipv4Addr::from_bits(address).to_string(), hide("198.51.100.7"));
}

#[test]
fn examples_are_the_first_of_each_kind() {
    let mut anonymiser = Anonymiser::new(&SECRET);
    anonymiser.entry(b"192.0.2.1 192.0.2.1 192.0.2.2 192.0.2.3 a?b=c 127.0.0.1", None);
    let from: Vec<_> = anonymiser.changes.list.iter().map(|change| (change.hidden, change.from.as_str())).collect();
    assert_eq!(from, [(Hidden::Address, "192.0.2.1"), (Hidden::Address, "192.0.2.2"), (Hidden::Credential, "c")]);
}

proptest! {
    /// No bytes make it panic, and what is no letter or digit around what is replaced comes through.
    #[test]
    fn any_bytes_come_through(text in prop::collection::vec(any::<u8>(), 0..200)) {
        Anonymiser::new(&SECRET).entry(&text, None);
    }

    #[test]
    fn any_pieces_of_logs_come_through(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..30),
    ) {
        let text = pieces.concat();
        let hidden = hide(&text);
        prop_assert!(!hidden.contains("198.51.100.7"), "{} -> {}", text, hidden);
    }
}

const PIECES: [&str; 34] = [
    "\"",
    "'",
    "\\\"",
    "\\",
    "%",
    "%22",
    "%3A",
    "#22",
    "\\x22",
    "\\u0022",
    "?",
    "&",
    "=",
    ":",
    "::",
    "://",
    "@",
    "{",
    "}",
    "[",
    "]",
    "|",
    ",",
    " ",
    "\n",
    "cookie",
    "Authorization",
    "user",
    "host",
    "token_payload",
    "Bearer ",
    "2001:db8",
    " 198.51.100.7 ",
    "é",
];
