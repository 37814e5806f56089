//! The words for nevisProxy's codes: events, trace groups, levels, abbreviations of fields.

use crate::record::Field;

/// Code, title, meaning, what to check next.
pub(super) type Event = (&'static str, &'static str, &'static str, &'static str);

const AUTH_SERVICE: &str = "Look at the log of the authentication service for this transaction.";
const ROLES: &str = "Compare the roles of the user with those that the SecurityRoleFilter of this path asks for.";
const CLIENT_GONE: &str =
    "Compare the duration with time-outs of the client and on the way: impatient clients follow slow backends.";

/// nevisProxy's list of events; those that mean failure first.
pub(super) const EVENTS: &[Event] = &[
    ("GW01", "The request was aborted", "the request was aborted", CLIENT_GONE),
    (
        "GW02",
        "The client broke off",
        "the client closed its connection while the request was being processed",
        CLIENT_GONE,
    ),
    (
        "AU01",
        "No client certificate",
        "a client certificate is needed, and none came",
        "Check that the client has a certificate, and that the listener asks for one of its authority.",
    ),
    ("AU07", "Authentication failed", "the authentication service did not accept the user", AUTH_SERVICE),
    (
        "AU14",
        "The connection was not secure enough",
        "authentication is forbidden over an insecure connection",
        "Let the client use TLS.",
    ),
    (
        "AU16",
        "The SecToken had timed out",
        "the token that proves the user's authentication was too old",
        "Compare the clocks of the proxy and the authentication service, and the life of the token.",
    ),
    (
        "AS07",
        "The step-up failed",
        "the authentication service did not accept the stronger authentication",
        AUTH_SERVICE,
    ),
    ("AS08", "A role of the user is forbidden", "access denied: the user has a role that is forbidden here", ROLES),
    ("AS09", "The user lacks the role", "access denied: the user has none of the roles that are needed here", ROLES),
    ("AU02", "", "authenticated by a header of the request", ""),
    ("AU03", "", "authentication goes on: the client is redirected", ""),
    ("AU04", "", "authentication goes on: the login page was shown", ""),
    ("AU05", "", "authentication succeeded", ""),
    ("AU06", "", "redirected by the authentication service", ""),
    ("AU10", "", "logout, asked for by a header of the service's response", ""),
    ("AU11", "", "logout, asked for by a header", ""),
    ("AU12", "", "logout: the authentication service answered to go on", ""),
    ("AU13", "", "logout: the authentication service answered with a redirect", ""),
    ("AU15", "", "redirected because no client certificate came", ""),
    ("AU17", "", "authentication goes on with a state given directly (AuthDirectState)", ""),
    ("AS01", "", "step-up: client certificate missing", ""),
    ("AS02", "", "step-up by a header of the request", ""),
    ("AS03", "", "step-up goes on: the client is redirected", ""),
    ("AS04", "", "step-up goes on: the login page was shown", ""),
    ("AS05", "", "step-up succeeded", ""),
    ("AS06", "", "step-up: redirected by the authentication service", ""),
    ("AS10", "", "access granted: the user has the role that is needed", ""),
    ("AS11", "", "access granted: no role is needed", ""),
];

pub(super) fn event(code: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.0 == code)
}

/// An event that the list does not have, by its letters.
pub(super) fn unknown_event(code: &str) -> &'static str {
    match code.get(..2) {
        Some("AU") => "an event of authentication",
        Some("AS") => "an event of step-up or of the check of roles",
        Some("GW") => "an event of the gateway",
        Some("IW") => "an event of the connection to a backend",
        Some("LU") => "an event set by a Lua filter",
        _ => "an event that is not in nevisProxy's list",
    }
}

