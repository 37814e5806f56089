//! What becomes of a column, by PAN-OS's name for it: one table for all log types and for the web interface's export.

use crate::record::Field;

/// What is done with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// Says nothing to a reader, or is read elsewhere.
    Skip,
    /// Has no field: shown in the opened log.
    Extra,
    Text(Field),
    Int(Field),
    /// An address; `0.0.0.0` and `::` stand for none.
    Address(Field),
    /// A port; 0 stands for none.
    Port(Field),
    Subtype,
    Received,
    Generated,
    Start,
    HighResolution,
    /// Seconds.
    Elapsed,
    Action,
    Application,
    EndReason,
    Severity,
    Flags,
    /// The URL of a URL log, the name of a file else.
    Misc,
    /// The second of two columns with the address a proxy passed on: the first counts.
    XffAddress,
}

const TAKES: &[(&str, Take)] = &[
    ("type", Take::Skip),
    ("receive_time", Take::Received),
    ("time_generated", Take::Generated),
    ("start", Take::Start),
    ("high_res_timestamp", Take::HighResolution),
    ("elapsed", Take::Elapsed),
    ("subtype", Take::Subtype),
    ("serial", Take::Text(Field::DeviceSerial)),
    ("device_name", Take::Text(Field::ServiceEngine)),
    ("vsys", Take::Text(Field::VirtualService)),
    ("seqno", Take::Int(Field::LogId)),
    // ── who ──
    ("src", Take::Text(Field::ClientIp)),
    ("ip", Take::Text(Field::ClientIp)),
    ("host", Take::Text(Field::ClientIp)),
    ("public_ip", Take::Address(Field::ClientIp)),
    ("public_ipv6", Take::Address(Field::ClientIp)),
    ("sport", Take::Int(Field::ClientPort)),
    ("natsrc", Take::Address(Field::SrcNatIp)),
    ("natsport", Take::Port(Field::SrcNatPort)),
    ("srcloc", Take::Text(Field::ClientLocation)),
    ("srcregion", Take::Text(Field::ClientLocation)),
    ("srcuser", Take::Text(Field::UserId)),
    ("user", Take::Text(Field::UserId)),
    ("admin", Take::Text(Field::UserId)),
    ("from", Take::Text(Field::SrcZone)),
    ("inbound_if", Take::Text(Field::InboundIf)),
    ("src_host", Take::Text(Field::SrcHost)),
    ("machinename", Take::Text(Field::SrcHost)),
    ("src_osfamily", Take::Text(Field::ClientOs)),
    ("client_os", Take::Text(Field::ClientOs)),
    ("os", Take::Text(Field::ClientOs)),
    ("src_category", Take::Text(Field::ClientDevice)),
    ("user_agent", Take::Text(Field::UserAgent)),
    ("referer", Take::Text(Field::Referer)),
    ("xff", Take::Text(Field::Xff)),
    ("xff_ip", Take::XffAddress),
    // ── with whom ──
    ("dst", Take::Text(Field::ServerIp)),
    ("dport", Take::Int(Field::ServerPort)),
    ("natdst", Take::Address(Field::DstNatIp)),
    ("natdport", Take::Port(Field::DstNatPort)),
    ("dstloc", Take::Text(Field::DstLocation)),
    ("dstuser", Take::Text(Field::DstUser)),
    ("to", Take::Text(Field::DstZone)),
    ("outbound_if", Take::Text(Field::OutboundIf)),
    ("dst_host", Take::Text(Field::DstHost)),
    // ── the session ──
    ("rule", Take::Text(Field::PolicyRule)),
    ("app", Take::Application),
    ("sessionid", Take::Text(Field::SessionId)),
    ("repeatcnt", Take::Int(Field::RepeatCount)),
    ("proto", Take::Text(Field::Protocol)),
    ("flags", Take::Flags),
    ("action", Take::Action),
    ("action_source", Take::Text(Field::ActionSource)),
    ("session_end_reason", Take::EndReason),
    ("category", Take::Text(Field::Category)),
    ("bytes", Take::Int(Field::TotalBytes)),
    ("bytes_sent", Take::Int(Field::RequestLength)),
    ("bytes_received", Take::Int(Field::ResponseLength)),
    ("packets", Take::Int(Field::Packets)),
    ("pkts_sent", Take::Int(Field::PacketsSent)),
    ("pkts_received", Take::Int(Field::PacketsReceived)),
    ("category_of_app", Take::Text(Field::AppCategory)),
    ("subcategory_of_app", Take::Text(Field::AppSubcategory)),
    ("risk_of_app", Take::Int(Field::AppRisk)),
    // ── threats ──
    ("misc", Take::Misc),
    ("threatid", Take::Text(Field::Threat)),
    ("thr_category", Take::Text(Field::ThreatCategory)),
    ("severity", Take::Severity),
    ("direction", Take::Text(Field::Direction)),
    ("contenttype", Take::Text(Field::ResponseContentType)),
    ("http_method", Take::Text(Field::Method)),
    ("filedigest", Take::Text(Field::FileDigest)),
    ("filetype", Take::Text(Field::FileType)),
    // ── what is no session ──
    ("eventid", Take::Text(Field::EventKind)),
    ("event", Take::Text(Field::EventKind)),
    ("opaque", Take::Text(Field::Message)),
    ("desc", Take::Text(Field::Message)),
    ("error", Take::Text(Field::Message)),
    ("evidence", Take::Text(Field::Message)),
    ("cmd", Take::Text(Field::Command)),
    ("path", Take::Text(Field::ConfigPath)),
    ("result", Take::Text(Field::Result)),
    ("status", Take::Text(Field::Result)),
    ("stage", Take::Text(Field::Stage)),
    ("tls_version", Take::Text(Field::SslVersion)),
    ("tls_enc", Take::Text(Field::SslEncryption)),
    ("sni", Take::Text(Field::SniHostname)),
];

/// What is done with the column of this name.
pub(super) fn take(name: &str) -> Take {
    TAKES.iter().find(|row| row.0 == name).map_or(Take::Extra, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice() {
        for (nth, row) in TAKES.iter().enumerate() {
            assert!(TAKES[..nth].iter().all(|before| before.0 != row.0), "{}", row.0);
        }
    }
}
