// Steps 4–7: permit, extract, room, result.
import { readFileSync } from "node:fs";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

// Looks at the delivered files: what DuckDB can read, and with which columns.
const LOOK = `
import duckdb, glob, json, os
found = {}
for path in sorted(glob.glob("/data/*.parquet")):
    columns = duckdb.sql(f"describe select * from read_parquet('{path}')").fetchall()
    rows = duckdb.sql(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
    found[os.path.basename(path)] = {"rows": rows, "columns": [[c[0], c[1]] for c in columns]}
print(json.dumps(found))
`;

// Writes people in the whole period, and by year, where they are few.
const table = (file, person, date) => `
import duckdb
rows = duckdb.sql("""
  select left(cast("${date}" as varchar), 4) as year, count(distinct "${person}") as persons
  from read_parquet('/data/${file}') group by 1 order by 1""").fetchall()
def write(name, chosen):
    with open("/outbox/" + name, "w") as out:
        out.write("period,persons\\n")
        for year, persons in chosen:
            out.write(f"{year},{persons}\\n")
whole = duckdb.sql("""select count(distinct "${person}") from read_parquet('/data/${file}')""").fetchall()[0][0]
write("whole_period.csv", [("all", whole)])
write("too_small.csv", rows + [("1999", 3)])
open("/work/seen.csv", "w").write("x,n\\na,1\\n")
print(len(rows), "years")
`;

/** The permit is public, the extract is made and the room opens, all by itself. Adds `room`. */
export async function permit(tale) {
  const { step, researcher, walk } = tale;
  const here = () => researcher.page.url();
  await step("The permit is issued and public, and its seal holds", async () => {
    const anybody = (tale.anybody = await Person.arrive(walk, "anybody"));
    const register = await until(async () => {
      const list = await (await anybody.ask("/api/permits")).json();
      const rows = Array.isArray(list) ? list : (list.permits ?? list.items);
      return rows?.length ? rows : null;
    }, "no permit was issued");
    tale.permit = register[0].id ?? register[0].permit;
    await anybody.open("/tillatelser", { name: "permits" });
    await anybody.inAllLanguages("permits");
    await anybody.press(`main a[href="/tillatelser/${tale.permit}"]`, { name: "permit" });
    await anybody.inAllLanguages("permit");
    await anybody.open("/tillatelser?q=finnesikke", { name: "permits-none-found" });
    const one = await anybody.ask(`/api/permits/${tale.permit}`);
    need(one.status() === 200, `the permit answers ${one.status()}`);
    const sealed = await researcher.ask(`/api/permits/${tale.permit}/sealed`);
    need(sealed.status() === 200, `the researcher gets no sealed permit: ${sealed.status()}`);
    const verify = (data) =>
      anybody.page.context().request.post("/api/permits/verification", { data, headers: { "content-type": "application/jose" } });
    const seal = await sealed.text();
    const whole = await verify(seal);
    need(whole.status() === 200 && (await whole.json()).id === tale.permit, `the seal does not hold: ${whole.status()}`);
    const at = seal.lastIndexOf(".") + 10;
    const bent = await verify(seal.slice(0, at) + (seal[at] === "A" ? "B" : "A") + seal.slice(at + 1));
    need(bent.status() === 422, `a seal with a letter changed answers ${bent.status()}`);
    const keys = await anybody.ask("/api/permits/keys");
    need(keys.status() === 200, "the keys are not public");
  }, here);
  await step("The extract is made and the room opens by itself", async () => {
    tale.room = await until(async () => {
      await researcher.page.goto("/rom");
      const rooms = researcher.page.locator('main a[href^="/rom/"]');
      return (await rooms.count()) ? rooms.first().getAttribute("href") : null;
    }, "no room opened", 180);
    await until(async () => {
      await researcher.page.goto(tale.room);
      return researcher.page.locator(`main a[href="${tale.room}/kjor"].ds-button`).count();
    }, "the room is not usable", 120);
    await researcher.open("/rom", { name: "rooms" });
    await researcher.inAllLanguages("rooms");
  }, here);
}

/** The researcher works in the room. */
export async function work(tale) {
  const { step, researcher } = tale;
  const { page } = researcher;
  const here = () => page.url();
  await step("The researcher enters the room and sees what is in it", async () => {
    await researcher.open(tale.room, { name: "room" });
    await researcher.inAllLanguages("room");
    for (const [tab, name] of [["filer", "files"], ["kjor", "run"], ["ut", "out"], ["medlemmer", "members"], ["logg", "log"]]) {
      await researcher.open(`${tale.room}/${tab}`, { name: `room-${name}` });
      await researcher.inAllLanguages(`room-${name}`);
    }
  }, here);
  await step("… runs a Python script over the files", async () => {
    const output = await run(researcher, tale.room, LOOK, "room-look");
    tale.files = JSON.parse(output);
    const wide = Object.entries(tale.files);
    need(wide.length, "no file can be read");
    need(wide.some(([, file]) => file.rows > 0), "the files are empty");
  }, here);
  await step("… a script that is wrong shows its error, an empty one is refused", async () => {
    await researcher.open(`${tale.room}/kjor`, { name: "room-editor" });
    await researcher.press(`form[action="${tale.room}/kjor"] button`, { status: 422, name: "room-run-empty" });
    await researcher.errors();
    await run(researcher, tale.room, "print(1 / 0)", "room-run-failed", "pre:has-text('ZeroDivisionError')");
  }, here);
  await step("… makes a table of people by year, and one with a small group in it", async () => {
    const { file, person, date } = chosen(tale.files);
    const output = await run(researcher, tale.room, table(file, person, date), "room-table");
    need(/\d+ years/.test(output), `the script said «${output}»`);
    await researcher.open(`${tale.room}/filer`, { name: "room-files-made" });
    need((await researcher.text()).includes("too_small.csv"), "the table is not in the outbox");
  }, here);
  await notebook(tale);
}

