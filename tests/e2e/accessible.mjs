// Finds elements by role and accessible name inside the page. Chromium is asked what it tells assistive technology
// (element.computedRole and computedName, behind a flag that the harness sets). Firefox has no such thing for pages, so
// there the part of the naming rules that hopscope uses is computed here.

/** Runs in the page. `name`: null, the whole name, or { source, flags } of a regular expression. */
export function accessible(role, name, within) {
  const ROLES = {
    A: (e) => (e.hasAttribute("href") ? "link" : ""),
    ARTICLE: () => "article",
    ASIDE: () => "complementary",
    BUTTON: () => "button",
    DIALOG: () => "dialog",
    FIELDSET: () => "group",
    FOOTER: (e) => (e.closest("article, section, main, aside, nav") ? "" : "contentinfo"),
    H1: () => "heading", H2: () => "heading", H3: () => "heading", H4: () => "heading",
    HEADER: (e) => (e.closest("article, section, main, aside, nav") ? "" : "banner"),
    HR: () => "separator",
    IMG: () => "img",
    INPUT: (e) => ({
      button: "button", checkbox: "checkbox", file: "button", number: "spinbutton", radio: "radio", range: "slider",
      reset: "button", search: e.hasAttribute("list") ? "combobox" : "searchbox", submit: "button",
    })[e.type] ?? (e.hasAttribute("list") ? "combobox" : "textbox"),
    LI: () => "listitem",
    MAIN: () => "main",
    METER: () => "meter",
    NAV: () => "navigation",
    OL: () => "list",
    OPTION: () => "option",
    OUTPUT: () => "status",
    P: () => "paragraph",
    PROGRESS: () => "progressbar",
    SECTION: (e) => (e.hasAttribute("aria-label") || e.hasAttribute("aria-labelledby") ? "region" : ""),
    SELECT: (e) => (e.multiple || e.size > 1 ? "listbox" : "combobox"),
    SUMMARY: () => "button",
    TABLE: () => "table", TD: () => "cell", TH: () => "columnheader", TR: () => "row",
    TEXTAREA: () => "textbox",
    UL: () => "list",
  };
  const FROM_CONTENT = new Set(["button", "cell", "checkbox", "columnheader", "gridcell", "heading", "link", "listitem",
    "menuitem", "menuitemcheckbox", "menuitemradio", "option", "radio", "row", "rowheader", "switch", "tab", "tooltip",
    "treeitem"]);

  const roleOf = (e) => e.getAttribute("role")?.trim().split(/\s+/)[0] || ROLES[e.tagName]?.(e) || "";
  const hidden = (e) => e.closest("[hidden], [inert], [aria-hidden=true]") !== null
    || (e.checkVisibility && !e.checkVisibility({ visibilityProperty: true }));
  const content = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true" || node.hidden) return "";
    if (getComputedStyle(node).display === "none") return "";
    const own = node.getAttribute("aria-label") ?? node.getAttribute("alt");
    if (own) return own;
    const inner = [...node.childNodes].map(content).join("");
    return getComputedStyle(node).display.startsWith("inline") ? inner : ` ${inner} `;
  };
  const nameOf = (e) => {
    const by = e.getAttribute("aria-labelledby")?.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    if (by?.length) return by.map(content).join(" ");
    const label = e.getAttribute("aria-label");
    if (label?.trim()) return label;
    if (e.labels?.length) return [...e.labels].map(content).join(" ");
    if (e.tagName === "FIELDSET") return content(e.querySelector("legend") ?? document.createTextNode(""));
    if (e.tagName === "IMG") return e.alt;
    const text = FROM_CONTENT.has(roleOf(e)) ? content(e) : "";
    return text.trim() ? text : e.title || e.placeholder || "";
  };
  const tidy = (text) => text.replace(/\s+/g, " ").trim();
  const fits = (text) => name === null
    || (typeof name === "string" ? text === name : new RegExp(name.source, name.flags).test(text));

  // Chromium's word for images is the newer synonym.
  const asked = (e) => (e.computedRole === "image" ? "img" : e.computedRole);
  const all = [...(within ?? document).querySelectorAll("*")];
  const likely = all.filter((e) => roleOf(e) === role && !hidden(e) && fits(tidy(nameOf(e))));
  // Each question makes Chromium bring its tree up to date, tens of milliseconds in a large page: only the likely ones.
  if ("computedRole" in Element.prototype) {
    return likely.filter((e) => asked(e) === role && fits(tidy(e.computedName ?? "")));
  }
  return likely;
}
