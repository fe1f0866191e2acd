// Exploration: anybody sees what is open and why they may not ask; a researcher narrows a cohort step by
// step, crosses it, gets a plot of the table's numbers, keeps the question and goes on to an application.
import { readFileSync } from "node:fs";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const DATASET = "/utforsk/data/npr/contact";
const SEND = 'main form[method="post"] .v-buttons button[type="submit"]';

export async function safeTables(tale) {
  const { step, walk, world } = tale;
  const { logins } = world;
  const anybody = await Person.arrive(walk, "explores-not");
  const researcher = await Person.arrive(walk, "explores");
  const text = async () => researcher.page.locator("main").innerText();
  let table;

  await step("Anybody sees what is open to exploration, and how to get the right to ask", async () => {
    await anybody.open("/utforsk", { name: "exploration-closed" });
    need(/Be den som styrer roller/.test(await anybody.text()), "it is not said how to get the right");
    await anybody.inAllLanguages("exploration-closed");
    await anybody.open(DATASET, { name: "exploration-closed-dataset" });
    need(!(await anybody.page.locator(`form[action="${DATASET}"]`).count()), "who may not ask has a form");
  }, () => anybody.page.url());

  await step("A researcher counts a cohort step by step, each step with its count", async () => {
    await researcher.logIn(logins.researcher, { to: "/utforsk", side: logins.researcher.side });
    await researcher.open("/utforsk", { name: "exploration-empty" });
    need(/Du har ikke spurt om noe ennå/.test(await text()), "the empty state is not told");
    await researcher.inAllLanguages("exploration-empty");
    await researcher.open(DATASET, { name: "exploration-form" });
    await byKeyboard(researcher);
    await researcher.inAllLanguages("exploration-form");
    await researcher.press(SEND, { name: "exploration-everybody" });
    need(/Omtrent [\d\s\u00a0]+ personer/.test(await text()), "everybody is not counted");
    await researcher.press('main a.ds-button[href*="/utforsk/data/"]', { name: "exploration-refined" });
    await researcher.fill("variabel1", "main_condition");
    await researcher.fill("hvordan1", "ikke");
    // Few would be left of a small world with one diagnosis: contacts without births are most.
    await researcher.fill("kode1", "O");
    await researcher.press(SEND, { name: "exploration-step" });
    need(/Alle i datasettet: [\d\s\u00a0]+/.test(await text()), "the step before is not shown with its count");
    await researcher.inAllLanguages("exploration-step");
  }, () => researcher.page.url());

  await step("It is crossed: the plot and the file have the numbers of the table", async () => {
    await researcher.press('main a.ds-button[href*="/utforsk/data/"]');
    await researcher.fill("dim1", "sex");
    await researcher.fill("dim2", "/age=20");
    await researcher.press(SEND, { name: "exploration-table" });
    table = new URL(researcher.page.url()).pathname;
    const values = (where) => researcher.page.locator(where).evaluateAll((all) => all.map((one) => one.dataset.value));
    const bars = await values("main figure svg[data-value]");
    const margins = await values("main table tbody tr td:last-child");
    // The table's last row is everybody, which the plot leaves out.
    const groups = margins.slice(0, -1);
    need(bars.length > 1 && `${bars}` === `${groups}`, `the plot shows ${bars}, the table ${groups}`);
    await researcher.inAllLanguages("exploration-table");
    const file = await researcher.page.request.get(`${table}/tabell.csv`);
    need(file.ok() && (await file.text()).includes('"checked"'), "the file has no record of what was checked");
    await researcher.page.locator('input[name="name"]').fill("Hjerte etter alder");
    await researcher.press(`form[action="${table}/navn"] button[type="submit"]`, { name: "exploration-named" });
    await researcher.open("/utforsk", { name: "exploration-home" });
    need(/Hjerte etter alder/.test(await text()), "the question is not kept");
    await researcher.inAllLanguages("exploration-home");
  }, () => researcher.page.url());

  await step("A median is told with its quartiles, on the page and in the file", async () => {
    await researcher.open("/utforsk/data/lmr/dispensing");
    const median = researcher.page.locator('select[name="mal"] option[value^="median="]').first();
    await researcher.fill("mal", await median.getAttribute("value"));
    await researcher.press(SEND, { name: "exploration-median" });
    need(/\d \([\d\s\u00a0,]+–[\d\s\u00a0,]+\)/.test(await text()), "no quartiles stand beside the median");
    await researcher.inAllLanguages("exploration-median");
    const file = await researcher.page.request.get(`${new URL(researcher.page.url()).pathname}/tabell.csv`);
    const [headers] = (await file.text()).split("\n").filter((line) => !line.startsWith("#"));
    need(/kvartil|quartile/.test(headers), `the file has no quartiles: ${headers}`);
  }, () => researcher.page.url());

  await step("Few people are told nothing of, in words; an error stands beside its field", async () => {
    await researcher.open(`${DATASET}?mal=people&alder-fra=20&alder-til=24&kjonn=female&fylke=03&variabel1=main_condition&kode1=C`);
    await researcher.press(SEND, { name: "exploration-withheld" });
    need(/færre enn 1000 personer/.test(await text()), "it is not said why nothing is told");
    await researcher.inAllLanguages("exploration-withheld");
    await researcher.open(`${DATASET}?mal=people&variabel1=main_condition`);
    await researcher.press(SEND, { status: 422, name: "exploration-error" });
    need((await researcher.errors()).fields.includes("kode1"), "the missing code is not named");
  }, () => researcher.page.url());

  await step("From a question one goes on to an application with its variables", async () => {
    await researcher.open(table);
    await researcher.press(`form[action="${table}/sok"] button[type="submit"]`, { name: "exploration-apply" });
    need(/\/soknader\/ny\?liste=/.test(researcher.page.url()), "the application does not begin with the list");
  }, () => researcher.page.url());
}
