//! Which columns the log types of PAN-OS have, in the order in which syslog carries them.
//!
//! Each release appended columns, so the line of an older one is a prefix of the list; no count is demanded. Names are
//! PAN-OS's own, `-` where it keeps a column for itself.

use super::columns::{self, Take};
use std::sync::LazyLock;

/// Every type but the audit log begins so.
const HEAD: &str = "- receive_time serial type subtype config_ver time_generated";
/// Who talked to whom, by which rule: what the types about a session share.
const SESSION: &str = "src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset - \
     sessionid repeatcnt sport dport natsport natdport flags proto action";
const GROUPS: &str = "dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4";
const NAMES: &str = "vsys_name device_name";
const TUNNEL: &str = "tunnel_id/imsi monitortag/imei parent_session_id parent_start_time tunnel";
const SRC_DEVICE: &str = "src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac";
const DST_DEVICE: &str = "dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac";
const POD: &str = "container_id pod_namespace pod_name src_edl dst_edl";
const APP: &str = "subcategory_of_app category_of_app technology_of_app risk_of_app characteristic_of_app \
     container_of_app";
const SAAS: &str = "is_saas_of_app sanctioned_state_of_app";

struct Spec {
    /// The fourth column, as it may be written.
    types: &'static [&'static str],
    log_type: &'static str,
    format: &'static str,
    /// Columns of the shortest line seen: one with fewer was cut.
    least: usize,
    lists: &'static [&'static str],
}

