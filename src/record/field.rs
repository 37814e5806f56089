//! The one table of fields: every name that can be searched, shown or counted, whatever format it came from.
//!
//! Names are Avi's own where Avi has one, because the search language speaks them (Avi Vantage 20.1, "Virtual Service
//! Logs"; field list of the analytics log API). Adding a field is adding a row here.

use std::fmt;

/// What a field's values are; decides operators, alignment, units and the tile that shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A moment: microseconds since 1970-01-01T00:00:00 UTC.
    Time,
    /// A span of time: microseconds in memory, milliseconds in searches that name no unit.
    Duration,
    /// A size in bytes.
    Bytes,
    /// A whole number without unit.
    Int,
    /// 0 or 1.
    Bool,
    /// Text with few distinct values, compared without case.
    Enum,
    /// Text with few distinct values where case carries meaning (`C` client abort, `c` client timeout).
    EnumCase,
    /// Free text, compared without case.
    Text,
    /// An address as the log wrote it; ordered and matched as an address where it is one.
    Ip,
    /// Several texts, kept as one dictionary value with [`Kind::LIST_SEPARATOR`] between them.
    List,
    /// Long text that stays in the file (all headers, nested messages): shown in the expanded log and found by free
    /// text, but not a column.
    Body,
}

impl Kind {
    /// Between the elements of a list value: ASCII unit separator, which no log line carries.
    pub const LIST_SEPARATOR: u8 = 0x1f;

    /// True where a column holds dictionary codes rather than numbers.
    pub fn is_text(self) -> bool {
        matches!(self, Kind::Enum | Kind::EnumCase | Kind::Text | Kind::Ip | Kind::List)
    }

    /// True where values have an order that `>` and `<` can use.
    pub fn is_ordered(self) -> bool {
        matches!(self, Kind::Time | Kind::Duration | Kind::Bytes | Kind::Int | Kind::Ip)
    }

    /// True where a column holds the number itself.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Time | Kind::Duration | Kind::Bytes | Kind::Int | Kind::Bool)
    }
}

/// Which of the three columns of an expanded log shows the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Balancer,
    Server,
    /// About the entry itself, or drawn elsewhere (timing, termination); not listed in a column.
    Entry,
}

/// One row of the table of fields.
#[derive(Debug)]
pub struct FieldSpec {
    pub field: Field,
    /// As written in a search; lower case.
    pub name: &'static str,
    pub kind: Kind,
    pub side: Side,
    /// As shown to people: sentence case.
    pub label: &'static str,
    /// Other names a search may use; not case sensitive.
    pub aliases: &'static [&'static str],
}

macro_rules! fields {
    ($($field:ident $name:literal $kind:ident $side:ident $label:literal [$($alias:literal)*] $help:literal;)*) => {
        /// A field of the table: a small number that indexes columns.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Field { $($field),* }

        impl Field {
            /// Every field, in table order.
            pub const ALL: &'static [Field] = &[$(Field::$field),*];
            const SPECS: &'static [FieldSpec] = &[$(FieldSpec {
                field: Field::$field, name: $name, kind: Kind::$kind, side: Side::$side, label: $label,
                aliases: &[$($alias),*],
            }),*];
            /// A line for each field; apart because the worker has no use for them.
            const HELP: &'static str = concat!($($help, "\n"),*);
        }
    };
}

