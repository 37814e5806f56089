//! Networks that somebody gave names: a line for each group, `10.30.0.0/16, 10.31.4.7 = Zurich office`.

use super::net::{IpKey, Network, parse_ip};

/// Groups in the order in which they were written: an address belongs to the first that holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpGroups(Vec<(Network, String)>);

impl IpGroups {
    /// What can be read of the text, and what cannot: the line, from 1, and what is wrong with it. Empty lines and those that
    /// begin with `#` say nothing.
    pub fn read(text: &str) -> (IpGroups, Vec<(usize, String)>) {
        let (mut groups, mut wrong) = (Vec::new(), Vec::new());
        for (nth, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (networks, name) = match line.split_once('=').map(|(networks, name)| (networks.trim(), name.trim())) {
                Some((networks, name)) if !networks.is_empty() && !name.is_empty() => (networks, name),
                _ => {
                    wrong.push((nth + 1, format!("expected `network = name`, found `{line}`")));
                    continue;
                }
            };
            for written in networks.split(',').map(str::trim).filter(|written| !written.is_empty()) {
                match network(written) {
                    Some(network) => groups.push((network, name.to_owned())),
                    None => {
                        wrong.push((nth + 1, format!("`{written}` is no network such as 10.30.0.0/16, and no address")))
                    }
                }
            }
        }
        (IpGroups(groups), wrong)
    }

    /// The name of the first group that holds the address.
    pub fn of(&self, address: IpKey) -> Option<&str> {
        self.0.iter().find(|(network, _)| network.contains(address)).map(|(_, name)| name.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `address/bits`, `address..address`, or one address.
fn network(text: &str) -> Option<Network> {
    let one = |text: &str| parse_ip(text.trim().as_bytes());
    let range = || {
        let (first, last) = text.split_once("..")?;
        let range = Network { first: one(first)?, last: one(last)? };
        (range.first <= range.last).then_some(range)
    };
    let single = || one(text).map(|address| Network { first: address, last: address });
    Network::parse(text.as_bytes()).or_else(range).or_else(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_group_that_holds_an_address_names_it() {
        let text = "# offices\n10.30.0.0/16, 192.0.2.7 = Zurich\n\n10.0.0.0/8 = all = of ours\n2001:db8::/32=six\n10.99.0.1..10.99.0.9 = never";
        let (groups, wrong) = IpGroups::read(text);
        assert!(wrong.is_empty() && !groups.is_empty());
        let of = |address: &str| groups.of(parse_ip(address.as_bytes()).unwrap());
        assert_eq!(of("10.30.4.31"), Some("Zurich"));
        assert_eq!(of("192.0.2.7"), Some("Zurich"));
        assert_eq!(of("::ffff:10.99.0.5"), Some("all = of ours"));
        assert_eq!(of("2001:db8::1"), Some("six"));
        assert_eq!(of("192.0.2.8"), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_is_used() {
        let (groups, wrong) =
            IpGroups::read("10.0.0.0/40 = a\nnothing\n= b\n10.0.0.1 =\n9.9.9.9..1.1.1.1, 10.1.1.1 = c");
        assert_eq!(wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert!(wrong[0].1.contains("`10.0.0.0/40` is no network"));
        assert_eq!(groups.of(parse_ip(b"10.1.1.1").unwrap()), Some("c"));
    }
}
