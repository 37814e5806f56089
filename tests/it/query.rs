//! The search language from outside: every operator on entries as they are, and what must hold for any text.

use hopscope::query::{Checked, compile, complete, edit, parse, quote_value};
use hopscope::record::Field;
use proptest::prelude::*;

/// Whether a search of one field holds for a value; numbers as columns hold them.
fn holds(search: &str, value: &str) -> bool {
    match compile(search) {
        Ok(Checked::Number { test, .. }) => test.matches(value.parse().expect("a number")),
        Ok(Checked::Word { test, .. }) => test.matches(value.as_bytes()),
        Ok(Checked::Ip { test, .. }) => test.matches(value.as_bytes()),
        other => panic!("{search}: {other:?}"),
    }
}

#[test]
fn every_operator_does_what_the_help_says() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("method=get", &["GET", "get"], &["GETS", "POST"]),
        ("method!=GET", &["POST"], &["GET", "get"]),
        ("uri~=Admin", &["/x/admin/y", "ADMIN"], &["/adm"]),
        ("uri!~=admin", &["/adm"], &["/x/Admin"]),
        ("uri^=/a", &["/A/b"], &["x/a"]),
        ("uri$=.PNG", &["/a.png"], &["/a.png?x"]),
        ("uri!^=/a", &["x"], &["/a"]),
        ("termination_state=sH--", &["sH--"], &["SH--", "sh--"]),
        ("termination_state^=C", &["CD--"], &["cD--"]),
        ("method in (GET, \"HEAD\")", &["get", "HEAD"], &["POST"]),
        ("method not in (GET, HEAD)", &["POST"], &["get"]),
        ("client_location=\"US\"", &["us"], &["USA"]),
        ("resp_code>=500", &["500", "503"], &["499"]),
        ("resp_code > 500", &["501"], &["500"]),
        ("status<400", &["399"], &["400"]),
        ("response_code<=400", &["400"], &["401"]),
        ("response_code=\"404\"", &["404"], &["405"]),
        ("response_code=5xx", &["500", "599"], &["600", "499"]),
        ("response_code!=5xx", &["499"], &["500"]),
        ("response_code=500..503", &["500", "503"], &["504"]),
        ("response_code in (404, 5xx)", &["404", "500"], &["403"]),
        ("total_time>500", &["500001"], &["500000"]),
        ("total_time>=1.5s", &["1500000"], &["1499999"]),
        ("total_time=1m..2m", &["90000000"], &["59999999"]),
        ("response_length>=1MB", &["1000000"], &["999999"]),
        ("response_length<1MiB", &["1048575"], &["1048576"]),
        ("start_time=2024-01-03 13:15", &["1704287700000000", "1704287759999999"], &["1704287760000000"]),
        ("time>=\"2024-01-03T14:15+01:00\"", &["1704287700000000"], &["1704287699999999"]),
        ("tls=true", &["1"], &["0"]),
        ("adf!=yes", &["0"], &["1"]),
        ("client_ip=10.0.0.1", &["10.0.0.1", "::ffff:10.0.0.1"], &["10.0.0.10"]),
        ("client_ip^=\"10.30.\"", &["10.30.4.31"], &["10.3.0.1"]),
        ("src~=.30.", &["10.30.4.31"], &["10.3.0.1"]),
        ("client_ip=10.0.0.0/8", &["10.200.0.1"], &["11.0.0.1", "X.X.X.23"]),
        ("client_ip!=10.0.0.0/8", &["11.0.0.1", "X.X.X.23"], &["10.200.0.1"]),
        ("client_ip=X.X.X.23", &["x.x.x.23"], &["X.X.X.24"]),
        ("client_ip>10.0.0.9", &["10.0.0.10"], &["10.0.0.9", "9.255.0.1"]),
        ("client_ip<=10.0.0.9", &["10.0.0.9", "9.0.0.1"], &["10.0.0.10"]),
        ("client_ip in (10.0.0.0/8, ::1)", &["10.1.1.1", "0:0::1"], &["::2"]),
        ("server_ip=2001:db8::/32", &["2001:DB8::7"], &["2001:db9::"]),
        ("significance=\"Server: down\"", &["a\u{1f}server: down"], &["a\u{1f}server: down again"]),
        ("significance!=a", &["b\u{1f}c"], &["b\u{1f}a"]),
        ("significance~=down", &["a\u{1f}server: down again"], &["a"]),
    ];
    for (search, matching, others) in cases {
        if *search == "uri!^=/a" {
            // Read as `NOT uri^=/a`.
            assert!(matches!(compile(search), Ok(Checked::Not(_))));
            continue;
        }
        matching.iter().for_each(|value| assert!(holds(search, value), "{search} must match {value}"));
        others.iter().for_each(|value| assert!(!holds(search, value), "{search} must not match {value}"));
    }
}

