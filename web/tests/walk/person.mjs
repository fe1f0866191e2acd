// A person in a browser of their own. Every page they come to is checked: axe, no sideways scroll,
// nothing in the console (all by browser.mjs), and here the language, one heading of the first
// level, no key of a text that was never written, no national number in an address.
import { PHONE } from "../browser.mjs";

const LANGUAGES = { nb: "nb", nn: "nn", en: "en" };
// Keys of texts are shown when a text is missing.
const KEY = /\b(access|architecture|availability|catalogue|citizen|delegation|ended|error|exploration|form|front|harmonisation|held|identity|log|metadata|onboarding|operations|permit|platform|privacy|problem|quality|role|rooms|self_service|shell|statistics|step|terminology|varde-disclosure)-[a-z]+([-_][a-z]+)*\b/;
// What the browser itself notes when a page answers with a status that the walk expects.
export const NOTED = /Failed to load resource: the server responded with a status of (401|403|404|409|422)/;

export class Person {
  constructor(walk, name, page) {
    Object.assign(this, { walk, name, page, language: "nb" });
    page.setDefaultTimeout(30_000);
  }

  /** A person with a browser context of their own. */
  static async arrive(walk, name) {
    return new Person(walk, name, await walk.person(name));
  }

  /** The same person in another tab. */
  async otherTab() {
    const other = new Person(this.walk, this.name, await this.walk.person(this.name));
    other.language = this.language;
    return other;
  }

  /** Goes to an address and looks at the page. */
  async open(path, { status = 200, name = path } = {}) {
    const answer = await this.page.goto(path);
    await this.#arrived(answer, status, name);
    return answer;
  }

  /** Presses what leads to another page, and looks at it. */
  async press(target, { status = 200, name } = {}) {
    const button = typeof target === "string" ? this.page.locator(target) : target;
    const arrival = this.page.waitForNavigation({ waitUntil: "load" });
    const [answer] = await Promise.all([arrival, button.first().click()]);
    await this.#arrived(answer, status, name ?? new URL(this.page.url()).pathname);
    return answer;
  }