/// The types, the most frequent first.
const SPECS: &[Spec] = &[
    Spec {
        types: &["TRAFFIC"],
        log_type: "traffic",
        format: "paloalto-traffic",
        least: 43,
        lists: &[
            HEAD,
            SESSION,
            "bytes bytes_sent bytes_received packets start elapsed category - seqno actionflags srcloc dstloc - \
             pkts_sent pkts_received session_end_reason",
            GROUPS,
            NAMES,
            "action_source src_uuid dst_uuid",
            TUNNEL,
            "assoc_id chunks chunks_sent chunks_received rule_uuid http2_connection link_change_count policy_id \
             link_switches sdwan_cluster sdwan_device_type sdwan_cluster_type sdwan_site dynusergroup_name xff_ip",
            SRC_DEVICE,
            DST_DEVICE,
            POD,
            "hostid serialnumber src_dag dst_dag session_owner high_res_timestamp nssai_sst nssai_sd",
            APP,
            "tunneled_app",
            SAAS,
            "offloaded flow_type cluster_name ai_traffic ai_fwd_error k8s_cluster_id tcp_rtt_c2s tcp_rtt_s2c \
             total_n_ooseq_c2s total_n_ooseq_s2c tcp_retransit_cnt_c2s tcp_retransit_cnt_s2c tcp_zero_window_cnt_c2s \
             tcp_zero_window_cnt_s2c src_adv_dev_id dst_adv_dev_id",
        ],
    },
    Spec {
        types: &["THREAT"],
        log_type: "threat",
        format: "paloalto-threat",
        least: 41,
        lists: &[
            HEAD,
            SESSION,
            "misc threatid category severity direction seqno actionflags srcloc dstloc - contenttype pcap_id \
             filedigest cloud url_idx user_agent filetype xff referer sender subject recipient reportid",
            GROUPS,
            NAMES,
            "- src_uuid dst_uuid http_method",
            TUNNEL,
            "thr_category contentver - assoc_id ppid http_headers url_category_list rule_uuid http2_connection \
             dynusergroup_name xff_ip",
            SRC_DEVICE,
            DST_DEVICE,
            POD,
            "hostid serialnumber domain_edl src_dag dst_dag partial_hash high_res_timestamp reason justification \
             nssai_sst",
            APP,
            "tunneled_app",
            SAAS,
            // The manual has the last two the other way round for threats; lines of 11.0 do not.
            "cloud_reportid cluster_name flow_type",
        ],
    },
    Spec {
        types: &["SYSTEM"],
        log_type: "system",
        format: "paloalto-system",
        least: 17,
        lists: &[
            HEAD,
            "vsys eventid object - - module severity opaque seqno actionflags",
            GROUPS,
            NAMES,
            "- - high_res_timestamp",
        ],
    },
    Spec {
        types: &["CONFIG"],
        log_type: "config",
        format: "paloalto-config",
        least: 16,
        lists: &[
            HEAD,
            "host vsys cmd admin client result path before-change-detail after-change-detail seqno actionflags",
            GROUPS,
            NAMES,
            "dg_id comment - high_res_timestamp",
        ],
    },
    Spec {
        types: &["GLOBALPROTECT"],
        log_type: "globalprotect",
        format: "paloalto-globalprotect",
        least: 36,
        lists: &[
            HEAD,
            "vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip public_ipv6 private_ip \
             private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason error opaque status \
             location login_duration connect_method error_code portal seqno actionflags high_res_timestamp \
             selection_type response_time priority attempted_gateways gateway",
            GROUPS,
            NAMES,
            "vsys_id cluster_name",
        ],
    },
    Spec {
        types: &["USERID"],
        log_type: "userid",
        format: "paloalto-userid",
        least: 20,
        lists: &[
            HEAD,
            "vsys ip user datasourcename eventid repeatcnt timeout beginport endport datasource datasourcetype seqno \
             actionflags",
            GROUPS,
            NAMES,
            "vsys_id factortype factorcompletiontime factorno ugflags userbysource tag_name high_res_timestamp \
             origindatasource - cluster_name",
        ],
    },
    Spec {
        types: &["DECRYPTION"],
        log_type: "decryption",
        format: "paloalto-decryption",
        least: 31,
        lists: &[
            HEAD,
            SESSION,
            "tunnel - - src_uuid dst_uuid rule_uuid hs_stage_c2f hs_stage_f2s tls_version tls_keyxchg tls_enc tls_auth \
             policy_name ec_curve err_index root_status chain_status proxy_type cert_serial fingerprint notbefore \
             notafter cert_ver cert_size cn_len issuer_len rootcn_len sni_len cert_flags cn issuer_cn root_cn sni \
             error",
            POD,
            "src_dag dst_dag high_res_timestamp",
            SRC_DEVICE,
            DST_DEVICE,
            "seqno actionflags",
            GROUPS,
            NAMES,
            "vsys_id",
            APP,
            SAAS,
            "cluster_name",
        ],
    },
    Spec {
        types: &["HIPMATCH", "HIP-MATCH"],
        log_type: "hipmatch",
        format: "paloalto-hipmatch",
        least: 19,
        lists: &[
            HEAD,
            "srcuser vsys machinename os src matchname repeatcnt matchtype - - seqno actionflags",
            GROUPS,
            NAMES,
            "vsys_id srcipv6 hostid serialnumber mac high_res_timestamp cluster_name",
        ],
    },
    Spec {
        types: &["AUTHENTICATION"],
        log_type: "authentication",
        format: "paloalto-authentication",
        least: 24,
        lists: &[
            HEAD,
            "vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile desc clienttype \
             event factorno seqno actionflags",
            GROUPS,
            NAMES,
            "vsys_id authproto rule_uuid high_res_timestamp",
            SRC_DEVICE,
            "region - user_agent sessionid cluster_name",
        ],
    },
    Spec {
        types: &["CORRELATION"],
        log_type: "correlation",
        format: "paloalto-correlation",
        least: 22,
        lists: &[HEAD, "src srcuser vsys category severity", GROUPS, NAMES, "vsys_id objectname object_id evidence"],
    },
    Spec {
        // A firewall writes START and END into the fourth column of the lines about tunnels.
        types: &["TUNNEL", "START", "END"],
        log_type: "tunnel",
        format: "paloalto-tunnel",
        least: 34,
        lists: &[
            HEAD,
            SESSION,
            "severity seqno actionflags srcloc dstloc",
            GROUPS,
            NAMES,
            TUNNEL,
            "bytes bytes_sent bytes_received packets pkts_sent pkts_received max_encap unknown_proto strict_check \
             tunnel_fragment sessions_created sessions_closed session_end_reason action_source start elapsed \
             tunnel_insp_rule remote_user_ip remote_user_id rule_uuid pcap_id dynusergroup_name src_edl dst_edl \
             high_res_timestamp nssai_sd nssai_sst pdu_session_id",
            APP,
            SAAS,
            "cluster_name",
        ],
    },
    Spec {
        types: &["SCTP"],
        log_type: "sctp",
        format: "paloalto-sctp",
        least: 32,
        lists: &[
            HEAD,
            "src dst - - rule - - - vsys from to inbound_if outbound_if logset - sessionid repeatcnt sport dport - - - - \
             proto action",
            GROUPS,
            NAMES,
            "seqno - assoc_id ppid severity sctp_chunk_type - verif_tag_1 verif_tag_2 sctp_cause_code diam_app_id \
             diam_cmd_code diam_avp_code stream_id assoc_end_reason op_code sccp_calling_ssn sccp_calling_gt \
             sctp_filter chunks chunks_sent chunks_received packets pkts_sent pkts_received rule_uuid \
             high_res_timestamp",
        ],
    },
    Spec {
        types: &["GTP"],
        log_type: "gtp",
        format: "paloalto-gtp",
        least: 31,
        lists: &[
            HEAD,
            "src dst - - rule - - app vsys from to inbound_if outbound_if logset - sessionid - sport dport - - - proto \
             action event_type msisdn apn rat msg_type end_ip_adr teid1 teid2 gtp_interface cause_code severity mcc \
             mnc area_code cell_id event_code - - srcloc dstloc - - - - - - - imsi imei - - - - - - - - - - - - - - - - \
             start elapsed tunnel_insp_rule remote_user_ip remote_user_id rule_uuid pcap_id high_res_timestamp \
             nssai_sst nssai_sd",
            APP,
            SAAS,
        ],
    },
    Spec {
        types: &["IPTAG"],
        log_type: "iptag",
        format: "paloalto-iptag",
        least: 18,
        lists: &[
            HEAD,
            "vsys src tag_name eventid repeatcnt timeout datasourcename datasource_type datasource_subtype seqno \
             actionflags",
            GROUPS,
            NAMES,
            "vsys_id high_res_timestamp cluster_name",
        ],
    },
    Spec {
        types: &["AUDIT"],
        log_type: "audit",
        format: "paloalto-audit",
        least: 10,
        lists: &[HEAD, "eventid object cmd severity"],
    },
];