/// Full names of the trace groups, of which the log shows ten characters, and what they trace.
const GROUPS: &[(&str, &str)] = &[
    ("NavajoOp", "the way of a request through filters and servlet, with times and headers"),
    ("NProxyOp", "each request with its backend calls on one line"),
    ("IsiwebOp", "the calls to backends, with times and headers"),
    ("NPPerfMeter", "filters that took long"),
    ("NavajoResource", "the memory of the whole system"),
    ("NavajoRequest", "the processing of requests"),
    ("NavajoSSL", "the cache of TLS sessions"),
    ("NavajoCookie", "the cache of cookies"),
    ("NavajoSession", "sessions of clients"),
    ("NavajoStart", "the start of the proxy"),
    ("NavajoConfig", "the configuration that is made for Apache"),
    ("NavajoDump", "whole requests and responses between client and proxy"),
    ("NavajoTimer", "the internal timer"),
    ("NavajoHttpSess", "statistics of sessions, of the old session store"),
    ("NavajoReqIO", "reading and writing of requests"),
    ("Apache", "Apache's own error log"),
    ("NPAuthFilter", "the AuthenticationFilter"),
    ("NPParamVldFlt", "the ParameterValidationFilter"),
    ("NPHdrVldFlt", "the HeaderValidationFilter"),
    ("NPSessionFlt", "the SessionManagementFilter"),
    ("NPCountryIpFlt", "the CountryIpFilter"),
    ("NPDynCfgFlt", "the DynamicConfigFilter"),
    ("NPXmlFilter", "the XMLFilter"),
    ("WSInspFlt", "the WebSocketInspectionFilter"),
    ("NPMemLeakFlt", "the MemoryLeakFilter"),
    ("NPReaperOp", "the removal of old sessions, with statistics of the store"),
    ("NPLocalSessStr", "the local session store"),
    ("NPMySQLSessSrv", "the session store in MySQL or MariaDB"),
    ("NPReqObsFlt", "the RequestObserverFilter"),
    ("NPMultiLevelStr", "the session store of several levels"),
    ("NPBackendSrv", "the BackendConnectorServlet"),
    ("NPLoadBalance", "the LoadBalancerServlet"),
    ("EsauthProvider", "the provider of authentication"),
    ("IW4HttpConnSrv", "the HttpConnectorServlet"),
    ("IW4HttpsConnSrv", "the HttpsConnectorServlet"),
    ("IW4Esau4ConnSrv", "the Esauth4ConnectorServlet, which talks to the authentication service"),
    ("IW4MqSrv", "the MQServlet"),
    ("IW4DefaultSrv", "the DefaultServlet"),
    ("IW4LogRenSrv", "the LoginRendererServlet"),
    ("IW4CacheFlt", "the CacheFilter"),
    ("IW4CharSetFlt", "the CharsetFilter"),
    ("IW4CookieFlt", "the CookieCacheFilter"),
    ("IW4CSRFFlt", "the CSRFFilter"),
    ("IW4DeflateFlt", "the DeflateFilter"),
    ("IW4DelegateFlt", "the DelegationFilter"),
    ("IW4DumpFlt", "the DumpFilter"),
    ("IW4EncryptFlt", "the EncryptionFilter"),
    ("IW4UrlEncrypt", "URLs that the EncryptionFilter encrypts and decrypts"),
    ("IW4ErrorFlt", "the ErrorFilter"),
    ("IW4FakeLoginFlt", "the FakeLoginFilter"),
    ("IW4FltMappFlt", "the FilterMappingFilter"),
    ("IW4HdrDlgFlt", "the HeaderDelegationFilter"),
    ("IW4ICAPFlt", "the ICAPFilter"),
    ("IW4IdentCreaFlt", "the IdentityCreationFilter"),
    ("IW4InflateFlt", "the InflateFilter"),
    ("IW4ValidFlt", "the InputValidationFilter"),
    ("IW4JsonFlt", "the JsonFilter"),
    ("IW4LuaFlt", "the LuaFilter"),
    ("LuaNevisLib", "the interface between Lua filters and the proxy"),
    ("IW4MaintFlt", "the MaintenanceFilter"),
    ("IW4ParamFlt", "the ParameterFilter"),
    ("IW4RewriteFlt", "the RewriteFilter"),
    ("IW4SecRoleFlt", "the SecurityRoleFilter"),
    ("IW4SoapFlt", "the SoapFilter"),
    ("IW4UnbluFlt", "the UnbluFilter"),
    ("IW4SessionLst", "the SessionListener"),
    ("IW4HtmlRewrite", "what the connector servlets rewrite in HTML"),
    ("IW4LuaUrlEnc", "the UrlEncryptionFilter"),
    ("IW4WebSocketSrv", "the WebSocketServlet"),
    ("IW4XMLValidFlt", "the XMLValidationFilter"),
    ("IW4LogFlt", "the LoggerFilter"),
    ("IW4ModsecFlt", "the ModsecurityFilter"),
    ("OpenSSLHandshk", "TLS handshakes"),
    ("OpenSSLRecord", "TLS records"),
    ("OpenSSLStream", "data inside TLS"),
    ("OpenSSLCipher", "functions of TLS ciphers"),
];