  async #arrived(answer, status, name) {
    if (answer && ![status].flat().includes(answer.status())) {
      const said = await this.page.locator("main").innerText().catch(() => "");
      throw new Error(`status ${answer.status()} instead of ${status}: ${said.slice(0, 600)}`);
    }
    await this.look(name);
  }

  /** Checks the page as it stands. */
  async look(name) {
    await this.walk.check(this.page, `${this.name}-${name.replace(/[0-9a-f-]{36}/g, "x")}`);
    const faults = this.walk.faults;
    const seen = await this.page.evaluate(() => ({
      language: document.documentElement.lang,
      headings: document.querySelectorAll("h1").length,
      text: document.body.innerText,
      title: document.title,
    }));
    const wrong = (what) => faults.push(`${this.name} ${this.page.url()}: ${what}`);
    if (seen.language !== LANGUAGES[this.language]) wrong(`the page says it is in ${seen.language}, not ${this.language}`);
    if (seen.headings !== 1) wrong(`${seen.headings} headings of the first level`);
    if (!seen.title) wrong("no title");
    const key = KEY.exec(seen.text);
    if (key) wrong(`a text is missing: ${key[0]}`);
    if (/(?<![0-9a-f])\d{11}(?![0-9a-f])/.test(this.page.url())) wrong("eleven digits in the address");
  }

  /** Unfolds the part of the page that something is folded in, as one does: by its summary. */
  async unfold(inside) {
    const what = typeof inside === "string" ? this.page.locator(inside) : inside;
    const fold = this.page.locator("main details", { has: what }).first();
    if ((await fold.count()) && (await fold.getAttribute("open")) === null) await fold.locator("summary").first().click();
  }

  /** Looks at the same page in the two other languages, chosen with the links in the footer. */
  async inAllLanguages(name, status = 200) {
    for (const language of ["nn", "en", "nb"]) {
      this.language = language;
      const link = this.page.locator(`footer a[hreflang="${language}"]`);
      if (language === "nb") await Promise.all([this.page.waitForNavigation(), link.click()]);
      else await this.press(link, { status, name: `${name}-${language}` });
    }
  }

  /** Fills a field by its name, whatever kind it is. */
  async fill(name, value) {
    const field = this.page.locator(`main [name="${name}"]:not([type=hidden])`);
    const kind = await field.first().evaluate((e) => (e.tagName === "INPUT" ? e.type : e.tagName));
    if (kind === "SELECT") await field.selectOption(value);
    else if (kind === "radio" || kind === "checkbox") {
      for (const one of [value].flat()) await this.page.locator(`main [name="${name}"][value="${one}"]`).check();
    } else await field.fill(value);
  }

  /** The errors that the page shows beside its fields: every one is also in the summary, which links to it. */
  async errors() {
    const errors = await this.page.evaluate(() => {
      const summary = [...document.querySelectorAll(".ds-error-summary a")];
      const beside = [...document.querySelectorAll("[id^='e-']")];
      const lost = summary.filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1))));
      return {
        fields: beside.map((e) => e.id.slice(2)),
        summary: summary.map((a) => a.textContent.trim()),
        beside: beside.map((e) => e.textContent.trim()),
        lost: lost.map((a) => a.hash),
        focused: document.activeElement?.id,
      };
    });
    const alone = errors.beside.filter((text) => !errors.summary.includes(text));
    if (!errors.summary.length) throw new Error("no summary of what is wrong");
    if (errors.lost.length) throw new Error(`the summary links to what is not there: ${errors.lost}`);
    if (alone.length) throw new Error(`an error is not in the summary: ${alone}`);
    if (errors.beside.length < errors.summary.length) {
      throw new Error(`${errors.summary.length} errors in the summary, but ${errors.beside.length} beside fields (${errors.summary})`);
    }
    return errors;
  }

  /** Logs in through Test-ID at a level, and chooses for whom to act; `status` is that of the page it leads to. */
  async logIn(login, { level = "high", to = "/", side, status = 200 } = {}) {
    await this.open(`/logg-inn?til=${encodeURIComponent(to)}`, { name: "test-id" });
    await this.identify(login, level, status);
    if (new URL(this.page.url()).pathname === "/rolle") await this.choose(side, status);
  }

  /** Says at Test-ID who one is, and how surely that is known. */
  async identify(login, level = "high", status = 200) {
    const choice = this.page.locator(`input[name="person"][value="${login.key}"]`);
    if (!(await choice.count())) {
      await this.page.fill("#sok", login.name);
      await this.press('form[role="search"] button', { name: "test-id-found" });
    }
    await choice.check();
    await this.page.check(`input[name="level"][value="idporten-loa-${level}"]`);
    await this.press('form[method="post"][action*="test-id"] button[type="submit"]:not([name])', { status: [200, status], name: "logged-in" });
  }

  /** Chooses for whom to act: an organisation whose words match, or oneself. */
  async choose(side, status = 200) {
    const form = this.page.locator('form[action="/rolle"]');
    const label = side ? form.locator(".ds-field", { hasText: side }) : form.locator('.ds-field:has(input[value="self"])');
    await label.first().locator("input").check();
    await this.press(form.locator("button[type=submit]"), { status, name: "role-chosen" });
  }

  /** What a link or form of the page downloads. */
  async download(target) {
    const [file] = await Promise.all([this.page.waitForEvent("download"), this.page.locator(target).first().click()]);
    return { name: file.suggestedFilename(), path: await file.path() };
  }

  /** Asks with the person's cookies, without showing a page. */
  async ask(path) {
    return this.page.context().request.get(path, { maxRedirects: 0 });
  }

  /** How tall the page is, in CSS pixels. */
  async height() {
    return this.page.evaluate(() => document.documentElement.scrollHeight);
  }

  /** How tall it is on a phone. */
  async heightOnPhone() {
    const size = this.page.viewportSize();
    await this.page.setViewportSize(PHONE);
    const tall = await this.height();
    await this.page.setViewportSize(size);
    return tall;
  }

  async text() {
    return this.page.locator("main").innerText();
  }
}