fields! {
    // ── time ──
    StartTime "start_time" Time Client "Start time" ["time" "timestamp" "start_timestamp"] "when the request, connection or session began";
    EndTime "end_time" Time Balancer "End time" [] "when it ended";
    ReportTimestamp "report_timestamp" Time Entry "Report timestamp" [] "Avi's own stamp, written at the end";

    // ── what it is ──
    LogType "log_type" Enum Entry "Type" ["type"] "http, tcp, request, trace, access, traffic, threat, error, event, unparsed …";
    Format "format" Enum Entry "Format" [] "the format that read the entry";
    Source "source" Enum Entry "Source" ["file"] "the file it came from";
    Line "line" Int Entry "Line" [] "line number of its first byte in the file";
    Significant "significant" Bool Entry "Significant" ["adf"] "true for errors and slow requests";
    Significance "significance" List Balancer "Significance" [] "why it is significant: category: event";
    SignificantMask "significant_mask" Int Entry "Significant mask" [] "Avi's number of that name";
    LoggedBy "logged_by" List Entry "Logged by" [] "why a full log was written: significant, filter, policy, datascript";
    Udf "udf" Bool Entry "User-defined filter" [] "a log filter or a rule of the user asked for the entry";
    Interim "interim" Bool Entry "Interim" [] "written while the session was still open";
    Truncated "truncated" Bool Entry "Truncated" [] "the line was cut; what parsed is kept";
    Ragged "ragged" Bool Entry "Ragged row" [] "the row of a table has not as many cells as its header line names";
    Reject "reject_reason" Enum Entry "Reason" [] "why an entry could not be parsed";
    RejectColumn "reject_column" Int Entry "Column" [] "byte column where parsing stopped, from 1";
    Severity "severity" Enum Entry "Severity" ["level"] "syslog severity or level of a message";
    Message "message" Text Entry "Message" [] "free text of an event or error";
    EventKind "event_kind" Enum Entry "Event" [] "what an event says: server down, server up, connection error …";

    // ── who ──
    ClientIp "client_ip" Ip Client "Client IP" ["src"] "address of the client";
    ClientPort "client_port" Int Client "Source port" ["client_src_port" "sport"] "port of the client";
    ClientLocation "client_location" Enum Client "Location" ["client_country" "srcloc"] "country of the client, or Internal";
    ClientGroup "client_group" Enum Client "IP group" [] "IP group that holds the client's address";
    ClientOs "client_os" Enum Client "Operating system" ["os"] "operating system of the client";
    ClientDevice "client_device" Enum Client "Device" ["device"] "kind of device";
    ClientBrowser "client_browser" Enum Client "Browser" ["browser"] "browser of the client";
    UserAgent "user_agent" Text Client "User agent" [] "User-Agent header";
    Referer "referer" Text Client "Referer" [] "Referer header";
    Xff "xff" Text Client "X-Forwarded-For" [] "X-Forwarded-For header";
    UserId "user_id" Enum Client "User ID" ["user" "srcuser" "usrid"] "name of the user";
    ClientRtt "client_rtt" Duration Client "Client RTT" [] "round trip between client and balancer";
    ClientInsights "client_insights" Enum Client "Client insights" [] "Avi's client insights";
    SessionId "session_id" Text Client "Session ID" [] "session the request belongs to";
    SslSessionId "ssl_session_id" Text Client "SSL session" [] "identifier of the TLS session with the client";
    SourceIp "source_ip" Ip Client "Source IP" [] "address the connection came from, before X-Forwarded-For";

    // ── the balancer ──
    VirtualService "virtualservice" Enum Balancer "Frontend" ["vs_name" "frontend" "frontend_name" "vsys"] "virtual service or frontend that took the request";
    VsUuid "vs_uuid" Enum Entry "Virtual service UUID" [] "identifier of the virtual service";
    VsIp "vs_ip" Ip Balancer "Virtual service IP" [] "address the virtual service listens on";
    VsPort "client_dest_port" Int Balancer "Virtual service port" ["vs_port"] "port the virtual service listens on";
    Tls "tls" Bool Client "TLS" [] "the client connection was encrypted";
    SslVersion "ssl_version" Enum Client "SSL version" [] "TLS version with the client";
    SslCipher "ssl_cipher" Enum Client "SSL cipher" [] "cipher suite with the client";
    SslEncryption "ssl_encryption" Enum Client "Encryption" [] "bulk encryption, from the cipher";
    SslAuth "ssl_auth" Enum Client "Certificate type" [] "RSA or EC, from the cipher";
    Pfs "pfs" Bool Client "Perfect forward secrecy" [] "the session cannot be decrypted later with the server's key";
    SniHostname "sni_hostname" Enum Client "SNI host name" ["sni"] "server name the client asked for in TLS";
    PoolName "pool_name" Enum Balancer "Backend" ["backend" "backend_name" "pool"] "pool or backend chosen";
    PoolUuid "pool_uuid" Enum Entry "Pool UUID" [] "identifier of the pool";
    ServiceEngine "service_engine" Enum Balancer "Balancer host" ["node" "device_name" "host_name"] "service engine or host that wrote the log";
    VcpuId "vcpu_id" Int Balancer "vCPU" [] "processor of the service engine";
    LogId "log_id" Int Entry "Log ID" ["seqno"] "sequence number on the device that wrote the log";
    ProcessName "process_name" Enum Balancer "Process" [] "name in the syslog tag";
    ProcessId "process_id" Int Balancer "Process ID" ["pid"] "process that wrote the line";
    Module "module" Enum Balancer "Module" [] "part of the server that wrote the message";
    PolicyRule "policy_rule" List Balancer "Policy rule" ["rule"] "rules that matched";
    NetworkSecurityRule "network_security_policy_rule_name" Enum Entry "Network security rule" [] "rule of the network security policy";
    HttpSecurityRule "http_security_policy_rule_name" Enum Entry "HTTP security rule" [] "rule of the HTTP security policy";
    HttpRequestRule "http_request_policy_rule_name" Enum Entry "HTTP request rule" [] "rule of the HTTP request policy";
    HttpResponseRule "http_response_policy_rule_name" Enum Entry "HTTP response rule" [] "rule of the HTTP response policy";
    PersistenceUsed "persistence_used" Bool Balancer "Persistence used" [] "the server was chosen by persistence";
    PersistentSession "persistent_session_id" Text Balancer "Persistent session" [] "persistence key";
    CacheHit "cache_hit" Bool Balancer "Cache hit" [] "answered from the balancer's cache";
    Cacheable "cacheable" Bool Balancer "Cacheable" [] "the response could be cached";
    Compression "compression" Enum Balancer "Compression" [] "whether and why the response was compressed";
    CompressionPercentage "compression_percentage" Int Balancer "Compressed by" [] "percent saved by compression";
    CacheDisabledByDs "cache_disabled_by_ds" Bool Balancer "Cache disabled by DataScript" [] "a DataScript switched the cache off";
    CriticalError "critical_error_encountered" Bool Balancer "Critical error" [] "a critical error while the request was processed";
    ServedLocally "request_served_locally_remote_site_down" Bool Balancer "Served locally" [] "answered here because the remote site was down";
    OcspSent "ocsp_status_resp_sent" Bool Client "OCSP response sent" [] "the TLS handshake carried the certificate's status";
    ServerPushInitiated "server_push_initiated" Bool Balancer "Server push initiated" [] "the request made the balancer push others";
    ServerPushed "server_pushed_request" Bool Balancer "Server pushed" [] "answered by server push";
    SamlUsed "saml_authentication_used" Bool Balancer "SAML used" [] "SAML authentication was used";
    SamlCookieValid "saml_session_cookie_valid" Bool Balancer "SAML cookie valid" [] "the session cookie was valid";
    SamlRequest "saml_auth_request_generated" Bool Balancer "SAML request made" [] "an authentication request was made";
    SamlResponse "saml_auth_response_received" Bool Balancer "SAML response received" [] "an authentication response came";
    SamlSession "saml_auth_session_id" Text Balancer "SAML session" [] "identifier of the SAML session";
    MaxIngressFe "max_ingress_latency_fe" Int Client "Highest ingress latency, client side" [] "highest packet latency of the client connection";
    AvgIngressFe "avg_ingress_latency_fe" Int Client "Mean ingress latency, client side" [] "mean packet latency of the client connection";
    MaxIngressBe "max_ingress_latency_be" Int Server "Highest ingress latency, server side" [] "highest packet latency of the server connection";
    AvgIngressBe "avg_ingress_latency_be" Int Server "Mean ingress latency, server side" [] "mean packet latency of the server connection";
    RequestState "request_state" Enum Balancer "Request state" [] "state in which the request ended";
    ClientLogFilter "client_log_filter_name" Enum Balancer "Log filter" [] "user-defined filter that wrote the log";
    Microservice "microservice_name" Enum Balancer "Microservice" ["microservice"] "microservice of the request";
    TenantName "tenant_name" Enum Balancer "Tenant" [] "tenant of the virtual service";
    VhMatchRule "vh_match_rule" Enum Balancer "Virtual host rule" [] "rule that chose the virtual host";
    AuthStatus "auth_status" Enum Balancer "Authentication" [] "result of authentication";
    BodyUpdated "body_updated" Enum Balancer "Body updated" [] "whether the body was rewritten";
    GrpcStatus "grpc_status" Int Server "gRPC status" [] "status of a gRPC call";
    GrpcReason "grpc_status_reason_phrase" Enum Server "gRPC reason" [] "name of the gRPC status";
    GrpcService "grpc_service_name" Enum Server "gRPC service" [] "gRPC service called";
    GrpcMethod "grpc_method_name" Enum Server "gRPC method" [] "gRPC method called";

    // ── the server ──
    ServerName "server_name" Enum Server "Server" ["server"] "server chosen";
    ServerIp "server_ip" Ip Server "Server IP" ["dst"] "address of the server";
    ServerPort "server_port" Int Server "Server port" ["server_dest_port" "dport"] "port of the server";
    ServerConnIp "server_conn_src_ip" Ip Balancer "Server connection IP" [] "address the balancer used towards the server";
    ServerConnPort "server_src_port" Int Balancer "Server connection port" [] "port the balancer used towards the server";
    ServerRtt "server_rtt" Duration Server "Server RTT" [] "round trip between balancer and server";
    ServerConnReused "server_connection_reused" Bool Server "Connection reused" [] "an open server connection was used";
    ServerSslReused "server_ssl_session_reused" Bool Server "SSL session reused" [] "an open TLS session with the server was used";
    ServerSslSessionId "server_ssl_session_id" Text Server "Server SSL session" [] "identifier of the TLS session with the server";
    ServersTried "servers_tried" Int Server "Servers tried" [] "servers tried before one answered";
    ServerResponseCode "server_response_code" Int Server "Server response code" [] "status the server sent";
    ServerResponseLength "server_response_length" Bytes Server "Server response length" [] "bytes the server sent";
    ServerFirstByte "server_response_time_first_byte" Duration Server "Server first byte" [] "time to the server's first byte";
    ServerLastByte "server_response_time_last_byte" Duration Server "Server last byte" [] "time to the server's last byte";

    // ── the request ──
    Method "method" Enum Server "Method" ["request"] "request method";
    Host "host" Enum Server "Host" ["host_header"] "Host header";
    Uri "uri" Text Server "URI" ["url"] "path and query as requested";
    UriPath "uri_path" Text Server "URL path" ["path"] "path without query";
    UriQuery "uri_query" Text Server "Query" ["query"] "query without path";
    RewrittenPath "rewritten_uri_path" Text Server "Rewritten path" [] "path after rewriting";
    RewrittenQuery "rewritten_uri_query" Text Server "Rewritten query" [] "query after rewriting";
    RedirectedUri "redirected_uri" Text Server "Redirected to" [] "where the client was redirected to";
    ServerSideRedirect "server_side_redirect_uri" Text Server "Redirected by server to" [] "where the server redirected the request to";
    OrigUri "orig_uri" Text Server "Original URI" [] "as the client sent it, where normalising changed it";
    HttpVersion "http_version" Enum Server "HTTP version" [] "version the client spoke";
    RequestLength "request_length" Bytes Server "Request length" ["bytes_sent"] "bytes of the request";
    RequestContentType "request_content_type" Enum Server "Request content type" [] "Content-Type of the request";
    Http2Stream "http2_stream_id" Int Server "HTTP/2 stream" [] "stream number";
    RequestId "request_id" Text Server "Request ID" [] "identifier of the request";
    TransactionId "transaction_id" Text Server "Transaction ID" ["trid" "triid" "trace_id" "unique_id"] "identifier that several lines share";

    // ── the response ──
    ResponseCode "response_code" Int Server "Response code" ["resp_code" "status" "response"] "status sent to the client";
    ResponseLength "response_length" Bytes Server "Response length" ["length" "bytes_read" "bytes_received"] "bytes sent to the client";
    TotalBytes "total_bytes" Bytes Server "Total bytes" ["bytes"] "bytes in both directions";
    ResponseContentType "response_content_type" Enum Server "Content type" ["content_type"] "Content-Type of the response";
    Etag "etag" Text Server "ETag" [] "ETag header";

    // ── where the time went ──
    TotalTime "total_time" Duration Entry "Duration" ["duration" "elapsed" "tt" "ta" "dtf"] "from start to end";
    RequestTime "request_time" Duration Entry "Client request" ["tq"] "until the client had sent the whole request";
    QueueTime "queue_time" Duration Entry "Queue" ["tw"] "waiting in queues";
    ConnectTime "connect_time" Duration Entry "Server connect" ["tc" "dtcb"] "connecting to the server";
    AppResponseTime "app_response_time" Duration Entry "App response" ["dtr1b"] "until the server's response headers";
    DataTransferTime "data_transfer_time" Duration Entry "Data transfer" ["td" "dtr2b"] "from the response headers to the end";
    ResponseFirstByte "response_time_first_byte" Duration Entry "Response first byte" [] "until the first byte to the client";
    ResponseLastByte "response_time_last_byte" Duration Entry "Response last byte" [] "until the last byte to the client";
    ConnEstFe "conn_est_time_fe" Int Client "Client connection setup" [] "connection setup with the client";
    ConnEstBe "conn_est_time_be" Int Server "Server connection setup" [] "connection setup with the server";

    // ── HAProxy ──
    TerminationState "termination_state" EnumCase Balancer "Termination" ["tsc"] "how and in which phase the session ended";
    Retries "retries" Int Balancer "Retries" [] "connection retries";
    Redispatched "redispatched" Bool Balancer "Redispatched" [] "sent to another server after the retries";
    Actconn "actconn" Int Balancer "Connections on the process" [] "concurrent connections on the process";
    Feconn "feconn" Int Balancer "Connections on the frontend" [] "concurrent connections on the frontend";
    Beconn "beconn" Int Balancer "Connections on the backend" [] "concurrent connections on the backend, queued included";
    SrvConn "srv_conn" Int Balancer "Connections on the server" [] "concurrent connections on the server";
    SrvQueue "srv_queue" Int Balancer "Server queue" [] "requests ahead in the server's queue";
    BackendQueue "backend_queue" Int Balancer "Backend queue" [] "requests ahead in the backend's queue";
    CapturedRequestCookie "captured_request_cookie" Text Client "Request cookie" [] "captured cookie of the request";
    CapturedResponseCookie "captured_response_cookie" Text Server "Response cookie" [] "captured cookie of the response";
    CapturedRequestHeaders "captured_request_headers" Text Client "Captured request headers" [] "captured headers of the request, | between them";
    CapturedResponseHeaders "captured_response_headers" Text Server "Captured response headers" [] "captured headers of the response, | between them";

    // ── nevisProxy ──
    TraceGroup "trace_group" Enum Balancer "Trace group" [] "part of the proxy that wrote the line";
    Operation "operation" Enum Balancer "Operation" ["op"] "step of a request: request, filter entered, backend answer …";
    ThreadId "thread_id" Int Balancer "Thread ID" [] "thread that wrote the line";
    LineCounter "line_counter" Int Entry "Line counter" [] "counter of lines, 0 to 9999";
    ClientSession "client_session" Text Client "Client session" ["clid"] "session of the client";
    FilterChain "filter_chain" List Balancer "Filter chain" ["invs"] "filters that the request passed, outermost first";
    Filter "filter" Enum Balancer "Filter" ["filter_name"] "filter that the line is about";
    Servlet "servlet" Enum Balancer "Servlet" [] "servlet that answered";
    Events "events" List Balancer "Events" ["event"] "codes of what happened to the request: AU05, GW02 …";
    ErrorCode "error_code" Enum Balancer "Error code" [] "code of a message: NVSV-0070, AH00126 …";
    HeaderName "header_name" Enum Balancer "Header" [] "name of the header that the line shows";
    DecryptedUri "decrypted_uri" Text Balancer "Decrypted URI" ["reqdecf"] "requested URI after URL decryption";
    BackendCalls "backend_calls" Int Server "Backend calls" [] "calls to backends for one request, where there were several";
    FrontendIoTime "frontend_io_time" Duration Client "Client I/O" ["dtfrs"] "reading from and writing to the client";
    ProxyTime "proxy_time" Duration Balancer "In the proxy" ["dtp"] "spent in the proxy itself";
    BackendTime "backend_time" Duration Server "Backend" ["dtb"] "whole call to the backend";
    BackendSendTime "backend_send_time" Duration Server "Backend send" ["dtsb"] "sending the request to the backend";
    FilterTime "filter_time" Duration Balancer "Filter" ["dt"] "in this filter or servlet and all inside it";

    // ── Avi: what sums up ICAP and WAF; connections, DNS, SIP ──
    IcapAction "icap_action" Enum Balancer "ICAP action" [] "what the ICAP server decided";
    IcapReason "icap_reason" Enum Balancer "ICAP reason" [] "why";
    IcapThreat "icap_threat" Enum Balancer "ICAP threat" ["threat_id"] "threat that the ICAP server found";
    IcapMethod "icap_method" Enum Balancer "ICAP method" [] "whether the request or the response was scanned";
    IcapResponseCode "icap_response_code" Int Balancer "ICAP response code" [] "status of the ICAP server";
    IcapServer "icap_server" Enum Balancer "ICAP server" ["icap_server_ip"] "address of the ICAP server";
    IcapPool "icap_pool" Enum Balancer "ICAP pool" [] "pool of ICAP servers";
    IcapVendor "icap_vendor" Enum Balancer "ICAP vendor" [] "make of the ICAP server";
    IcapLatency "icap_latency" Duration Balancer "ICAP latency" [] "time of the ICAP scan";
    IcapHttpMethod "icap_http_method" Enum Balancer "ICAP HTTP method" [] "method of the request that was scanned";
    IcapHttpCode "icap_http_response_code" Int Balancer "ICAP HTTP response code" [] "status of the page that the ICAP server made";
    IcapUri "icap_absolute_uri" Enum Balancer "ICAP service" [] "ICAP service that was called";
    IcapBodySent "icap_complete_body_sent" Bool Balancer "Whole body scanned" [] "the whole body went to the ICAP server";
    IcapModifiedLength "icap_modified_content_length" Bytes Balancer "ICAP modified length" [] "length of the body after the ICAP server changed it";
    IcapPoolUuid "icap_pool_uuid" Enum Entry "ICAP pool UUID" [] "identifier of the pool of ICAP servers";
    IcapSourcePort "icap_source_port" Int Balancer "ICAP source port" [] "port of the balancer towards the ICAP server";
    IcapResponseDesc "icap_response_desc" Enum Balancer "ICAP description" [] "what the ICAP server says in X-Response-Desc";
    IcapViolation "icap_violation" List Balancer "ICAP violation" [] "files and threats that the ICAP server found, and what became of them";
    IcapThreatText "icap_threat_description" Text Balancer "ICAP threat description" [] "the ICAP server's description of the threat";
    IcapScore "icap_score" Int Balancer "ICAP score" [] "NSX Defender: 0 harmless to 100 malicious";
    IcapTask "icap_task_uuid" Text Balancer "ICAP task" [] "NSX Defender: identifier of the analysis";
    IcapStatusUrl "icap_status_url" Text Balancer "ICAP report" [] "NSX Defender: address of the report";
    WafStatus "waf_status" Enum Balancer "WAF status" [] "what the WAF decided";
    WafRule "waf_rule" List Balancer "WAF rule" [] "rules of the WAF that matched";
    WafGroup "waf_group" List Balancer "WAF group" [] "groups of the rules that matched";
    WafTag "waf_tag" List Balancer "WAF tag" [] "tags of the rules that matched";
    RxBytes "rx_bytes" Bytes Client "Received from client" [] "bytes that the client sent";
    TxBytes "tx_bytes" Bytes Client "Sent to client" [] "bytes sent to the client";
    ServerRxBytes "server_rx_bytes" Bytes Server "Received from server" [] "bytes that the server sent";
    ServerTxBytes "server_tx_bytes" Bytes Server "Sent to server" [] "bytes sent to the server";
    ServerTotalBytes "server_total_bytes" Bytes Server "Total server bytes" [] "bytes between balancer and server";
    ServerTotalPackets "server_total_pkts" Int Server "Total server packets" [] "packets between balancer and server";
    Mss "mss" Bytes Client "MSS" [] "largest TCP segment agreed with the client";
    Retransmits "retransmits" Int Client "Retransmits" [] "packets sent to the client again";
    OutOfOrders "out_of_orders" Int Client "Out of order" [] "packets of the client that came out of order";
    Timeouts "timeouts" Int Client "Time-outs" [] "TCP time-outs towards the client";
    ZeroWindows "zero_window_size_events" Int Client "Zero windows" [] "times the TCP window with the client was shut";
    SynRetransmits "num_syn_retransmit" Int Client "SYN retransmits" [] "SYN packets sent again";
    ServerRetransmits "server_retransmits" Int Server "Server retransmits" [] "packets sent to the server again";
    ServerOutOfOrders "server_out_of_orders" Int Server "Server out of order" [] "packets of the server that came out of order";
    ServerTimeouts "server_timeouts" Int Server "Server time-outs" [] "TCP time-outs towards the server";
    ServerZeroWindows "server_zero_window_size_events" Int Server "Server zero windows" [] "times the TCP window with the server was shut";
    Transactions "num_transaction" Int Client "Transactions" [] "requests and answers on the connection";
    TurnTime "average_turntime" Duration Server "Mean turn time" [] "mean time from a request to its answer";
    ProxyProtocol "proxy_protocol" Enum Client "PROXY protocol" [] "version of the PROXY protocol";
    DnsFqdn "dns_fqdn" Enum Client "DNS name" ["fqdn"] "name that was asked for";
    DnsType "dns_qtype" Enum Client "DNS record type" [] "type of record that was asked for";
    DnsEntry "dns_etype" Enum Balancer "DNS entry type" [] "who had the answer: GSLB, a virtual service, a policy …";
    DnsIps "dns_ips" List Server "DNS addresses" [] "addresses in the answer";
    DnsCode "dns_response_code" Enum Server "DNS response code" ["rcode"] "status of the answer: DNS_RCODE_NXDOMAIN …";
    DnsRecords "dns_records" List Server "DNS records" [] "records in the answer: type and value";
    DnsOpcode "dns_opcode" Enum Client "DNS operation" [] "operation that was asked for";
    DnsTcpClosed "dns_tcp_conn_close_from_se" Bool Balancer "DNS connection closed" [] "the service engine closed the DNS connection";
    GslbService "gslbservice_name" Enum Balancer "GSLB service" [] "global service that answered";
    GslbUuid "gslbservice" Enum Entry "GSLB service UUID" [] "identifier of the global service";
    GslbPool "gslbpool_name" Enum Balancer "GSLB pool" [] "pool of the global service";
    SipMethod "sip_method" List Client "SIP methods" [] "methods of the SIP messages";
    SipStatus "sip_status_code" Int Server "SIP status" [] "last final status, else the last status, of the SIP messages";
    SipCallId "sip_callid_hdr" Text Client "SIP call" ["sip_callid"] "Call-ID of the SIP messages";
    SipFrom "sip_from_hdr" Text Client "SIP from" ["sip_from"] "From header of the SIP messages";
    SipTo "sip_to_hdr" Text Client "SIP to" ["sip_to"] "To header of the SIP messages";
    SipContact "sip_contact_hdr" Text Client "SIP contact" ["sip_contact"] "Contact header of the client";
    SipServerProtocol "sip_server_protocol" Enum Server "SIP server protocol" [] "protocol towards the SIP server";

    // ── firewalls ──
    FinalAction "final_action" Enum Balancer "Final action" [] "Allowed or Blocked, all in all: from action, application and end reason";
    Action "action" Enum Balancer "Action" [] "what the rule or the profile did: allow, deny, drop, reset-both, alert …";
    ActionSource "action_source" Enum Balancer "Action source" [] "whether the policy or the application decided the action";
    Application "application" Enum Server "Application" ["app"] "application that the firewall recognised";
    SessionEndReason "session_end_reason" Enum Balancer "End reason" ["end_reason"] "why the session ended";
    Subtype "subtype" Enum Entry "Subtype" [] "start, end, drop or deny of a session; kind of threat, event or change";
    Protocol "protocol" Enum Client "Protocol" ["proto"] "protocol above IP: tcp, udp, icmp …";
    SrcZone "src_zone" Enum Client "Source zone" ["from"] "zone the traffic came from";
    DstZone "dst_zone" Enum Server "Destination zone" ["to"] "zone the traffic went to";
    DstLocation "dst_location" Enum Server "Destination location" ["dstloc" "dst_country"] "country or range of the destination";
    DstUser "dst_user" Enum Server "Destination user" ["dstuser"] "user at the destination";
    SrcHost "src_host" Enum Client "Source host name" ["machinename"] "name of the client's machine";
    DstHost "dst_host" Enum Server "Destination host name" [] "name of the destination's machine";
    SrcNatIp "src_nat_ip" Ip Balancer "Source after NAT" ["natsrc"] "address of the client after translation";
    SrcNatPort "src_nat_port" Int Balancer "Source port after NAT" ["natsport"] "port of the client after translation";
    DstNatIp "dst_nat_ip" Ip Balancer "Destination after NAT" ["natdst"] "address of the destination after translation";
    DstNatPort "dst_nat_port" Int Balancer "Destination port after NAT" ["natdport"] "port of the destination after translation";
    InboundIf "inbound_if" Enum Balancer "Inbound interface" [] "interface the session came in by";
    OutboundIf "outbound_if" Enum Balancer "Outbound interface" [] "interface the session left by";
    Packets "packets" Int Server "Packets" [] "packets in both directions";
    PacketsSent "packets_sent" Int Client "Packets sent" ["pkts_sent"] "packets from client to server";
    PacketsReceived "packets_received" Int Server "Packets received" ["pkts_received"] "packets from server to client";
    Category "category" Enum Server "URL category" ["url_category"] "category of the URL, or what the log is about";
    RepeatCount "repeat_count" Int Balancer "Repeat count" ["repeatcnt"] "sessions or events that one line stands for";
    SessionFlags "session_flags" List Balancer "Session flags" ["flags"] "what the firewall did with the session: NAT, decrypted …";
    Threat "threat" Enum Balancer "Threat" ["threatid"] "name and number of the threat";
    ThreatCategory "threat_category" Enum Balancer "Threat category" ["thr_category"] "kind of the threat";
    Direction "direction" Enum Balancer "Direction" [] "client-to-server or server-to-client";
    FileName "file_name" Text Server "File name" ["filename"] "name of the file";
    FileType "file_type" Enum Server "File type" ["filetype"] "type of the file";
    FileDigest "file_digest" Text Server "File digest" ["filedigest"] "hash of the file";
    AppCategory "app_category" Enum Server "Application category" ["category_of_app"] "kind of the application";
    AppSubcategory "app_subcategory" Enum Server "Application subcategory" ["subcategory_of_app"] "kind of the application, finer";
    AppRisk "app_risk" Int Server "Application risk" ["risk_of_app"] "1 to 5, as the vendor rates the application";
    Stage "stage" Enum Balancer "Stage" [] "how far a remote user's connection had come";
    Result "result" Enum Balancer "Result" [] "how a change or a login ended";
    Command "command" Enum Balancer "Command" ["cmd"] "what an administrator did";
    ConfigPath "config_path" Text Balancer "Configuration path" [] "which part of the configuration was changed";
    DeviceSerial "device_serial" Enum Balancer "Serial number" ["serial"] "serial number of the firewall";
    ReceiveTime "receive_time" Time Entry "Received" [] "when the log reached the management plane";
    TimeGenerated "time_generated" Time Entry "Generated" ["generated_time"] "when the firewall wrote the log";

    // ── long text, left in the file ──
    AllRequestHeaders "all_request_headers" Body Client "All request headers" [] "headers the client sent";
    AllResponseHeaders "all_response_headers" Body Server "All response headers" [] "headers sent to the client";
    HeadersToServer "headers_sent_to_server" Body Server "Headers sent to server" [] "headers sent to the server";
    HeadersFromServer "headers_received_from_server" Body Server "Headers received from server" [] "headers the server sent";
    IcapHeadersSent "icap_headers_sent_to_server" Body Balancer "Headers sent to the ICAP server" [] "headers of the ICAP request";
    IcapHeadersReceived "icap_headers_received_from_server" Body Balancer "Headers received from the ICAP server" [] "headers of the ICAP response";
    DatascriptLog "datascript_log" Body Balancer "DataScript log" [] "what DataScripts wrote";
}

