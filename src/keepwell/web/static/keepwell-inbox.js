/* Keepwell's messages on a customer's page: <keepwell-inbox token="..."></keepwell-inbox>, with a token that the page's own server has made.
   What messages say is shown in frames that can run nothing; the element's looks are its own, and follow light and dark. */
(() => {
  "use strict";
  const own = document.currentScript ? new URL(document.currentScript.src) : null;
  const home = own ? own.href.slice(0, own.href.lastIndexOf("/m/")) : "";
  const SAID = {
    en: { open: "Messages", unread: "unread", none: "There are no messages.", dismiss: "Dismiss", close: "Close" },
    de: { open: "Nachrichten", unread: "ungelesen", none: "Es gibt keine Nachrichten.", dismiss: "Entfernen", close: "Schließen" },
  };
  const LOOKS = `
    :host { --ink: #171a22; --card: #fff; --line: #c9ced8; --accent: #4338ca; display: inline-block; position: relative; font: 0.9375rem/1.45 system-ui, sans-serif; color: var(--ink); }
    @media (prefers-color-scheme: dark) { :host { --ink: #e9ebf1; --card: #171a22; --line: #454c5c; --accent: #b3b1ff; } }
    button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.45rem 0.8rem; cursor: pointer; }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    b { color: var(--accent); }
    section { position: absolute; inset-inline-end: 0; z-index: 1000; width: min(22rem, 92vw); max-height: 70vh; overflow: auto; margin-top: 0.4rem; padding: 0.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
    section.start { inset-inline: 0 auto; }
    @media (max-width: 40rem) { section, section.start { position: fixed; inset: auto 0.5rem 0.5rem; width: auto; } }
    article { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
    h3 { margin: 0 0 0.25rem; font-size: 1rem; }
    article.unread h3 { color: var(--accent); }
    iframe { width: 100%; height: 9rem; border: 0; background: #fff; border-radius: 4px; }
    p { margin: 0; }`;

  class KeepwellInbox extends HTMLElement {
    static observedAttributes = ["token"];
    #root = this.attachShadow({ mode: "open" });
    #messages = [];
    #open = false;

    connectedCallback() {
      const looks = document.createElement("style");
      looks.textContent = LOOKS;
      this.#root.replaceChildren(looks, document.createElement("div"));
      this.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.#open) this.#toggle(); });
      this.refresh();
    }

    attributeChangedCallback() { if (this.isConnected) this.refresh(); }

    /* Asks for the messages anew. */
    async refresh() {
      const found = await this.#ask("");
      if (found) { this.#messages = (await found.json()).messages; this.#draw(); }
    }

    get #said() { return SAID[(document.documentElement.lang || "en").slice(0, 2)] || SAID.en; }

    async #ask(path, method = "GET") {
      const token = this.getAttribute("token");
      if (!token) return null;
      const server = (this.getAttribute("server") || home).replace(/\/$/, "");
      const headers = { Authorization: `Bearer ${token}` };
      try {
        const answer = await fetch(`${server}/m/inbox${path}`, { method, headers, credentials: "omit", referrerPolicy: "no-referrer" });
        if (answer.ok) return answer;
        this.dispatchEvent(new CustomEvent("keepwell-refused", { detail: answer.status }));
      } catch (error) {
        this.dispatchEvent(new CustomEvent("keepwell-refused", { detail: 0 }));
      }
      return null;
    }

    #toggle() {
      this.#open = !this.#open;
      this.#draw();
      this.#root.querySelector("button").focus();
      if (!this.#open) return;
      for (const each of this.#messages.filter((one) => !one.read)) {
        each.read = true;
        this.#ask(`/${each.number}/read`, "POST");
      }
    }

    async #dismiss(message) {
      if (!(await this.#ask(`/${message.number}/dismiss`, "POST"))) return;
      this.#messages = this.#messages.filter((each) => each !== message);
      this.#draw();
      this.#root.querySelector("button").focus();
    }

    #draw() {
      const said = this.#said, unread = this.#messages.filter((each) => !each.read).length;
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-expanded", String(this.#open));
      button.append(said.open);
      if (unread) {
        const count = document.createElement("b");
        count.textContent = ` ${unread}`;
        count.setAttribute("aria-label", ` ${unread} ${said.unread}`);
        button.append(count);
      }
      button.addEventListener("click", () => this.#toggle());
      const parts = [button];
      if (this.#open) parts.push(this.#list(said));
      this.#root.querySelector("div").replaceChildren(...parts);
    }

    #list(said) {
      const section = document.createElement("section");
      section.setAttribute("aria-label", said.open);
      section.classList.toggle("start", this.getBoundingClientRect().left < innerWidth / 2);
      if (!this.#messages.length) {
        const none = document.createElement("p");
        none.textContent = said.none;
        section.append(none);
      }
      for (const message of this.#messages) section.append(this.#article(message, said));
      return section;
    }

    #article(message, said) {
      const article = document.createElement("article");
      article.classList.toggle("unread", !message.read);
      const title = document.createElement("h3");
      title.textContent = message.title;
      const body = document.createElement("iframe");
      body.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
      body.title = message.title;
      body.referrerPolicy = "no-referrer";
      body.srcdoc = `<base target="_blank">${message.html || ""}`;
      if (!message.html) { body.srcdoc = ""; body.hidden = true; }
      const text = document.createElement("p");
      text.textContent = message.html ? "" : message.text;
      const dismiss = document.createElement("button");
      dismiss.type = "button";
      dismiss.textContent = said.dismiss;
      dismiss.setAttribute("aria-label", `${said.dismiss}: ${message.title}`);
      dismiss.addEventListener("click", () => this.#dismiss(message));
      article.append(title, body, text, dismiss);
      return article;
    }
  }

  customElements.define("keepwell-inbox", KeepwellInbox);
})();
