// What every walk in a browser shares: a headless Chromium, and the checks that each page must
// pass – axe with no violation, no sideways scroll at 320 px, no error in the console.
//
//   import { launch } from "./browser.mjs";
//   const walk = await launch({ base: "http://127.0.0.1:8099", shots: "/tmp/shots" });
//   const page = await walk.person("researcher");
//   await walk.visit(page, "/katalog");          // goes there and checks the page
//   await page.click("text=Legg til");
//   await walk.check(page, "catalogue-picked");   // checks where a click has led
//   await walk.close();                           // throws when anything was wrong
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// WCAG 2.1 A and AA is the law; 2.2 AA and axe's best practices are what we hold ourselves to.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Widths in CSS pixels: a desk, a phone, and the narrowest that WCAG 1.4.10 asks for.
const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

const PLACES = [process.env.VARDE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/** A headless browser that asks nobody for anything. */
export async function drawing(flags = []) {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("no Chromium: install Debian's package `chromium` or set VARDE_CHROMIUM");
  return chromium.launch({ executablePath, headless: true, args: [...QUIET, ...flags] });
}

/**
 * Starts a browser whose pages are checked.
 * @param {{base: string, shots?: string, script?: boolean}} options base: the address of the site;
 *   shots: a folder for pictures of every page, at desk and phone width; script: false to walk
 *   without JavaScript.
 */
export async function launch({ base, shots, script = true }) {
  const profile = mkdtempSync(join(tmpdir(), "varde-browser-"));
  const browser = await drawing([`--disk-cache-dir=${profile}`]);
  if (shots) mkdirSync(shots, { recursive: true });
  const faults = [];
  const contexts = new Map();
  let number = 0;

  /** A page of a person's own: people share no cookies. */
  async function person(name, language = "nb") {
    if (!contexts.has(name)) {
      // The policy of the site would stop axe from being put into the page.
      const context = await browser.newContext({
        baseURL: base,
        bypassCSP: false,
        javaScriptEnabled: script,
        locale: language,
        // What slides while it is clicked is sometimes missed.
        reducedMotion: "reduce",
        viewport: DESK,
      });
      contexts.set(name, context);
    }
    const page = await contexts.get(name).newPage();
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(`${page.url()}: console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${page.url()}: script: ${error.message}`));
    return page;
  }

  /** Goes to a path, expects the status, and checks the page. */
  async function visit(page, path, { status = 200, name = path } = {}) {
    const answer = await page.goto(path);
    if (answer.status() !== status) faults.push(`${path}: status ${answer.status()}, expected ${status}`);
    await check(page, name);
    return answer;
  }

  /** Checks the page as it stands. */
  async function check(page, name) {
    const label = `${String(++number).padStart(3, "0")}-${name.replace(/[^a-zæøå0-9]+/gi, "-").replace(/^-|-$/g, "") || "front"}`;
    if (script) await violations(page, label);
    for (const [size, viewport] of [["narrow", NARROW], ["phone", PHONE], ["desk", DESK]]) {
      await page.setViewportSize(viewport);
      if (script) await overflow(page, label, viewport.width);
      if (shots && size !== "narrow") await page.screenshot({ path: join(shots, `${label}-${size}.png`), fullPage: true });
    }
  }

  async function violations(page, label) {
    // Evaluated through the debugger, which the policy of the site does not hold back.
    await page.evaluate(axe);
    const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
    for (const violation of found.violations) {
      const places = violation.nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary})`).join("; ");
      faults.push(`${label} ${page.url()}: axe ${violation.id}: ${violation.help}: ${places}`);
    }
  }

  async function overflow(page, label, width) {
    const found = await page.evaluate(() => {
      const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
      const outer = wide.filter((e) => !e.closest(".v-scroll") || e.matches(".v-scroll"));
      const named = outer.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
      return { scroll: document.documentElement.scrollWidth, inner: innerWidth, named };
    });
    if (found.scroll > found.inner) {
      faults.push(`${label} ${page.url()}: scrolls sideways at ${width} px (${found.scroll} px): ${found.named.join(", ")}`);
    }
  }

  /** Ends the browser; throws with everything that was wrong. */
  async function close() {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
    if (faults.length) throw new Error(`${faults.length} faults:\n${faults.join("\n")}`);
    return number;
  }

  return { person, visit, check, close, faults };
}
