// What pages do beyond links and forms: shortcuts, menus, filters that send themselves, what a failed request says.
(() => {
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => {
        menu.open = false;
        if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if (event.key === "j" || event.key === "k") {
      const rows = [...document.querySelectorAll("[data-rows] a[data-row]")];
      if (!rows.length) return;
      const at = rows.indexOf(document.activeElement);
      const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
      rows[next].focus();
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement && event.target.hasAttribute("data-light")) event.target.close();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.dataset.copied = "yes"; });
  });

  // A form marked so is sent when one of its choices changes; empty fields are left out of the address.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-instant]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    [...form.elements].forEach((field) => { if (field.name && field.value === "") field.disabled = true; });
    setTimeout(() => [...form.elements].forEach((field) => { field.disabled = false; }), 0);
  });

  // Who comes in for the first time reads days and numbers as their browser does, until they say otherwise.
  document.querySelectorAll("[data-zone-of-browser]").forEach((field) => {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  });
  document.querySelectorAll("[data-locale-of-browser]").forEach((field) => {
    const { language, region } = new Intl.Locale(navigator.language || "en");
    field.value = region ? `${language}-${region}` : language;
  });

  const say = (words) => {
    const place = document.getElementById("said");
    if (!place) return;
    place.textContent = words;
    place.hidden = false;
    setTimeout(() => { place.hidden = true; }, 8000);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const text = event.detail.xhr.responseText;
    const page = new DOMParser().parseFromString(text, "text/html");
    const told = page.querySelector("[data-told]");
    say(told ? told.textContent.trim() : "The server could not do this. Load the page again.");
  });
  document.addEventListener("htmx:sendError", () => say("The server does not answer. Try again in a moment."));
  document.addEventListener("htmx:afterSwap", (event) => {
    const first = event.detail.target.querySelector("[data-focus]");
    if (first) first.focus();
  });
})();