impl Field {
    /// Number of fields: the length of an array indexed by field.
    pub const COUNT: usize = Self::ALL.len();

    pub fn spec(self) -> &'static FieldSpec {
        &Self::SPECS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.spec().name
    }

    pub fn kind(self) -> Kind {
        self.spec().kind
    }

    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// What it is, in one line, for the help while typing.
    pub fn help(self) -> &'static str {
        Self::HELP.lines().nth(self as usize).unwrap_or_default()
    }

    pub fn from_index(index: usize) -> Option<Field> {
        Self::ALL.get(index).copied()
    }

    /// Finds a field by its name, else by an alias; case does not matter. A name always wins over another field's
    /// alias.
    pub fn find(name: &str) -> Option<Field> {
        let by_name = Self::SPECS.iter().find(|spec| spec.name.eq_ignore_ascii_case(name));
        let by_alias = || Self::SPECS.iter().find(|spec| spec.aliases.iter().any(|a| a.eq_ignore_ascii_case(name)));
        by_name.or_else(by_alias).map(|spec| spec.field)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_alias_finds_exactly_its_field() {
        let mut seen = std::collections::HashSet::new();
        for spec in Field::SPECS {
            for name in std::iter::once(&spec.name).chain(spec.aliases) {
                assert!(seen.insert(name.to_ascii_lowercase()), "{name} stands twice in the table");
                assert_eq!(Field::find(&name.to_uppercase()), Some(spec.field), "{name}");
            }
        }
        assert_eq!(Field::find("resp_cod"), None);
    }
}
