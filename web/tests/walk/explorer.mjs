// The explorer: choose columns, compare, list, apply; the tree and the two times; and all of it by keyboard.
import { byKeyboard, keepsStill } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const SEARCH = "/katalog?q=dato&slag=variable";

export async function explore(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "explorer");
  const { page } = who;
  const here = () => page.url();
  const first = {};
  await step("A researcher chooses columns and how many hits, and the address says it all", async () => {
    await who.logIn(world.logins.researcher, { to: "/katalog", side: world.logins.researcher.side });
    await who.open(SEARCH, { name: "hits" });
    const form = page.locator('main details form[action="/katalog"]');
    await who.unfold("#c-sti");
    for (const column of ["sti", "periode", "identifisering"]) await page.check(`#c-${column}`);
    await page.uncheck("#c-beskrivelse");
    await page.selectOption("#c-size", "50");
    await who.press(form.locator("button"), { name: "columns" });
    const query = new URL(page.url()).searchParams;
    need(query.get("antall") === "50" && query.getAll("kol").includes("periode"), `the address is ${page.url()}`);
    need(query.get("q") === "dato" && query.get("slag") === "variable", "the search is lost");
    const shown = page.locator("main thead th");
    need((await shown.allInnerTexts()).join().includes("Samlet inn"), "the column is not shown");
    need((await page.locator("main tbody tr").count()) > 2, "there is hardly anything to compare");
    await who.inAllLanguages("columns");
    await who.press("main thead th a", { name: "ordered" });
    need((await page.locator('main th[aria-sort="ascending"]').count()) === 1, "nothing says what the hits are ordered by");
    need(new URL(page.url()).searchParams.getAll("kol").includes("periode"), "the columns are lost");
  }, here);
  await step("… compares two of the hits, and sees in words what differs", async () => {
    const boxes = page.locator('main input[form="compare"]');
    first.path = await boxes.first().getAttribute("value");
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await who.press("#compare button", { name: "compare" });
    need((await page.locator("main table").first().locator("thead th").count()) === 4, "not two variables side by side");
    need(/Ulikt/.test(await who.text()) && /Likt/.test(await who.text()), "no word says what differs");
    await who.inAllLanguages("compare");
    await who.press('main [role="status"] a', { name: "compare-differences" });
    need(!(await page.locator("main table").first().locator("tbody").innerText()).includes("Likt\n"), "what is the same is still shown");
    await page.fill("#more", "finnes/ikke/her");
    await who.press('main form[action="/katalog/sammenlign"] button', { name: "compare-gone" });
    need((await who.text()).includes("finnes/ikke/her"), "what is not in the catalogue is not named");
    await who.open("/katalog/sammenlign", { name: "compare-nothing" });
    await who.inAllLanguages("compare-nothing");
  }, here);
  await step("… puts one in a new list, which is the need of an application: nothing is downloaded or sent up", async () => {
    await who.open("/liste", { name: "lists" });
    await page.fill('[name="name"]', "Utforskeren");
    await who.press('form[action="/liste"] button', { name: "list-empty" });
    first.list = new URL(page.url()).pathname;
    await who.open(`/katalog/variabel/${first.path}`, { name: "variable" });
    first.name = (await page.locator("h1").innerText()).trim();
    await who.press('form[action="/liste/legg-til"] button', { name: "listed" });
    need(await page.locator(`#used + dl a[href="${first.list}"]`).count(), "the variable does not tell that the list has it");
    await who.open(first.list, { name: "list" });
    await who.press('main a[href^="/soknader/ny"]', { name: "apply" });
    if (new URL(page.url()).pathname === "/soknader/ny") {
      await who.press('form[action="/soknader"] button[type=submit]', { name: "applied" });
    }
    await who.open(`${new URL(page.url()).pathname}/opplysninger`, { name: "applied-variables" });
    need((await page.locator("main").textContent()).includes(first.name), `the application does not have «${first.name}»`);
  }, here);
  await step("A source is a tree with when it was collected; a dataset is searched in; each as on another day", async () => {
    const [source, dataset] = first.path.split("/");
    await who.open(`/katalog/${source}`, { name: "source" });
    need(await page.locator("main .v-tree a").count(), "there is no tree");
    need(await page.locator("main figure svg rect").count(), "there is no figure");
    await who.inAllLanguages("source");
    await who.press(`main .v-tree a[href="/katalog/${source}/${dataset}"]`, { name: "dataset" });
    await page.fill("#find", "finnesikke");
    await who.press('main form[role="search"] button', { name: "dataset-nothing" });
    await page.fill("#find", "dato");
    await who.press('main form[role="search"] button', { name: "dataset-found" });
    need((await page.locator('[aria-labelledby="variables"] tbody tr').count()) > 0, "nothing is found in the dataset");
    await who.inAllLanguages("dataset-found");
    await who.open(`/katalog/variabel/${first.path}`, { name: "variable-again" });
    await who.unfold("#per");
    await page.fill("#per", new Date().toISOString().slice(0, 10));
    await who.press(page.locator("main details form button").last(), { name: "variable-day" });
    need((await who.text()).includes("Du ser katalogen slik den var"), "the page does not say which day it shows");
    await who.press('main a[href*="&utgave="]', { name: "variable-cited" });
    need(await page.locator('main .ds-alert[data-color="success"]').count(), "the citation is not confirmed");
    await who.inAllLanguages("variable-cited");
  }, here);
  await step("By the keyboard alone: search, tick, compare, open and close the tree", async () => {
    await page.goto(SEARCH);
    await typeInto(page, "#q", "");
    await tabTo(page, 'input[form="compare"]');
    await page.keyboard.press("Space");
    await tabTo(page, 'input[form="compare"]:not(:checked)');
    await page.keyboard.press("Space");
    await tabTo(page, "#compare button");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    need(new URL(page.url()).searchParams.getAll("v").length === 2, `the keyboard compares ${page.url()}`);
    await byKeyboard(who);
    await keepsStill(who);
    for (const path of [SEARCH, `/katalog/${first.path.split("/")[0]}`, `/katalog/${first.path.split("/").slice(0, 2).join("/")}`]) {
      await byKeyboard(who, path);
    }
    await page.goto(`/katalog/variabel/${first.path}`);
    const folded = () => page.locator("main details").last().evaluate((e) => e.open);
    const before = await folded();
    await tabTo(page, "main details:last-of-type > summary");
    await page.keyboard.press("Enter");
    need((await folded()) !== before, "the keyboard does not open what is folded");
  }, here);
}

/** Presses Tab until what is wanted has the focus. */
async function tabTo(page, selector) {
  for (let stops = 0; stops < 400; stops++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

/** Goes to a field by Tab from the top of the page, and types. */
async function typeInto(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}
