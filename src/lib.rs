//! hopscope: see every hop of a request; your logs never leave the tab.
