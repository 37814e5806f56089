//! The keys of an Avi client log: which field each fills and what its presence says about the kind of entry.
//!
//! Names and meaning are those of the analytics log API (application and connection logs, up to release 30.2). Keys
//! that are not here, and those marked [`Take::Other`], are shown in the expanded entry only.

use crate::record::Field;
use crate::text::bytes;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    Text(Field),
    Int(Field),
    /// Milliseconds in the log.
    Ms(Field),
    Bool(Field),
    /// The IPv6 form of an address field, which is then empty or 0.0.0.0.
    Ip6(Field),
    Report,
    Start,
    Ended,
    Significance,
    SignificantLog,
    HttpVersion,
    Icap,
    Waf,
    /// A text that only DNS has.
    DnsText(Field),
    DnsIps,
    DnsRequest,
    DnsResponse,
    Protocol,
    Sip,
    Other,
}

/// What a key says about its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Other products' logs may have it too.
    None,
    /// Only Avi writes it.
    Avi,
    /// An application log (L7); other products' logs may have it too.
    Http,
    /// An application log of Avi.
    AviHttp,
    /// A connection log (L4).
    Connection,
    /// An event of the controller, which is no client log.
    Event,
}

impl Take {
    /// False where fields hold at most a summary of the value.
    pub fn is_field(self) -> bool {
        !matches!(
            self,
            Take::SignificantLog
                | Take::Icap
                | Take::Waf
                | Take::DnsRequest
                | Take::DnsResponse
                | Take::Sip
                | Take::Other
        )
    }
}

impl Sign {
    /// The key makes it worth reading the entry as Avi's.
    pub fn is_telling(self) -> bool {
        !matches!(self, Sign::None | Sign::Http)
    }
}

/// The key of that name.
pub fn find(name: &str) -> Option<(Take, Sign)> {
    let name = name.as_bytes();
    let ends = name.len().checked_sub(8).and_then(|last| Some((bytes::word(name, 0)?, bytes::word(name, last)?)));
    let mut at = place(ends.unwrap_or_else(|| of_ends(name)));
    loop {
        let (known, take, sign) = KEYS[PLACES[at].checked_sub(1)? as usize];
        if bytes::same(known.as_bytes(), name) {
            return Some((take, sign));
        }
        at = (at + 1) % PLACES.len();
    }
}

/// The first and the last eight bytes of a name, each as a number; of a shorter one all of it.
const fn of_ends(name: &[u8]) -> (u64, u64) {
    let (mut first, mut last, mut at) = (0, 0, 0);
    while at < name.len() {
        let byte = name[at] as u64;
        if at < 8 {
            first |= byte << (8 * at);
        }
        if at + 8 >= name.len() && name.len() >= 8 {
            last |= byte << (8 * (at + 8 - name.len()));
        }
        at += 1;
    }
    (first, last)
}

