// The keyboard alone: every stop is seen where it is, in the order of the page, and none holds one back.
import { need } from "./story.mjs";

const STOPS = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, [tabindex='0']";

/** Walks through the page with Tab, and back to where it began. */
export async function byKeyboard(person, path) {
  const { page } = person;
  if (path) await page.goto(path);
  // A browser goes on from where one pressed last: begin at the top.
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
  });
  const wanted = await page.evaluate(reachable, STOPS);
  need(wanted.length > 3, "there is hardly anything to stop at");
  const seen = new Set();
  let last = -1;
  // A field for a date is three stops.
  for (let at = 0; at < wanted.length * 4; at++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(focused);
    if (stop && stop.place === last) continue;
    if (!stop || seen.has(stop.place)) break;
    seen.add(stop.place);
    need(stop.place > last, `the order of the stops is not that of the page at ${stop.text}`);
    need(stop.outlined, `the focus is not seen at ${stop.text}`);
    need(stop.inView, `the focus is outside the window at ${stop.text}`);
    last = stop.place;
  }
  const missed = wanted.filter((one) => !seen.has(one.place));
  need(!missed.length, `the keyboard does not reach ${missed.map((one) => one.text).join(", ")}`);
}

/** What should be stopped at: all that is shown, and of the radio buttons of a group one. */
function reachable(stops) {
  const all = [...document.querySelectorAll("*")];
  const groups = new Set();
  const one = (e) => {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest("details:not([open]) > :not(summary)")) return false;
    if (e.type !== "radio") return true;
    const group = [...document.getElementsByName(e.name)];
    const chosen = group.find((r) => r.checked);
    if (chosen ? e !== chosen : groups.has(e.name)) return false;
    groups.add(e.name);
    return true;
  };
  const found = [...document.querySelectorAll(stops)].filter(one);
  return found.map((e) => ({ place: all.indexOf(e), text: e.outerHTML.slice(0, 100) }));
}

/** Where the focus is, and whether it can be seen. */
function focused() {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll("*")].indexOf(e),
    outlined: style.outlineStyle !== "none" || style.boxShadow !== "none",
    inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    text: e.outerHTML.slice(0, 100),
  };
}

/** With less motion asked for, nothing moves by itself or slides. */
export async function keepsStill(person) {
  const moving = await person.page.evaluate(() => {
    const lasts = (text) => text.split(",").some((one) => parseFloat(one) > 0);
    return [...document.querySelectorAll("*")]
      .filter((e) => {
        const style = getComputedStyle(e);
        return (style.animationName !== "none" && lasts(style.animationDuration)) || lasts(style.transitionDuration);
      })
      .slice(0, 3)
      .map((e) => e.outerHTML.slice(0, 100));
  });
  need(!moving.length, `something moves though less motion is asked for: ${moving}`);
}
