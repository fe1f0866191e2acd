// A steward's pages: how good a release is, what changed, what is demanded, and that plots and tables say the same.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const DATASET = "npr/contact";

export async function stewardship(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "stewardship");
  const { page } = who;
  const here = () => page.url();
  let release;

  await step("The steward finds the newest release of a dataset, and the one that it replaced", async () => {
    await who.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    if (!/\/register$/.test(page.url())) await who.open("/register", { name: "stewardship-releases" });
    const ours = page.locator("#releases tbody tr", { hasText: DATASET });
    need((await ours.count()) >= 2, "there are not two releases to compare");
    need(/Erstattet/.test((await ours.allTextContents()).join(" ")), "none of them is superseded");
    await who.press(ours.first().locator("a"), { name: "stewardship-release" });
    await who.inAllLanguages("stewardship-release");
    release = new URL(page.url()).pathname;
  }, here);

  await step("… reads its quality by six dimensions, each plot with the numbers of its table", async () => {
    await assessed(page, release);
    await who.open(`${release}/kvalitet`, { name: "stewardship-quality" });
    await who.inAllLanguages("stewardship-quality");
    need((await page.locator("main section").count()) === 6, "there are not six dimensions");
    const plots = await same(page);
    need(plots >= 5, `only ${plots} plots are drawn`);
    const report = await page.evaluate((at) => fetch(`/api${at.replace("register", "releases")}/quality`).then((answer) => answer.json()), release);
    need(report.exact, "the holder does not see the figures as they are");
    const complete = await page.locator("#t-completeness tbody tr").evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.dataset.value)));
    report.assessment.report.variables.forEach((variable, at) => {
      const rows = variable.years.reduce((sum, year) => sum + year.with.rows, 0);
      need(Number(complete[at][1]) === rows, `${variable.name}: the table says ${complete[at][1]}, the report ${rows}`);
    });
    await byKeyboard(who);
  }, here);

  await step("… looks at one variable year by year, and at another year's coverage", async () => {
    await who.press("#t-completeness tbody a", { name: "stewardship-variable" });
    need((await same(page)) >= 1, "nothing is drawn");
    await who.inAllLanguages("stewardship-variable");
    await who.open(`${release}/kvalitet`, { name: "stewardship-quality-again" });
    const another = page.locator("nav.v-tabs a:not([aria-current])");
    need(await another.count(), "there is one year of coverage only");
    await who.press(another, { name: "stewardship-coverage" });
    await same(page);
  }, here);

  await step("… sees what has changed since the release before", async () => {
    await who.open(`${release}/utvikling`, { name: "stewardship-trend" });
    need((await same(page)) >= 2, "the trend is not drawn");
    await who.inAllLanguages("stewardship-trend");
  }, here);

  await step("… demands something of the dataset, is told what is wrong in the form, and says why", async () => {
    await who.open(`/register/krav/${DATASET}`, { name: "stewardship-demands" });
    await who.inAllLanguages("stewardship-demands");
    await who.fill("rows_change", "mye");
    const save = 'main form[method="post"] button[type="submit"]';
    await who.press(save, { status: 422, name: "stewardship-demands-wrong" });
    const { fields } = await who.errors();
    need(fields.includes("rows_change"), `only ${fields} are named`);
    await who.fill("rows_change", "50");
    await who.fill("complete-main_condition", "90");
    await who.fill("reason", "Uten hovedtilstand kan ikke radene brukes.");
    await who.press(save, { name: "stewardship-demanded" });
    need(/main_condition har verdi i minst 90 %/.test(await who.text()), "what is demanded is not shown");
    await byKeyboard(who);
  }, here);

  await step("… and is asked for a reason before a release is withdrawn", async () => {
    await who.open(release, { name: "stewardship-before-withdrawal" });
    const withdraw = page.locator('form[action$="/trekk"] button');
    await who.unfold(withdraw);
    await who.press(withdraw, { status: 422, name: "stewardship-withdraw-why" });
    need((await who.errors()).fields.includes("because"), "the reason is not asked for");
  }, here);
}

/** Every plot draws what the table it is of says, in numbers and in words; gives how many there are. */
async function same(page) {
  const all = await page.evaluate(() =>
    [...document.querySelectorAll("figure[data-of]")].map((figure) => {
      const rows = [...document.querySelectorAll(`#${figure.dataset.of} tbody tr`)];
      const cell = rows.map((row) => [...row.querySelectorAll("td")].find((one) => one.dataset.value !== undefined)).filter(Boolean);
      return {
        id: figure.dataset.of,
        drawn: [...figure.querySelectorAll("rect")].map((bar) => bar.dataset.value),
        said: [...figure.querySelectorAll("text[text-anchor='end']")].map((text) => text.textContent.trim()),
        table: cell.map((one) => one.dataset.value),
        words: cell.map((one) => one.textContent.trim()),
      };
    }),
  );
  for (const one of all) {
    need(one.drawn.length > 0, `${one.id}: nothing is drawn`);
    need(one.drawn.every((value, at) => value === one.table[at]), `${one.id}: plot ${one.drawn} and table ${one.table}`);
    need(one.said.every((text, at) => text === one.words[at]), `${one.id}: plot ${one.said} and table ${one.words}`);
  }
  return all.length;
}

/** Waits for the job that looks at releases. */
async function assessed(page, release) {
  for (let tries = 0; tries < 120; tries += 1) {
    await page.goto(release);
    if (await page.locator(`a[href="${release}/kvalitet"]`).count()) return;
    await page.waitForTimeout(500);
  }
  need(false, "nobody looked at the release within a minute");
}