/// What a group traces. The log cuts names to ten characters.
pub(super) fn group(shown: &str) -> Option<&'static (&'static str, &'static str)> {
    let exact = GROUPS.iter().find(|group| group.0 == shown);
    exact.or_else(|| GROUPS.iter().find(|group| shown.len() >= 10 && group.0.starts_with(shown)))
}

/// What a level is for.
pub(super) fn level(severity: &str) -> Option<(&'static str, &'static str)> {
    Some(match severity {
        "emergency" => ("0", "nothing works any more"),
        "alert" => ("1", "to be corrected at once"),
        "critical" => ("2", "a critical situation"),
        "error" => ("3", "any other error"),
        "notice" => ("5", "good to know"),
        "info" => ("6", "of interest"),
        "debug_low" => ("7", "low debug level"),
        "debug_med" => ("8", "medium debug level"),
        "debug_high" => ("9", "high debug level: functions entered and left, headers"),
        "debug_max" => ("10", "highest debug level"),
        _ => return None,
    })
}

/// What a field is called on the lines NProxyOp, NavajoOp, IsiwebOp (empty where it is not on that line), and what it says.
pub(super) const ABBREVIATIONS: &[(Field, [&str; 3], &str)] = &[
    (Field::ResponseCode, ["sCF", "sC", ""], "status sent to the client"),
    (Field::ResponseLength, ["bSF", "bS", ""], "bytes sent to the client"),
    (Field::TotalTime, ["dTF", "dTF", ""], "from the first byte of the client to the last byte to it"),
    (Field::FrontendIoTime, ["dTFrs", "dTFrs", ""], "of that, reading from and writing to the client"),
    (Field::ProxyTime, ["dTP", "dTP", ""], "of that, in the proxy itself: dTF less dTFrs and dTB"),
    (Field::ServerResponseCode, ["sCB", "", "sC"], "status that the backend sent"),
    (Field::BackendTime, ["dTB", "", "dTB"], "the whole call to the backend"),
    (Field::ConnectTime, ["dTcB", "", "dTcB"], "of that, connecting, with the TLS handshake"),
    (Field::BackendSendTime, ["dTsB", "", "dTsB"], "of that, sending the request"),
    (Field::AppResponseTime, ["dTr1B", "", "dTr1B"], "of that, until the response headers were read"),
    (Field::DataTransferTime, ["dTr2B", "", "dTr2B"], "of that, reading the response body"),
    (Field::Actconn, ["cR", "cR", ""], "requests in the proxy at that moment"),
    (Field::FilterChain, ["invS", "invS", ""], "filters that the request passed, and the servlet"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_event_has_a_meaning_of_its_own_and_an_unknown_one_says_so() {
        let codes: HashSet<_> = EVENTS.iter().map(|event| event.0).collect();
        let meanings: HashSet<_> = EVENTS.iter().map(|event| event.2).collect();
        assert_eq!((codes.len(), meanings.len()), (EVENTS.len(), EVENTS.len()));
        for code in ["AU99", "AS99", "GW99", "IW01", "LU01", "XX01"] {
            assert!(event(code).is_none() && !meanings.contains(unknown_event(code)), "{code}");
        }
        let groups: HashSet<_> = GROUPS.iter().map(|group| group.1).collect();
        assert_eq!(groups.len(), GROUPS.len());
    }
}