/** A file with a column of dates, and the column that tells people apart. */
function chosen(files) {
  for (const [file, { rows, columns }] of Object.entries(files)) {
    const names = columns.map(([name]) => name);
    const person = names.find((name) => /pseudonym|person/i.test(name));
    const date = names.find((name) => /date|dato/i.test(name));
    if (rows && person && date) return { file, person, date };
  }
  throw new Error(`no file has both people and dates: ${JSON.stringify(files)}`);
}

async function run(researcher, room, script, name, shown = "main pre") {
  const { page } = researcher;
  await page.goto(`${room}/kjor`);
  await researcher.fill("tool", "python");
  await researcher.fill("script", script);
  const form = page.locator(`form[action="${room}/kjor"] button`);
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), form.first().click()]);
  await until(async () => {
    if (await page.locator(`main a.ds-button[href="${new URL(page.url()).pathname}"]`).count()) await page.reload();
    else return true;
  }, "the script does not end", 90);
  await researcher.look(name);
  return page.locator(shown).first().innerText({ timeout: 5_000 });
}

async function notebook(tale) {
  const { step, researcher } = tale;
  const { page } = researcher;
  await step("JupyterLab opens through the gateway, and no download path is open", async () => {
    await page.goto(tale.room);
    const link = page.locator('main a[href*="/jupyter/"]');
    if (!(await link.count())) {
      process.stdout.write("    (JupyterLab is not installed in the rooms here: not tried)\n");
      return;
    }
    const href = await link.first().getAttribute("href");
    const tab = await page.context().newPage();
    // JupyterLab's own pages are not ours to judge by axe.
    const answer = await tab.goto(href, { timeout: 90_000 });
    need(answer.status() === 200, `JupyterLab answers ${answer.status()}`);
    await tab.waitForSelector("#jp-main-dock-panel, .jp-LabShell", { timeout: 90_000 });
    await tale.picture(tab, "jupyterlab");
    const base = `${tale.room}/jupyter/`;
    // The notebook may show the file, so that it is there and the gateway is up …
    const shown = await researcher.ask(`${base}api/contents/seen.csv`);
    need(shown.status() === 200, `the notebook does not show the file: ${shown.status()}`);
    // … and still no path hands it out.
    const paths = ["files/seen.csv", "files/seen.csv?download=1", "view/seen.csv", "edit/seen.csv", "nbconvert/html/seen.csv"];
    for (const path of [...paths, "api/contents/seen.csv?download=1", "api/nbconvert", "lab/../files/seen.csv"]) {
      const asked = await researcher.ask(base + path);
      need([403, 404].includes(asked.status()) && !(await asked.text()).includes("a,1"), `${path} answers ${asked.status()}`);
      need(asked.status() === 403 || path.includes(".."), `${path} is not refused, but answers ${asked.status()}`);
    }
    await tab.close();
    // What of the notebook is ours to show: the page with its door, and the refusal.
    await researcher.open(tale.room, { name: "room-with-notebook" });
    await byKeyboard(researcher);
    await researcher.open(`${base}files/seen.csv`, { status: 403, name: "notebook-download-refused" });
    await researcher.inAllLanguages("notebook-download-refused", 403);
  }, () => page.url());
}

