//! The country that an address was assigned to by its regional registry.

/// Two letters; empty where no registry assigned it, or the text is no address.
pub fn country(text: &[u8]) -> Vec<u8> {
    let code = std::str::from_utf8(text).ok().and_then(iptocc::country_code);
    code.unwrap_or_default().as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::country;

    #[test]
    fn addresses_have_countries_or_none() {
        assert_eq!(country(b"193.0.6.139"), b"NL");
        assert_eq!(country(b"2001:67c:2e8::1"), b"NL");
        assert_eq!(country(b"133.11.0.1"), b"JP");
        for none in ["10.0.0.1", "192.0.2.1", "-", "", "X.X.X.1", "999.1.1.1"] {
            assert_eq!(country(none.as_bytes()), b"", "{none}");
        }
        assert_eq!(country(b"\xff"), b"");
    }
}
