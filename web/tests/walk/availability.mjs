// What is in the data: which variable has values in which year, and statistics without small numbers.
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const DATASET = "npr/contact";
const CODED = `${DATASET}/main_condition`;

export async function observe(tale) {
  const { step, walk } = tale;
  const reader = await Person.arrive(walk, "availability-reader");
  const { page } = reader;
  const here = () => page.url();
  await step("Anybody sees which variable has values in which year, and what contradicts the catalogue", async () => {
    await counted(page);
    await reader.open(`/katalog/${DATASET}`, { name: "dataset-availability" });
    await reader.press(`main a[href="/katalog/tilgjengelighet/${DATASET}"]`, { name: "availability" });
    await reader.inAllLanguages("availability");
    const rows = page.locator("table.v-matrix tbody tr:has(td)");
    need((await rows.count()) > 5, "there are hardly any variables");
    need((await page.locator('table.v-matrix td[data-standing="both"]').count()) > 5, "hardly anything is observed");
    for (const cell of await page.locator("table.v-matrix td").all()) {
      need((await cell.locator(".ds-sr-only").textContent()).trim(), "a cell has a sign and no words");
      break;
    }
    const status = page.locator('main [role="status"]');
    await reader.press(status.locator("a"), { name: "availability-contradictions" });
    need(new URL(page.url()).searchParams.get("vis") === "motstrid", "the filter is not in the address");
    const shown = await page.locator("table.v-matrix tbody tr:has(td)").all();
    for (const row of shown) {
      const bad = await row.locator('td:is([data-standing="unobserved"], [data-standing="undeclared"])').count();
      need(bad > 0 || page.url().includes("til="), "a row without a contradiction is shown");
    }
    if (!shown.length) need((await page.locator("main .v-empty").count()) === 1, "nothing says that nothing contradicts");
    await reader.inAllLanguages("availability-contradictions");
  }, here);
  await step("… keeps the names of variables in sight on a phone while years scroll", async () => {
    await reader.open(`/katalog/tilgjengelighet/${DATASET}`, { name: "availability-phone" });
    await page.setViewportSize({ width: 390, height: 800 });
    const box = page.locator(".v-scroll:has(table.v-matrix)");
    await box.evaluate((element) => { element.scrollLeft = element.scrollWidth; });
    const name = await page.locator('table.v-matrix th[scope="row"]').first().boundingBox();
    need((await box.evaluate((element) => element.scrollLeft)) > 100, "there is nothing to scroll");
    need(name.x >= 0 && name.x < 60, `the name is at ${name.x}`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }, here);
  await step("… reads the statistics of a variable: a figure, the same in a table, and what was withheld", async () => {
    await reader.open(`/katalog/variabel/${CODED}`, { name: "variable-statistics" });
    need((await page.locator("#distribution").count()) === 1, "the variable's page has no statistics");
    await reader.press(`main a[href="/katalog/statistikk/${CODED}"]`, { name: "statistics" });
    await reader.inAllLanguages("statistics");
    const drawn = await page.locator("main figure svg text[text-anchor='end']").allTextContents();
    const listed = await page.locator("#groups-caption").locator("xpath=ancestor::table").locator("tbody tr td:nth-child(2)").allTextContents();
    need(drawn.length > 1, "nothing is drawn");
    need(drawn.every((number, at) => number.trim() === listed[at].trim()), `figure ${drawn} and table ${listed} differ`);
    need(/avrundet til nærmeste 5/.test(await reader.text()), "nothing says how the numbers are made safe");
    await reader.press('main nav.v-tabs a:not([aria-current])', { name: "statistics-year" });
    need(new URL(page.url()).searchParams.get("aar"), "the year is not in the address");
  }, here);
  await step("… finds no number about few people in the JSON, and the explorer's statistics for its clients", async () => {
    const told = await page.evaluate((at) => fetch(`/api/catalogue/statistics/${at}`).then((answer) => answer.json()), CODED);
    const counts = told.years.flatMap((year) => [year.total, ...year.counts]).filter((count) => count);
    need(counts.length > 3, "hardly anything is told");
    need(counts.every((count) => count.people === 0 || count.people >= 10), "a number about few people is told");
    need(counts.every((count) => count.rows % 5 === 0 && count.people % 5 === 0), "a number is not rounded");
    const items = await page.evaluate(() => fetch("/api/explorer/variables?search=hovedtilstand").then((answer) => answer.json()));
    const detail = await page.evaluate((id) => fetch(`/api/explorer/variables/${id}`).then((answer) => answer.json()), items.items[0].id);
    need(detail.statistikker.length > 0, "the explorer's JSON has no statistics");
    need(detail.statistikker.some((year) => year.kodefrekvenser.length > 0), "… and no frequencies of codes");
  }, here);
}

/** Waits for the job that counts the release: it is approved when the world is made, and counted after. */
async function counted(page) {
  await page.goto("/katalog");
  for (let tries = 0; tries < 120; tries += 1) {
    const told = await page.evaluate((at) => fetch(`/api/catalogue/statistics/${at}`).then((answer) => answer.json()), CODED);
    if (told) return;
    await page.waitForTimeout(500);
  }
  need(false, "the release was not counted within a minute");
}