#[test]
fn exclusion_holds_where_there_is_no_value() {
    for (search, without) in [("method=a", false), ("method!=a", true), ("uri!~=a", true), ("uri~=a", false)] {
        let Ok(Checked::Word { test, .. }) = compile(search) else { panic!("{search}") };
        assert_eq!(test.holds_without_value(), without, "{search}");
    }
    let Ok(Checked::Number { test, .. }) = compile("response_code not in (200)") else { panic!() };
    assert!(test.holds_without_value());
}

#[test]
fn every_name_and_alias_is_understood() {
    for field in Field::ALL {
        for name in std::iter::once(&field.spec().name).chain(field.spec().aliases) {
            let search = format!("exists({})", name.to_uppercase());
            assert_eq!(parse(&search).root.to_string(), format!("exists({})", field.name()), "{search}");
        }
    }
}

#[test]
fn a_column_of_an_export_is_searched_by_its_name() {
    assert_eq!(compile("total_time_ms>1500.5").unwrap(), compile("total_time>1.5005s").unwrap());
    assert!(compile("response_code_ms>1").is_err());
}

/// Text in which the signs of the language are as frequent as letters.
fn searches() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            " ",
            "  ",
            "(",
            ")",
            "\"",
            "\\",
            "-",
            ",",
            "..",
            "/",
            "OR",
            "or",
            "AND",
            "not ",
            "NOT ",
            "in",
            " in (",
            "exists(",
            "missing(",
            "=",
            "!=",
            "~=",
            "!~=",
            "^=",
            "$=",
            ">",
            ">=",
            "<",
            "=~",
            "!^=",
            "method",
            "response_code",
            "src",
            "start_time",
            "tls",
            "2024-01-03",
            " 13:15",
            "500",
            "5xx",
            "10.0.0.0/8",
            "-15m",
            "ü",
            "İ",
            "ẞ",
            "\u{a0}",
            "\0",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,3}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Searches as the language has them, brackets within brackets.