/// Where to look for a name first. An entry has sixty keys, alike in their beginnings: a search in a sorted list compares
/// each of them eight times.
const fn place((first, last): (u64, u64)) -> usize {
    let all = (first ^ last.rotate_left(21)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (all >> 32) as usize % 1024
}

/// For each place a key, from 1, and 0 where none is; what found its place taken has the next that was free.
static PLACES: [u8; 1024] = {
    assert!(KEYS.len() <= u8::MAX as usize);
    let mut places = [0; 1024];
    let mut nth = 0;
    while nth < KEYS.len() {
        let mut at = place(of_ends(KEYS[nth].0.as_bytes()));
        while places[at] > 0 {
            at = (at + 1) % places.len();
        }
        places[at] = nth as u8 + 1;
        nth += 1;
    }
    places
};

/// Sorted by name, so that none is there twice.
#[rustfmt::skip]
const KEYS: &[(&str, Take, Sign)] = {
    use {Sign::{Avi, AviHttp, Connection, Event, Http}, Take::*};
    &[
        ("adf", Bool(Field::Significant), Avi),
        ("all_request_headers", Text(Field::AllRequestHeaders), Avi),
        ("all_response_headers", Text(Field::AllResponseHeaders), Avi),
        ("app_response_time", Ms(Field::AppResponseTime), Avi),
        ("auth_status", Text(Field::AuthStatus), Sign::None),
        ("average_turntime", Ms(Field::TurnTime), Connection),
        ("avg_ingress_latency_be", Int(Field::AvgIngressBe), Avi),
        ("avg_ingress_latency_fe", Int(Field::AvgIngressFe), Avi),
        ("body_updated", Text(Field::BodyUpdated), Avi),
        ("bot_management_log", Other, Avi),
        ("cache_disabled_by_ds", Bool(Field::CacheDisabledByDs), Avi),
        ("cache_hit", Bool(Field::CacheHit), Sign::None),
        ("cacheable", Bool(Field::Cacheable), Sign::None),
        ("cipher_bytes", Other, Avi),
        ("client_browser", Text(Field::ClientBrowser), AviHttp),
        ("client_cipher_list", Other, Avi),
        ("client_dest_port", Int(Field::VsPort), Avi),
        ("client_device", Text(Field::ClientDevice), AviHttp),
        ("client_fingerprints", Other, Avi),
        ("client_insights", Text(Field::ClientInsights), Avi),
        ("client_ip", Text(Field::ClientIp), Sign::None),
        ("client_ip6", Ip6(Field::ClientIp), Avi),
        ("client_location", Text(Field::ClientLocation), Sign::None),
        ("client_log_filter_name", Text(Field::ClientLogFilter), Avi),
        ("client_os", Text(Field::ClientOs), AviHttp),
        ("client_rtt", Ms(Field::ClientRtt), Avi),
        ("client_src_port", Int(Field::ClientPort), Sign::None),
        ("compression", Text(Field::Compression), Sign::None),
        ("compression_percentage", Int(Field::CompressionPercentage), Avi),
        ("conn_est_time_be", Int(Field::ConnEstBe), Avi),
        ("conn_est_time_fe", Int(Field::ConnEstFe), Avi),
        ("connection_ended", Ended, Connection),
        ("connection_error_info", Other, Avi),
        ("critical_error_encountered", Bool(Field::CriticalError), Avi),
        ("data_transfer_time", Ms(Field::DataTransferTime), Avi),
        ("datascript_error_trace", Other, Avi),
        ("datascript_log", Text(Field::DatascriptLog), Avi),
        ("dns_etype", DnsText(Field::DnsEntry), Connection),
        ("dns_fqdn", DnsText(Field::DnsFqdn), Connection),
        ("dns_ips", DnsIps, Connection),
        ("dns_qtype", DnsText(Field::DnsType), Connection),
        ("dns_request", DnsRequest, Connection),
        ("dns_response", DnsResponse, Connection),
        ("dns_tcp_conn_close_from_se", Bool(Field::DnsTcpClosed), Connection),
        ("ds_log", Text(Field::DatascriptLog), Connection),
        ("etag", Text(Field::Etag), Http),
        ("event_details", Other, Event),
        ("event_id", Other, Event),
        ("grpc_method_name", Text(Field::GrpcMethod), Sign::None),
        ("grpc_service_name", Text(Field::GrpcService), Sign::None),
        ("grpc_status", Int(Field::GrpcStatus), Sign::None),
        ("grpc_status_reason_phrase", Text(Field::GrpcReason), Sign::None),
        ("gslbpool_name", Text(Field::GslbPool), Connection),
        ("gslbservice", Text(Field::GslbUuid), Connection),
        ("gslbservice_name", Text(Field::GslbService), Connection),
        ("headers_received_from_server", Text(Field::HeadersFromServer), Avi),
        ("headers_sent_to_server", Text(Field::HeadersToServer), Avi),
        ("host", Text(Field::Host), Http),
        ("http2_stream_id", Int(Field::Http2Stream), Sign::None),
        ("http_request_policy_rule_name", Text(Field::HttpRequestRule), Avi),
        ("http_response_policy_rule_name", Text(Field::HttpResponseRule), Avi),
        ("http_security_policy_rule_name", Text(Field::HttpSecurityRule), Avi),
        ("http_version", HttpVersion, Http),
        ("icap_log", Icap, Avi),
        ("jwt_log", Other, Avi),
        ("log_id", Int(Field::LogId), Avi),
        ("max_ingress_latency_be", Int(Field::MaxIngressBe), Avi),
        ("max_ingress_latency_fe", Int(Field::MaxIngressFe), Avi),
        ("method", Text(Field::Method), Http),
        ("microservice", Other, Avi),
        ("microservice_name", Text(Field::Microservice), Avi),
        ("mss", Int(Field::Mss), Connection),
        ("network_security_policy_rule_name", Text(Field::NetworkSecurityRule), Avi),
        ("ntlm_log", Other, Avi),
        ("num_syn_retransmit", Int(Field::SynRetransmits), Connection),
        ("num_transaction", Int(Field::Transactions), Connection),
        ("num_window_shrink", Other, Connection),
        ("oauth_log", Other, Avi),
        ("obj_type", Other, Event),
        ("ocsp_status_resp_sent", Bool(Field::OcspSent), Avi),
        ("oob_log", Other, Avi),
        ("orig_uri", Text(Field::OrigUri), AviHttp),
        ("out_of_orders", Int(Field::OutOfOrders), Connection),
        ("paa_log", Other, Avi),
        ("persistence_used", Bool(Field::PersistenceUsed), Avi),
        ("persistent_session_id", Text(Field::PersistentSession), Sign::None),
        ("pool", Text(Field::PoolUuid), Sign::None),
        ("pool_name", Text(Field::PoolName), Sign::None),
        ("protocol", Protocol, Sign::None),
        ("proxy_protocol", Text(Field::ProxyProtocol), Connection),
        ("redirected_uri", Text(Field::RedirectedUri), AviHttp),
        ("referer", Text(Field::Referer), Http),
        ("report_timestamp", Report, Avi),
        ("request_content_type", Text(Field::RequestContentType), Http),
        ("request_headers", Other, Sign::None),
        ("request_id", Text(Field::RequestId), Sign::None),
        ("request_length", Int(Field::RequestLength), Sign::None),
        ("request_served_locally_remote_site_down", Bool(Field::ServedLocally), Avi),
        ("request_state", Text(Field::RequestState), Avi),
        ("response_code", Int(Field::ResponseCode), Http),
        ("response_content_type", Text(Field::ResponseContentType), Http),
        ("response_headers", Other, Sign::None),
        ("response_length", Int(Field::ResponseLength), Sign::None),
        ("response_time_first_byte", Ms(Field::ResponseFirstByte), Avi),
        ("response_time_last_byte", Ms(Field::ResponseLastByte), Avi),
        ("retransmits", Int(Field::Retransmits), Connection),
        ("rewritten_uri_path", Text(Field::RewrittenPath), AviHttp),
        ("rewritten_uri_query", Text(Field::RewrittenQuery), AviHttp),
        ("rx_bytes", Int(Field::RxBytes), Connection),
        ("rx_pkts", Int(Field::PacketsSent), Connection),
        ("saml_auth_request_generated", Bool(Field::SamlRequest), Avi),
        ("saml_auth_response_received", Bool(Field::SamlResponse), Avi),
        ("saml_auth_session_id", Text(Field::SamlSession), Avi),
        ("saml_authentication_used", Bool(Field::SamlUsed), Avi),
        ("saml_log", Other, Avi),
        ("saml_session_cookie_valid", Bool(Field::SamlCookieValid), Avi),
        ("server_conn_src_ip", Text(Field::ServerConnIp), Avi),
        ("server_conn_src_ip6", Ip6(Field::ServerConnIp), Avi),
        ("server_connection_reused", Bool(Field::ServerConnReused), Avi),
        ("server_dest_port", Int(Field::ServerPort), Sign::None),
        ("server_ip", Text(Field::ServerIp), Sign::None),
        ("server_ip6", Ip6(Field::ServerIp), Avi),
        ("server_name", Text(Field::ServerName), Sign::None),
        ("server_num_window_shrink", Other, Connection),
        ("server_out_of_orders", Int(Field::ServerOutOfOrders), Connection),
        ("server_push_initiated", Bool(Field::ServerPushInitiated), Avi),
        ("server_pushed_request", Bool(Field::ServerPushed), Avi),
        ("server_response_code", Int(Field::ServerResponseCode), Avi),
        ("server_response_length", Int(Field::ServerResponseLength), Avi),
        ("server_response_time_first_byte", Ms(Field::ServerFirstByte), Avi),
        ("server_response_time_last_byte", Ms(Field::ServerLastByte), Avi),
        ("server_retransmits", Int(Field::ServerRetransmits), Connection),
        ("server_rtt", Ms(Field::ServerRtt), Avi),
        ("server_rx_bytes", Int(Field::ServerRxBytes), Connection),
        ("server_rx_pkts", Other, Connection),
        ("server_side_redirect_uri", Text(Field::ServerSideRedirect), AviHttp),
        ("server_src_port", Int(Field::ServerConnPort), Sign::None),
        ("server_ssl_session_id", Text(Field::ServerSslSessionId), Avi),
        ("server_ssl_session_reused", Bool(Field::ServerSslReused), Avi),
        ("server_timeouts", Int(Field::ServerTimeouts), Connection),
        ("server_total_bytes", Int(Field::ServerTotalBytes), Connection),
        ("server_total_pkts", Int(Field::ServerTotalPackets), Connection),
        ("server_tx_bytes", Int(Field::ServerTxBytes), Connection),
        ("server_tx_pkts", Other, Connection),
        ("server_zero_window_size_events", Int(Field::ServerZeroWindows), Connection),
        ("servers_tried", Int(Field::ServersTried), Avi),
        ("service_engine", Text(Field::ServiceEngine), Avi),
        ("session_id", Text(Field::SessionId), Sign::None),
        ("significance", Significance, Avi),
        ("significant", Int(Field::SignificantMask), Avi),
        ("significant_log", SignificantLog, Avi),
        ("sip_log", Sip, Connection),
        ("sni_hostname", Text(Field::SniHostname), Sign::None),
        ("source_ip", Text(Field::SourceIp), Sign::None),
        ("source_ip6", Ip6(Field::SourceIp), Avi),
        ("spdy_version", Other, Avi),
        ("ssl_cipher", Text(Field::SslCipher), Sign::None),
        ("ssl_session_id", Text(Field::SslSessionId), Sign::None),
        ("ssl_version", Text(Field::SslVersion), Sign::None),
        ("start_timestamp", Start, Connection),
        ("tenant_name", Text(Field::TenantName), Sign::None),
        ("timeouts", Int(Field::Timeouts), Connection),
        ("total_bytes", Int(Field::TotalBytes), Sign::None),
        ("total_pkts", Int(Field::Packets), Connection),
        ("total_time", Ms(Field::TotalTime), Sign::None),
        ("tx_bytes", Int(Field::TxBytes), Connection),
        ("tx_pkts", Int(Field::PacketsReceived), Connection),
        ("udf", Bool(Field::Udf), Avi),
        ("uri_path", Text(Field::UriPath), AviHttp),
        ("uri_query", Text(Field::UriQuery), AviHttp),
        ("user_agent", Text(Field::UserAgent), Http),
        ("user_id", Text(Field::UserId), Sign::None),
        ("vcpu_id", Int(Field::VcpuId), Avi),
        ("vh_match_rule", Text(Field::VhMatchRule), Avi),
        ("virtualservice", Text(Field::VsUuid), Avi),
        ("vs_ip", Text(Field::VsIp), Avi),
        ("vs_ip6", Ip6(Field::VsIp), Avi),
        ("vs_name", Text(Field::VirtualService), Avi),
        ("waf_log", Waf, Avi),
        ("xff", Text(Field::Xff), Http),
        ("zero_window_size_events", Int(Field::ZeroWindows), Connection),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_fill_fields_of_their_kind() {
        assert!(KEYS.is_sorted_by(|a, b| a.0 < b.0));
        for (name, take, _) in KEYS {
            let fits = match take {
                Take::Text(field) | Take::DnsText(field) | Take::Ip6(field) => !field.kind().is_number(),
                Take::Int(field) | Take::Ms(field) | Take::Bool(field) => field.kind().is_number(),
                _ => true,
            };
            assert!(fits, "{name}");
            assert!(find(name).is_some());
            for near in [&name[1..], &name[..name.len() - 1], &format!("{name}_"), &name.to_uppercase()] {
                assert_eq!(find(near).is_some(), KEYS.iter().any(|key| key.0 == near), "{near}");
            }
        }
        assert_eq!(find(""), None);
    }
}