/// One column: its name, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Empty where PAN-OS keeps it for itself.
    pub(super) name: &'static str,
    pub(super) take: Take,
}

impl Column {
    /// Has this name. Asked of every cell: the length alone mostly answers, without a call.
    #[inline(always)]
    pub(super) fn is(self, name: &str) -> bool {
        self.name.len() == name.len() && self.name == name
    }

    pub(super) fn named(name: &'static str) -> Column {
        match name {
            "-" => Column { name: "", take: Take::Skip },
            _ => Column { name, take: columns::take(name) },
        }
    }
}

/// The name of every column of every type, some more than once.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SPECS.iter().flat_map(|spec| spec.lists).flat_map(|list| list.split(' ')).filter(|name| *name != "-")
}

/// The columns of a log type.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) log_type: &'static str,
    pub(super) format: &'static str,
    pub(super) least: usize,
    pub(super) columns: Vec<Column>,
}

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let columns = |spec: &Spec| spec.lists.iter().flat_map(|list| list.split(' ')).map(Column::named).collect();
    let layout = |spec: &Spec| Layout {
        log_type: spec.log_type,
        format: spec.format,
        least: spec.least,
        columns: columns(spec),
    };
    SPECS.iter().map(layout).collect()
});

/// The layout for the word in the fourth column.
pub(super) fn of_type(word: &[u8]) -> Option<&'static Layout> {
    let nth = SPECS.iter().position(|spec| spec.types.iter().any(|name| name.as_bytes() == word))?;
    LAYOUTS.get(nth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_the_columns_that_its_manual_counts() {
        let counts = [
            ("TRAFFIC", 130),
            ("THREAT", 123),
            ("SYSTEM", 26),
            ("CONFIG", 28),
            ("GLOBALPROTECT", 50),
            ("USERID", 37),
            ("DECRYPTION", 107),
            ("HIPMATCH", 32),
            ("AUTHENTICATION", 47),
            ("CORRELATION", 22),
            ("TUNNEL", 84),
            ("SCTP", 65),
            ("GTP", 94),
            ("IPTAG", 27),
        ];
        for (name, count) in counts {
            assert_eq!(of_type(name.as_bytes()).unwrap().columns.len(), count, "{name}");
        }
    }

    #[test]
    fn releases_end_where_their_last_column_is_known_to_stand() {
        let at = |kind: &str, nth: usize| of_type(kind.as_bytes()).unwrap().columns[nth - 1].name;
        let ends = [
            (43, "dstloc"),
            (46, "pkts_received"),
            (47, "session_end_reason"),
            (54, "action_source"),
            (61, "tunnel"),
            (65, "chunks_received"),
            (67, "http2_connection"),
            (75, "dynusergroup_name"),
            (105, "nssai_sd"),
            (115, "offloaded"),
            (117, "cluster_name"),
            (120, "k8s_cluster_id"),
        ];
        ends.iter().for_each(|(nth, name)| assert_eq!(at("TRAFFIC", *nth), *name));
        let ends = [(54, "reportid"), (75, "http_headers"), (78, "http2_connection"), (121, "cloud_reportid")];
        ends.iter().for_each(|(nth, name)| assert_eq!(at("THREAT", *nth), *name));
    }
}
