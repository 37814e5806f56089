//! The CSV export of the web interface: a header line names the columns, whichever there are and in whatever order.
//!
//! ```text
//! Domain,Receive Time,Serial #,Type,Threat/Content Type,Config Version,Generate Time,Source address,…
//! Source Port,Destination Port,NAT Source Port,NAT Destination Port,Action,Bytes,…,Elapsed Time (sec),pkts_sent,…
//! ```
//!
//! Labels differ between releases and screens, so they are compared without case and punctuation.

use super::cells::Cells;
use super::columns::Take;
use super::layouts::{self, Column};

/// The columns of one export.
#[derive(Debug)]
pub(super) struct Export {
    pub(super) columns: Vec<Column>,
    /// As the header line writes them.
    pub(super) labels: Vec<String>,
    /// The column that says which log it is, if there is one.
    pub(super) type_at: Option<usize>,
    /// What the rows are where no column says so.
    pub(super) log_type: &'static str,
    /// Some column holds a time.
    pub(super) has_time: bool,
}

/// Labels that are not a column's own name, without case and punctuation.
const LABELS: &[(&str, &str)] = &[
    ("domain", "-"),
    ("padding", "-"),
    ("tpadding", "-"),
    ("cpadding", "-"),
    ("timelogged", "-"),
    ("serial#", "serial"),
    ("threatcontenttype", "subtype"),
    ("contentthreattype", "subtype"),
    ("configversion", "config_ver"),
    ("generatetime", "time_generated"),
    ("generatedtime", "time_generated"),
    ("sourceaddress", "src"),
    ("sourceip", "src"),
    ("source", "src"),
    ("destinationaddress", "dst"),
    ("destinationip", "dst"),
    ("destination", "dst"),
    ("natsourceip", "natsrc"),
    ("natdestinationip", "natdst"),
    ("rulename", "rule"),
    ("sourceuser", "srcuser"),
    ("destinationuser", "dstuser"),
    ("application", "app"),
    ("virtualsystem", "vsys"),
    ("sourcezone", "from"),
    ("fromzone", "from"),
    ("destinationzone", "to"),
    ("tozone", "to"),
    ("inboundinterface", "inbound_if"),
    ("outboundinterface", "outbound_if"),
    ("logaction", "logset"),
    ("repeatcount", "repeatcnt"),
    ("sourceport", "sport"),
    ("destinationport", "dport"),
    ("natsourceport", "natsport"),
    ("natdestinationport", "natdport"),
    ("ipprotocol", "proto"),
    ("protocol", "proto"),
    ("starttime", "start"),
    ("elapsedtimesec", "elapsed"),
    ("elapsedtime", "elapsed"),
    ("sequencenumber", "seqno"),
    ("sourcecountry", "srcloc"),
    ("sourcelocation", "srcloc"),
    ("destinationcountry", "dstloc"),
    ("destinationlocation", "dstloc"),
    ("packetssent", "pkts_sent"),
    ("packetsreceived", "pkts_received"),
    ("dghierarchylevel1", "dg_hier_level_1"),
    ("dghierarchylevel2", "dg_hier_level_2"),
    ("dghierarchylevel3", "dg_hier_level_3"),
    ("dghierarchylevel4", "dg_hier_level_4"),
    ("virtualsystemname", "vsys_name"),
    ("virtualsystemid", "vsys_id"),
    ("sourcevmuuid", "src_uuid"),
    ("destinationvmuuid", "dst_uuid"),
    ("parentsessionstarttime", "parent_start_time"),
    ("tunneltype", "tunnel"),
    ("sctpassociationid", "assoc_id"),
    ("sctpchunks", "chunks"),
    ("sctpchunkssent", "chunks_sent"),
    ("sctpchunksreceived", "chunks_received"),
    ("uuidforrule", "rule_uuid"),
    ("xffaddress", "xff_ip"),
    ("xforwardedfor", "xff"),
    ("sourcedevicecategory", "src_category"),
    ("sourcedeviceprofile", "src_profile"),
    ("sourcedevicemodel", "src_model"),
    ("sourcedevicevendor", "src_vendor"),
    ("sourcedeviceosfamily", "src_osfamily"),
    ("sourcedeviceosversion", "src_osversion"),
    ("sourcehostname", "src_host"),
    ("sourcemacaddress", "src_mac"),
    ("destinationdevicecategory", "dst_category"),
    ("destinationdeviceprofile", "dst_profile"),
    ("destinationdevicemodel", "dst_model"),
    ("destinationdevicevendor", "dst_vendor"),
    ("destinationdeviceosfamily", "dst_osfamily"),
    ("destinationdeviceosversion", "dst_osversion"),
    ("destinationhostname", "dst_host"),
    ("destinationmacaddress", "dst_mac"),
    ("sourceexternaldynamiclist", "src_edl"),
    ("destinationexternaldynamiclist", "dst_edl"),
    ("sourcedynamicaddressgroup", "src_dag"),
    ("destinationdynamicaddressgroup", "dst_dag"),
    ("highrestimestamp", "high_res_timestamp"),
    ("highresolutiontimestamp", "high_res_timestamp"),
    ("subcategoryofapp", "subcategory_of_app"),
    ("tunneledapp", "tunneled_app"),
    ("saasofapp", "is_saas_of_app"),
    ("urlfilename", "misc"),
    ("url", "misc"),
    ("filename", "misc"),
    ("threatcontentname", "threatid"),
    ("threatid", "threatid"),
    ("contentversion", "contentver"),
    ("threatcategory", "thr_category"),
    ("ruleuuid", "rule_uuid"),
    ("dynamicusergroup", "dynusergroup_name"),
    ("description", "opaque"),
    ("eventtype", "event"),
    ("configurationpath", "path"),
    ("command", "cmd"),
    ("sourceregion", "srcregion"),
    ("operatingsystem", "os"),
    ("clientversion", "client_ver"),
    ("clientosversion", "client_os_ver"),
    ("authenticationmethod", "auth_method"),
];

