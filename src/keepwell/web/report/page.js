(() => {
  "use strict";
  const table = document.getElementById("accounts");
  if (!table) return;
  const groups = [...table.tBodies];
  const tools = document.querySelector(".tools");
  const search = document.getElementById("q");
  const shown = document.getElementById("shown");
  const all = document.getElementById("all");
  const none = document.getElementById("none");
  const choices = ["band", "segment", "owner"].map((id) => document.getElementById(id)).filter(Boolean);

  const open = (button, wanted) => {
    button.setAttribute("aria-expanded", String(wanted));
    document.getElementById(button.getAttribute("aria-controls")).hidden = !wanted;
  };

  for (const button of table.querySelectorAll("button.open")) {
    open(button, false);
    button.addEventListener("click", () => open(button, button.getAttribute("aria-expanded") !== "true"));
  }
  for (const row of table.querySelectorAll("tr.head")) {
    row.addEventListener("click", (event) => {
      if (event.target.closest("button") || String(getSelection())) return;
      row.querySelector("button.open").click();
    });
  }

  let most = 25;
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const group of groups) {
      const fits =
        words.every((word) => group.dataset.text.includes(word)) &&
        choices.every((choice) => !choice.value || group.dataset[choice.id] === choice.value);
      left += fits;
      group.hidden = !fits || left > most;
    }
    shown.value = left > most ? `${most} of ${left} shown` : `${left} shown`;
    all.hidden = left <= most;
    all.textContent = `Show all ${left} accounts`;
    none.hidden = left > 0;
    table.hidden = left === 0;
  };
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", filter);
  document.getElementById("clear").addEventListener("click", () => {
    tools.reset();
    filter();
    search.focus();
  });

  all.addEventListener("click", () => {
    const next = groups.filter((group) => !group.hidden).length;
    most = Infinity;
    filter();
    groups.filter((group) => !group.hidden)[next].querySelector("button.open").focus();
  });
  filter();

  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const kind = head.dataset.sort;
    if (!kind) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const next = now === "descending" ? "ascending" : now === "ascending" ? "descending" : kind === "number" ? "descending" : "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const value = (group) => group.rows[0].cells[column].dataset.value;
      groups.sort((a, b) =>
        sign * (kind === "number" ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b))));
      table.append(...groups);
      filter();
    });
  });

  addEventListener("beforeprint", () => groups.forEach((group) => open(group.querySelector("button.open"), !group.hidden)));
})();
