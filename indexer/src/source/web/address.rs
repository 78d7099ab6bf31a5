//! Which addresses may be connected to: a page that somebody else wrote must not lead the indexer to
//! what only this machine or its network can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who can reach an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everybody.
    Public,
    /// Who is inside of its network, or on its machine: only where the host is allowed by name.
    Private,
    /// Nobody in earnest, or a cloud's metadata service: never.
    Never,
}

/// Cloud metadata at an address that is not link-local.
const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// Who can reach an address, by the special-purpose registries (RFC 6890 and those after it).
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        // Link-local, which is where clouds have their metadata; and Azure's, which is public by number.
        [169, 254, ..] | [168, 63, 129, 16] | [100, 100, 100, 200] => Reach::Never,
        // "This network", multicast, reserved and broadcast.
        [0, ..] | [224..=255, ..] => Reach::Never,
        // Documentation, benchmarks, protocol assignments, the old 6to4 relays, AS112.
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18..=19, ..] => Reach::Never,
        [192, 0, 0, _] | [192, 88, 99, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _] => {
            Reach::Never
        }
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Reach::Private,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(inside) = embedded(address) {
        return reach_v4(inside);
    }
    if address == METADATA {
        return Reach::Never;
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff, ..] => Reach::Private,
        // Documentation, ORCHID, benchmarks, Teredo and the other protocol assignments below 2001::/23.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Reach::Never,
        // The rest of what is in use as unicast.
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (NAT64), 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => Some(join(high, low)),
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(join(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Reach, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn public_addresses() {
        check(
            Reach::Public,
            &["1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"],
        );
        check(
            Reach::Public,
            &["2606:4700::1111", "2a00::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
        );
    }

    #[test]
    fn private_addresses() {
        check(
            Reach::Private,
            &["127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.1", "192.168.0.1"],
        );
        check(
            Reach::Private,
            &["100.64.0.1", "100.127.255.1", "::1", "fc00::1", "fd12::1", "::ffff:10.0.0.1"],
        );
        check(
            Reach::Private,
            &["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "::ffff:0:10.0.0.1"],
        );
    }

    #[test]
    fn addresses_of_nobody() {
        check(
            Reach::Never,
            &["169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255"],
        );
        check(
            Reach::Never,
            &["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "240.0.0.1", "192.0.0.8"],
        );
        check(
            Reach::Never,
            &["::", "fe80::1", "ff02::1", "2001:db8::1", "fd00:ec2::254", "::ffff:169.254.169.254"],
        );
        check(
            Reach::Never,
            &["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fec0::1", "100::1", "64:ff9b:1::1", "2001::1"],
        );
    }
}