/// Labels that no other product's table is likely to have.
const TELLING: &[&str] = &[
    "threatcontenttype",
    "configversion",
    "natsourceip",
    "natsourceport",
    "natdestinationport",
    "elapsedtimesec",
    "elapsedtime",
    "sessionendreason",
    "sourcezone",
    "destinationzone",
    "virtualsystem",
    "inboundinterface",
    "logaction",
    "pktssent",
    "pktsreceived",
    "packetssent",
    "dghierarchylevel1",
    "serial#",
    "generatetime",
    "ipprotocol",
    "authenticationmethod",
    "configurationpath",
];

/// A label without case and punctuation; `#` tells the firewall's serial number from a host's.
fn plain(label: &str) -> String {
    let kept = label.chars().filter(|letter| letter.is_alphanumeric() || *letter == '#');
    kept.flat_map(char::to_lowercase).collect()
}

/// The column that a label means.
fn column(label: &str) -> Option<Column> {
    let plain = plain(label);
    if let Some((_, name)) = LABELS.iter().find(|row| row.0 == plain) {
        return Some(Column::named(name));
    }
    layouts::names().find(|name| self::plain(name) == plain).map(Column::named)
}

/// The columns that a header line names; `None` where it is no header of an export.
pub(super) fn header(line: &[u8]) -> Option<Export> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.len() > 16_384 || memchr::memchr(b',', line).is_none() {
        return None;
    }
    let labels: Vec<String> =
        Cells::new(line, 0).map(|cell| String::from_utf8_lossy(&cell.text(line)).trim().to_owned()).collect();
    let telling = labels.iter().filter(|label| TELLING.contains(&plain(label).as_str())).count();
    if telling < 2 {
        return None;
    }
    let found: Vec<Option<Column>> = labels.iter().map(|label| column(label)).collect();
    if found.iter().flatten().count() * 2 < labels.len() {
        return None;
    }
    let unknown = Column { name: "", take: Take::Extra };
    let columns: Vec<Column> = found.into_iter().map(|column| column.unwrap_or(unknown)).collect();
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let log_type = match () {
        () if has("threatid") || has("misc") => "threat",
        () if has("path") && has("cmd") => "config",
        () if has("auth_method") => "globalprotect",
        () if has("opaque") && !has("app") => "system",
        () => "traffic",
    };
    let has_time = columns.iter().any(|column| matches!(column.take, Take::Received | Take::Generated | Take::Start));
    let type_at = columns.iter().position(|column| column.name == "type");
    Some(Export { columns, labels, type_at, log_type, has_time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_stands_once_and_means_a_column() {
        for (nth, (label, name)) in LABELS.iter().enumerate() {
            assert!(LABELS[..nth].iter().all(|before| before.0 != *label), "{label} stands twice");
            assert_eq!(plain(label), *label);
            assert!(*name == "-" || layouts::names().any(|known| known == *name), "{label} means {name}");
        }
        assert!(TELLING.iter().all(|label| column(label).is_some()), "a telling label is not known");
    }

    #[test]
    fn labels_are_read_without_case_and_punctuation() {
        let name = |label: &str| column(label).map(|column| column.name);
        assert_eq!(name("Serial #"), Some("serial"));
        assert_eq!(name("Serial Number"), Some("serialnumber"));
        assert_eq!(name("Elapsed Time (sec)"), Some("elapsed"));
        assert_eq!(name("Tunnel ID/IMSI"), Some("tunnel_id/imsi"));
        assert_eq!(name("HTTP/2 Connection"), Some("http2_connection"));
        assert_eq!(name("DG Hierarchy Level 1"), Some("dg_hier_level_1"));
        assert_eq!(name("pkts_sent"), Some("pkts_sent"));
        assert_eq!(name("PACKETS SENT"), Some("pkts_sent"));
        assert_eq!(name("Risk of app"), Some("risk_of_app"));
        assert_eq!(name("Colour"), None);
    }

    #[test]
    fn other_tables_are_not_taken_for_an_export() {
        for line in ["", "a,b,c", "client_ip,response_code,total_time", "Time,Source,Destination,Protocol,Length,Info"]
        {
            assert!(header(line.as_bytes()).is_none(), "{line}");
        }
        let subset = "Source Port,Destination Port,NAT Source Port,NAT Destination Port,Action,Bytes,Bytes Sent,Bytes \
                      Received,Packets,Elapsed Time (sec),pkts_sent,pkts_received";
        let export = header(subset.as_bytes()).unwrap();
        assert_eq!((export.log_type, export.has_time, export.type_at), ("traffic", false, None));
        assert!(export.columns.iter().all(|column| !column.name.is_empty()));
    }
}
