// Light or dark, before anything is painted: what the reader chose here or, without a choice, what their system says.
(() => {
  const KEY = "keepwell-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem(KEY) || "system"; } catch { return "system"; }
  };
  const apply = () => {
    const choice = chosen();
    const dark = choice === "dark" || (choice === "system" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    document.documentElement.dataset.choice = choice;
    document.dispatchEvent(new CustomEvent("keepwell:theme"));
  };
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    try { localStorage.setItem(KEY, button.dataset.setTheme); } catch { /* a browser that keeps nothing forgets it with the page */ }
    apply();
  });
  apply();
})();