/** The result leaves: checks, a small group made right, a reviewer, the file. */
export async function release(tale) {
  const { step, researcher, walk, world } = tale;
  const { page } = researcher;
  const here = () => page.url();
  await step("The researcher asks to take both tables out: the checks show the small group", async () => {
    await researcher.open(`${tale.room}/ut`, { name: "out-choices" });
    await researcher.press(`form[action="${tale.room}/ut"] button`, { status: 422, name: "out-empty" });
    await researcher.errors();
    for (const name of ["whole_period.csv", "too_small.csv"]) {
      await page.locator(".ds-field", { hasText: name }).locator('input[name="files"]').check();
    }
    await researcher.fill("purpose", "Tabell 1 i artikkelen om hjertesvikt.");
    await researcher.press(`form[action="${tale.room}/ut"] button`, { name: "request-checked" });
    tale.request = new URL(page.url()).pathname;
    await researcher.inAllLanguages("request-checked");
    const found = page.locator(".ds-card", { hasText: "too_small.csv" }).locator(".ds-alert");
    need(await found.count(), "the small group is not found");
    need(!(await page.locator(".ds-card", { hasText: "whole_period.csv" }).locator('.ds-alert[data-color="danger"]').count()), "the good table is stopped");
    await researcher.press('button[name="do"][value="submit"]', { status: 422, name: "request-stopped" });
    await researcher.errors();
  }, here);
  await step("… takes the small table away and sends the request", async () => {
    await researcher.press(page.locator('form[action*="/fjern/"]', { hasText: "too_small.csv" }).locator("button"), { name: "request-mended" });
    await researcher.press('button[name="do"][value="submit"]', { name: "request-sent" });
    await researcher.inAllLanguages("request-sent");
    const early = await researcher.page.locator('form[action*="/hent/"]').count();
    need(!early, "the file can be fetched before anybody has looked at it");
  }, here);
  await step("The reviewer sends it back with a reason, and the researcher sends it again", async () => {
    const reviewer = (tale.reviewer = await Person.arrive(walk, "reviewer"));
    await reviewer.logIn(world.logins.reviewer, { to: "/kontroll", side: world.logins.reviewer.side });
    if (!/\/kontroll$/.test(reviewer.page.url())) await reviewer.open("/kontroll", { name: "reviews" });
    await reviewer.inAllLanguages("reviews");
    await byKeyboard(reviewer);
    const why = "Skriv hvilken periode tallet gjelder.";
    await verdict(tale, "return", why);
    await researcher.open(tale.request, { name: "request-returned" });
    await researcher.inAllLanguages("request-returned");
    need((await researcher.text()).includes(why), "the researcher is not told why");
    await researcher.fill("purpose", "Tabell 1 i artikkelen om hjertesvikt: hele perioden 2023–2024.");
    await researcher.press('button[name="do"][value="submit"]', { name: "request-sent-again" });
  }, () => tale.reviewer?.page.url() ?? "");
  await step("The reviewer looks at the file and approves", async () => {
    const { reviewer } = tale;
    await reviewer.open("/kontroll", { name: "reviews-again" });
    await reviewer.press('main a[href^="/kontroll/"]', { name: "review" });
    const review = new URL(reviewer.page.url()).pathname;
    await reviewer.inAllLanguages("review");
    await reviewer.press('main a[href*="/fil/"]', { name: "review-file" });
    await reviewer.inAllLanguages("review-file");
    await reviewer.open(review, { name: "review-again" });
    await reviewer.press(`form[action="${review}"] button`, { status: 422, name: "review-empty" });
    await reviewer.errors();
    await reviewer.fill("verdict", "approve");
    await reviewer.fill("reason", "Alle grupper er store nok, og tabellen svarer til formålet.");
    await reviewer.press(`form[action="${review}"] button`, { name: "review-approved" });
    await reviewer.open("/kontroll", { name: "reviews-empty" });
  }, () => tale.reviewer?.page.url() ?? "");
  await step("The researcher downloads the result: the file that was checked", async () => {
    await researcher.open(tale.request, { name: "request-approved" });
    await researcher.inAllLanguages("request-approved");
    const file = await researcher.download('form[action*="/hent/"] button');
    const text = readFileSync(file.path, "utf8");
    need(file.name === "whole_period.csv", `the file is called ${file.name}`);
    need(/^period,persons\nall,\d+\n$/.test(text), `the file holds «${text.slice(0, 200)}»`);
    await researcher.open(`${tale.room}/logg`, { name: "room-log-full" });
    await researcher.open(`${tale.room}/kjor`, { name: "room-runs" });
    await researcher.open(`${tale.room}/ut`, { name: "out-requests" });
  }, here);
  await step("Another request is turned down: the files stay, and the researcher reads why", async () => {
    await page.locator(".ds-field", { hasText: "whole_period.csv" }).locator('input[name="files"]').check();
    await researcher.fill("purpose", "Det samme en gang til.");
    await researcher.press(`form[action="${tale.room}/ut"] button`, { name: "request-second" });
    const second = new URL(page.url()).pathname;
    await researcher.press('button[name="do"][value="submit"]', { name: "request-second-sent" });
    const why = "Det samme er allerede gitt ut.";
    await verdict(tale, "reject", why);
    await researcher.open(second, { name: "request-rejected" });
    await researcher.inAllLanguages("request-rejected");
    need((await researcher.text()).includes(why), "the researcher is not told why");
    need(!(await page.locator('form[action*="/hent/"]').count()), "what was turned down can be fetched");
  }, here);
}

/** The reviewer looks at every file of the one request that waits, and gives a verdict with a reason. */
async function verdict({ reviewer }, which, why) {
  await reviewer.open("/kontroll", { name: "reviews-waiting" });
  await reviewer.press('main a[href^="/kontroll/"]', { name: "review-begun" });
  const review = new URL(reviewer.page.url()).pathname;
  const files = await reviewer.page.locator('main a[href*="/fil/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const file of files) await reviewer.open(file, { name: `review-${which}-file` });
  await reviewer.open(review, { name: `review-${which}` });
  await reviewer.fill("verdict", which);
  await reviewer.fill("reason", why);
  await reviewer.press(`form[action="${review}"] button`, { name: `review-${which}-given` });
}
