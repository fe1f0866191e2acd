// Statistics on request: a researcher plans a table and sends it, a handler decides, the table is published for
// everybody with the same numbers in plot, table and files; what would give somebody away is refused in words.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const ORDER = "/statistikk/bestill/npr/contact";
const SEND = 'button[name="handling"][value="send"]';

export async function statistics(tale) {
  const { step, walk, world } = tale;
  const { logins } = world;
  const anybody = await Person.arrive(walk, "reads-statistics");
  const researcher = await Person.arrive(walk, "asks-for-statistics");
  const handler = await Person.arrive(walk, "decides-on-statistics");
  const text = (who) => who.page.locator("main").innerText();
  let request, table;

  await step("Anybody finds what is published, and is told when nothing fits", async () => {
    await anybody.open("/statistikk", { name: "statistics-list" });
    await anybody.inAllLanguages("statistics-list");
    need(await anybody.page.locator('main table a[href^="/statistikk/"]').count(), "the demo world has no statistic");
    await anybody.open("/statistikk?q=finnes+ikke", { name: "statistics-not-found" });
    need(/Ingen tabeller passer/.test(await text(anybody)), "the empty state is not told");
    await anybody.inAllLanguages("statistics-not-found");
  }, () => anybody.page.url());

  await step("A researcher plans a table; what is lacking stands beside the fields", async () => {
    await researcher.logIn(logins.researcher, { to: "/statistikk/bestill", side: logins.researcher.side });
    need(/venter|Sendt/.test(await text(researcher)), "the request of the demo world that waits is not told");
    await researcher.open(ORDER, { name: "statistics-form" });
    await byKeyboard(researcher);
    await researcher.inAllLanguages("statistics-form");
    await researcher.fill("dim1", "sex");
    await researcher.fill("dim2", "/age=20");
    await researcher.press(SEND, { status: 422, name: "statistics-error" });
    const { fields } = await researcher.errors();
    need(fields.includes("tittel") && fields.includes("bruk"), `only ${fields} are said to be lacking`);
    await researcher.fill("tittel", "Kontakter etter kjønn og alder");
    await researcher.fill("formal", "research");
    await researcher.fill("bruk", "Et kapittel i en rapport om bruk av sykehus.");
    await researcher.fill("soker", "Forsker på helsetjenester ved et universitet.");
    await researcher.fill("mottaker", "Allmennheten.");
    await researcher.fill("vern", "Svaret brukes bare i rapporten.");
    await researcher.press(SEND, { name: "statistics-sent" });
    request = new URL(researcher.page.url()).pathname;
    need(/venter på vedtak/.test(await text(researcher)), "it is not said that the request waits");
    await researcher.inAllLanguages("statistics-sent");
    await researcher.open("/statistikk/bestill", { name: "statistics-own" });
    await researcher.inAllLanguages("statistics-own");
  }, () => researcher.page.url());

  await step("A handler decides, with the risks and the reasons", async () => {
    await handler.logIn(logins.handler, { to: "/statistikk/saker", side: logins.handler.side });
    await handler.look("statistics-desk");
    await handler.inAllLanguages("statistics-desk");
    await handler.press(`main a[href="${request}"]`, { name: "statistics-case" });
    await handler.inAllLanguages("statistics-case");
    await handler.fill("outcome", "approved");
    await handler.fill("risks", "Ingen av risikoene i artikkel 68 nr. 2 er til stede.");
    await handler.fill("reasons", "Formålet er tillatt, og svaret er anonymt.");
    await handler.press(`form[action="${request}/vedtak"] button[type="submit"]`, { name: "statistics-decided" });
  }, () => handler.page.url());

  await step("The table is made and published: plot, table and files have the same numbers", async () => {
    for (let tries = 0; tries < 100 && !table; tries += 1) {
      await researcher.page.goto(request);
      const link = researcher.page.locator('main a.ds-button[href^="/statistikk/"]');
      if (await link.count()) table = await link.first().getAttribute("href");
      else await researcher.page.waitForTimeout(200);
    }
    need(table, `no table came of it: ${await text(researcher)}`);
    await researcher.look("statistics-published-request");
    await anybody.open("/statistikk?q=kontakter", { name: "statistics-found" });
    await anybody.press(`main a[href="${table}"]`, { name: "statistics-table" });
    await anybody.inAllLanguages("statistics-table");
    need(!/Allmennheten|universitet/.test(await text(anybody)), "what was written to the access body is told");
    const values = (where) => anybody.page.locator(where).evaluateAll((all) => all.map((one) => one.dataset.value ?? ""));
    const bars = await values("main figure svg[data-value]");
    const margins = (await values("main table tbody tr td:last-child")).slice(0, -1);
    need(bars.length > 1 && `${bars}` === `${margins}`, `the plot shows ${bars}, the table ${margins}`);
    const told = (await values("main table td")).filter((value) => value);
    const file = await anybody.page.request.get(`${table}/tabell.json`);
    const { cells, checked } = JSON.parse(await file.text());
    const published = cells.map((cell) => cell.people).filter((people) => people !== undefined);
    need(`${told.sort()}` === `${published.map(String).sort()}`, `the page tells ${told}, the file ${published}`);
    const csv = await anybody.page.request.get(`${table}/tabell.csv`);
    const described = /^<([^>]+)>; rel="describedby"; type="application\/csvm\+json"$/.exec(csv.headers().link)?.[1];
    need(csv.ok() && described, "the file does not say where it is described");
    need(await anybody.page.locator(`main a[href="${table}/${described}"]`).count(), "… and nor does the page");
    const about = JSON.parse(await (await anybody.page.request.get(`${table}/${described}`)).text());
    const output = about["schema:additionalProperty"].find((one) => one["schema:propertyID"] === "output");
    need(output["schema:value"] === checked.output, "the description has another record of what was checked");
    const heading = about.tableSchema.columns.map((column) => column.name).join();
    need((await csv.text()).startsWith(`${heading}\n`), `the columns are not ${heading}`);
  }, () => anybody.page.url());

  await step("A table with a fault is withdrawn; its address stays, with the reason", async () => {
    await handler.open(table, { name: "statistics-to-withdraw" });
    const withdraw = `form[action="${table}/trekk"] button[type="submit"]`;
    await handler.press(withdraw, { status: 422, name: "statistics-no-reason" });
    need((await handler.errors()).fields.includes("because"), "the missing reason is not named");
    await handler.fill("because", "En kilde har levert en feil fil.");
    await handler.press(withdraw, { name: "statistics-withdrawn" });
    await anybody.open(table, { name: "statistics-withdrawn" });
    need(/feil fil/.test(await text(anybody)), "the reason is not told");
    need(!(await anybody.page.locator("main table").count()), "numbers that are wrong are still told");
    await anybody.inAllLanguages("statistics-withdrawn");
  }, () => anybody.page.url());
}
