// A browser as far as logging in needs one: follows redirects, keeps cookies, fills in forms. Pages are
// looked at by the walk; here only the protocol matters.
import { need } from "../walk/story.mjs";

const FORM = /<form\b([^>]*)>([\s\S]*?)<\/form>/g;
const FIELD = /<(?:input|button)\b[^>]*>/g;

export class Agent {
  #cookies = new Map();
  #page = "";
  #address;

  /** Goes to an address, and on to where it leads; a redirect to another site is where it ends. */
  async go(address, options = {}) {
    const site = new URL(address).origin;
    let next = { address: new URL(address), options };
    for (let steps = 0; steps < 20; steps += 1) {
      if (next.address.origin !== site) return next.address;
      const answer = await this.#ask(next.address, next.options);
      // A page that sends on at once does so by the header Refresh (HTML, section 4.2.5.3).
      const to = answer.headers.get("location") ?? /^0;\s*url=(.+)$/i.exec(answer.headers.get("refresh") ?? "")?.[1];
      this.#page = await answer.text();
      this.#address = next.address;
      if (!to) {
        need(answer.ok, `${next.address.pathname} answered ${answer.status}`);
        return undefined;
      }
      next = { address: new URL(to, next.address), options: {} };
    }
    throw new Error("it goes round in circles");
  }

  /** Where it is, and what the page says there. */
  get place() {
    const main = /<main\b[\s\S]*<\/main>/.exec(this.#page)?.[0] ?? this.#page;
    return `${this.#address.pathname}: ${main.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 400)}`;
  }

  get path() {
    return this.#address.pathname;
  }

  /** Whether the page holds it. */
  shows(text) {
    return this.#page.includes(text);
  }

  /** Sends the form whose action holds `action` with these values beside its hidden ones. */
  async send(action, values, method = "post") {
    const forms = [...this.#page.matchAll(FORM)].map(([, start, inside]) => ({ start, inside }));
    const form = forms.find(({ start }) => attribute(start, "action")?.includes(action) && sends(start) === method);
    need(form, `no form to ${action} at ${this.place}`);
    const fields = [...form.inside.matchAll(FIELD)].map(([field]) => field);
    const hidden = fields.filter((field) => attribute(field, "type") === "hidden");
    const body = new URLSearchParams(hidden.map((field) => [attribute(field, "name"), attribute(field, "value") ?? ""]));
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const to = new URL(attribute(form.start, "action"), this.#address);
    if (method === "get") {
      to.search = body.toString();
      return this.go(to);
    }
    return this.go(to, { method: "POST", body, headers: { origin: to.origin, referer: this.#address.href } });
  }

  /** Logs in through Test-ID wherever that is where a request has led, and goes on for oneself. */
  async logIn(address, login, level = "high") {
    let led = await this.go(address);
    if (led) return led;
    if (!this.shows(`value="${login.key}"`)) await this.send("/test-id/", { sok: login.name }, "get");
    need(this.shows(`value="${login.key}"`), `Test-ID does not know ${login.key}`);
    led = await this.send("/test-id/", { person: login.key, level: `idporten-loa-${level}` });
    if (!led && this.path === "/rolle") led = await this.send("/rolle", { role: "self" });
    return led;
  }

  async #ask(address, { headers = {}, ...options }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(address, { ...options, headers: { ...headers, cookie }, redirect: "manual" });
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(";");
      const at = pair.indexOf("=");
      if (/;\s*max-age=0/i.test(set)) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}

const sends = (start) => (attribute(start, "method") ?? "get").toLowerCase();

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found?.[1].replaceAll("&quot;", '"').replaceAll("&#34;", '"').replaceAll("&#38;", "&").replaceAll("&amp;", "&");
}