fn sound_searches() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        prop::sample::select(vec![
            "iPhone",
            "\"not found\"",
            "not",
            "in",
            "<<<<<",
            "-",
            "a->b",
            "http://x?y=z",
            "/x(1)",
            "\"\"",
            "\"a \\\" b\"",
            "method",
            "resp_code >= 500",
            "status=5xx",
            "client_ip^=\"10.30.\"",
            "src = 10.0.0.0/8",
            "uri!^=/a",
            "start_time>=2024-01-03 13:15",
            "time=2024-01-03",
            "13:15",
            "method in (GET, \"A B\")",
            "host NOT IN (a,b)",
            "exists(xff)",
            "Missing( src )",
            "tls==true",
            "host=\"(\"",
            "host=\"\"",
            "uri=a\\b",
            "termination_state=sH--",
        ])
        .prop_map(str::to_owned),
        "[a-zA-ZäÜ/]{1,4}",
    ];
    term.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (
                prop::collection::vec(inner.clone(), 1..4),
                prop::sample::select(vec![" ", " AND ", " or ", " OR ", "  "])
            )
                .prop_map(|(parts, between)| format!("({})", parts.join(between))),
            (prop::collection::vec(inner.clone(), 1..4), prop::sample::select(vec![" ", " and ", " OR "]))
                .prop_map(|(parts, between)| parts.join(between)),
            (prop::sample::select(vec!["NOT ", "-", "not "]), inner).prop_map(|(not, part)| format!("{not}{part}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_strange(text in any::<String>(), cursor in 0usize..64) {
        let _ = compile(&text);
        let _ = complete::wanted(&text, cursor);
        let _ = edit::append_filter(&text, Field::Uri, hopscope::query::Op::Equal, &text);
    }

    #[test]
    fn places_lie_inside_the_text_and_fixes_apply(text in searches(), cursor in 0usize..64) {
        let errors = compile(&text).err().unwrap_or_default();
        for error in &errors {
            prop_assert!(text.get(error.span.start..error.span.end).is_some(), "{error:?}");
            prop_assert!(error.fixes.len() <= 2);
            for fix in &error.fixes {
                prop_assert!(text.get(fix.span.start..fix.span.end).is_some(), "{fix:?}");
                let _ = compile(&fix.apply(&text));
            }
        }
        for (index, term) in edit::terms(&text).iter().enumerate() {
            prop_assert!(text.get(term.span.start..term.span.end).is_some(), "{term:?}");
            let _ = edit::invert_term(&text, index);
        }
        let _ = complete::wanted(&text, cursor);
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same(text in prop_oneof![searches(), sound_searches()]) {
        let query = parse(&text);
        if query.errors.is_empty() {
            let printed = query.root.to_string();
            let again = parse(&printed);
            prop_assert_eq!(&again.errors, &[], "{}", printed);
            prop_assert_eq!(query.root.without_spans(), again.root.without_spans(), "{}", printed);
            prop_assert_eq!(again.root.to_string(), printed);
        }
    }

    #[test]
    fn removing_a_term_leaves_the_others(text in prop_oneof![searches(), sound_searches()]) {
        let query = parse(&text);
        if query.errors.is_empty() {
            let terms = query.root.terms();
            for index in 0..terms.len() {
                let fewer = edit::remove_term(&text, index);
                let rest: Vec<_> = terms.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, t)| t.without_spans()).collect();
                let again = parse(&fewer);
                prop_assert_eq!(&again.errors, &[], "{}", fewer);
                // A single group left over is read as its own terms.
                if rest.len() > 1 {
                    let left: Vec<_> = again.root.terms().iter().map(|term| term.without_spans()).collect();
                    prop_assert_eq!(left, rest, "{}", fewer);
                }
            }
        }
    }

    #[test]
    fn any_value_survives_quoting(value in any::<String>()) {
        let search = format!("x uri={} y", quote_value(&value));
        let query = parse(&search);
        prop_assert_eq!(&query.errors, &[]);
        let terms = edit::terms(&search);
        prop_assert_eq!(terms.len(), 3);
        prop_assert_eq!(&terms[1].value, &value);
    }

    #[test]
    fn an_added_filter_is_there_once(text in prop_oneof![searches(), sound_searches()], value in "[a-zA-Z \"()]{1,6}") {
        if parse(&text).errors.is_empty() {
            let op = hopscope::query::Op::Equal;
            let once = edit::append_filter(&text, Field::Host, op, &value);
            prop_assert_eq!(&parse(&once).errors, &[], "{}", once);
            prop_assert_eq!(&edit::append_filter(&once, Field::Host, op, &value), &once);
        }
    }
}

#[test]
fn a_bracket_inside_a_word_stays_the_words_own() {
    let once = edit::append_filter("a OR b(", Field::Host, hopscope::query::Op::Equal, "x");
    assert_eq!(once, "(a OR \"b(\") host=x");
    assert_eq!(parse(&once).errors, []);
}

#[test]
fn a_colon_after_a_field_is_not_taken_for_text() {
    let errors = compile("GET server:api2 status:504").unwrap_err();
    assert_eq!(errors.len(), 2);
    let fixed = errors[0].fixes[0].apply("GET server:api2 status:504");
    assert_eq!(fixed, "GET server_name=api2 status:504");
    let fixed = compile(&fixed).unwrap_err()[0].fixes[0].apply(&fixed);
    assert_eq!(fixed, "GET server_name=api2 response_code=504");
    assert!(compile(&fixed).is_ok());
    let text = errors[1].fixes[1].apply("GET server:api2 status:504");
    assert_eq!(text, "GET server:api2 \"status:504\"");
    // No field is called so, or it is plainly text.
    for text in ["10.0.0.1:80", "example.com:443", "\"status:504\"", "12:30", "nothere:5", "status:"] {
        assert!(compile(text).is_ok(), "{text}");
    }
}
