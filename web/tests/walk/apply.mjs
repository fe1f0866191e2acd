// Steps 1–3: the researcher finds variables, applies and answers; the handler decides.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { write } from "./form.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";
import { WANTED } from "./world.mjs";

/** The researcher finds variables and makes a list of them. Adds `list` to the tale. */
export async function find(tale) {
  const { step, walk, world } = tale;
  const researcher = (tale.researcher = await Person.arrive(walk, "researcher"));
  const here = () => researcher.page.url();
  await step("The researcher searches the catalogue without logging in", async () => {
    await researcher.open("/", { name: "front" });
    await researcher.inAllLanguages("front");
    await researcher.page.fill("#q", WANTED.search);
    await researcher.press('form[role="search"] button', { name: "catalogue-hits" });
    await researcher.inAllLanguages("catalogue-hits");
    const hit = researcher.page.locator(`main a[href="/katalog/variabel/${WANTED.condition}"]`);
    need(await hit.count(), `searching for «${WANTED.search}» does not find ${WANTED.condition}`);
    await researcher.press(hit, { name: "variable" });
    await researcher.inAllLanguages("variable");
    await researcher.open("/katalog?q=finnesikke", { name: "catalogue-nothing" });
    await researcher.open("/katalog", { name: "catalogue" });
  }, here);
  await step("… sees sources, datasets and editions", async () => {
    for (const source of new Set(Object.values(WANTED.variables).map((path) => path.split("/")[0]))) {
      await researcher.open(`/katalog/${source}`, { name: `source-${source}` });
    }
    const dataset = WANTED.condition.split("/").slice(0, 2).join("/");
    await researcher.open(`/katalog/${dataset}`, { name: "dataset" });
    await researcher.inAllLanguages("dataset");
    await researcher.open("/katalog/finnesikke", { status: 404, name: "source-not-found" });
  }, here);
  await step("… logs in with Test-ID for a university and makes a list of variables", async () => {
    await researcher.logIn(world.logins.researcher, { to: "/liste", side: world.logins.researcher.side });
    await researcher.look("lists-empty");
    await researcher.inAllLanguages("lists");
    await researcher.page.fill('[name="name"]', "");
    await researcher.press('form[action="/liste"] button', { status: 422, name: "list-without-name" });
    await researcher.errors();
    await researcher.page.fill('[name="name"]', "Hjertesvikt og legemidler");
    await researcher.press('form[action="/liste"] button', { name: "list-empty" });
    tale.list = new URL(researcher.page.url()).pathname;
    for (const [what, path] of Object.entries(WANTED.variables)) {
      await researcher.open(`/katalog/variabel/${path}`, { name: `variable-${what}` });
      need(!/\btoday\b/i.test(await researcher.text()), `a name from the codebook is shown instead of words at ${path}`);
      await researcher.press('form[action="/liste/legg-til"] button', { name: `variable-${what}-added` });
      need(await researcher.page.locator('form[action="/liste/ta-ut"]').count(), `${path} cannot be taken out again`);
    }
    await researcher.open(tale.list, { name: "list" });
    await researcher.inAllLanguages("list");
    const rows = await researcher.page.locator("main tbody tr").count();
    need(rows === Object.keys(WANTED.variables).length, `${rows} variables in the list`);
  }, here);
  await step("… makes another list, which is the one that is filled then, and goes back to the first", async () => {
    await researcher.open("/liste", { name: "lists" });
    await researcher.page.fill('[name="name"]', "Bare et forsøk");
    await researcher.press('form[action="/liste"] button', { name: "list-other" });
    const other = (tale.otherList = new URL(researcher.page.url()).pathname);
    await researcher.open(`/katalog/variabel/${WANTED.condition}`, { name: "variable-other-list" });
    need(!(await researcher.page.locator('form[action="/liste/ta-ut"]').count()), "the new list is said to hold the variable");
    await researcher.press('form[action="/liste/legg-til"] button', { name: "variable-other-list-added" });
    await researcher.open(other, { name: "list-other-filled" });
    need((await researcher.page.locator("main tbody tr").count()) === 1, "the variable is not in the new list");
    await researcher.open("/liste", { name: "lists-two" });
    await researcher.inAllLanguages("lists-two");
    await researcher.press(`main a[href="${tale.list}"]`, { name: "list-first-again" });
    need((await researcher.page.locator("main tbody tr").count()) === Object.keys(WANTED.variables).length, "the first list is changed");
  }, here);
}

/** The researcher begins an application from the list, writes it and sends it. Adds `application` (its path) to the tale. */
export async function apply(tale) {
  const { step, researcher } = tale;
  const { page } = researcher;
  const here = () => page.url();
  await step("The researcher starts an application from the list", async () => {
    await researcher.open("/soknader", { name: "applications-empty" });
    await researcher.inAllLanguages("applications-empty");
    await researcher.open(tale.list, { name: "list-again" });
    await researcher.press('main :is(a, button):is([href^="/soknader"], form[action="/soknader"] *)', { name: "application-new" });
    if (new URL(page.url()).pathname === "/soknader/ny") {
      await researcher.press('form[action="/soknader"] button[type=submit]', { name: "application-begun" });
    }
    const path = new URL(page.url()).pathname;
    need(path.endsWith("/rediger"), `the form is not shown, but ${path}`);
    tale.application = path.replace(/\/rediger$/, "");
    await researcher.inAllLanguages("application-form");
    await byKeyboard(researcher);
  }, here);
  await write(tale);
  await step("… takes invented data of the same shape to write code with, the same each time", async () => {
    await researcher.open(tale.application, { name: "application-waiting" });
    const taken = async () => readFileSync((await researcher.download('a[href$="/oppdiktede-data"]')).path);
    const first = await taken();
    need(first.subarray(0, 4).toString("latin1") === "PK\u0003\u0004", "what is downloaded is no zip file");
    need(/\.parquet/.test(first.toString("latin1")), "there is no table in it");
    need(first.equals(await taken()), "the same need gave other bytes");
    await researcher.open("/soknader", { name: "applications-again" });
  }, here);
  await step("… begins another by mistake, and withdraws it", async () => {
    await page.locator('form[action="/soknader"] .ds-field', { hasText: "Bare et forsøk" }).locator("input").check();
    await researcher.press('form[action="/soknader"] button[type=submit]', { name: "application-mistake" });
    const mistake = new URL(page.url()).pathname.replace(/\/rediger$/, "");
    await researcher.open(mistake, { name: "application-draft" });
    await researcher.unfold(`form[action="${mistake}/trekk"]`);
    await researcher.press(`form[action="${mistake}/trekk"] button`, { name: "application-withdrawn" });
    await researcher.inAllLanguages("application-withdrawn");
    need(!(await page.locator(`form[action="${mistake}/trekk"], main a[href="${mistake}/rediger"]`).count()), "what is withdrawn can be changed");
    await page.goto(`${mistake}/rediger`);
    need(new URL(page.url()).pathname === mistake, "what is withdrawn is still shown as a form");
    await researcher.open("/soknader", { name: "applications-two" });
    await researcher.open(tale.otherList, { name: "list-other-again" });
    await researcher.press('form[action="/liste/ta-ut"] button', { name: "list-other-emptied" });
    await researcher.open(tale.otherList, { name: "list-other-empty" });
    await researcher.press(`form[action="${tale.otherList}/slett"] button`, { name: "list-other-deleted" });
  }, here);
}

/** The handler asks, the researcher answers, the handler assesses and decides. */
export async function decide(tale) {
  const { step, walk, world, researcher } = tale;
  const handler = (tale.handler = await Person.arrive(walk, "handler"));
  const { page } = handler;
  const here = () => page.url();
  const caseOf = () => `/saker/${tale.application.split("/").pop()}`;
  await step("The handler comes with a login that is too low, is told why and how to go on", async () => {
    await handler.logIn(world.logins.handler, { level: "substantial", to: "/saker", side: world.logins.handler.side, status: 403 });
    const way = page.locator('main a[href^="/logg-inn"]');
    need(await way.count(), "the refusal shows no way on");
    await handler.inAllLanguages("desk-refused", 403);
  }, here);
  await step("… logs in at level high and finds the application on the desk", async () => {
    await handler.logIn(world.logins.handler, { to: "/saker", side: world.logins.handler.side });
    if (!/\/saker$/.test(page.url())) await handler.open("/saker", { name: "desk" });
    await handler.inAllLanguages("desk");
    await handler.press(`main a[href="${caseOf()}"]`, { name: "case" });
    await handler.inAllLanguages("case");
    need((await handler.text()).includes("«Hovedtilstand»"), "the population is not told by the variable's name");
    need(!(await handler.text()).includes("npr/contact/"), "a path is shown instead of a name");
    await byKeyboard(handler);
  }, here);
  await step("… asks a question about a field", async () => {
    await handler.unfold('[name="question"]');
    await handler.fill("field", "variables");
    await handler.press('form[action$="/sporsmal"] button', { status: 422, name: "case-question-empty" });
    await handler.errors();
    await handler.fill("field", "variables");
    await handler.fill("question", "Trenger dere måned, eller er år nok?");
    await handler.press('form[action$="/sporsmal"] button', { name: "case-asked" });
  }, here);
  await step("The researcher answers it", async () => {
    await researcher.open(tale.application, { name: "application-asked" });
    await researcher.inAllLanguages("application-asked");
    await researcher.press('form[action*="/svar/"] button', { status: 422, name: "application-answer-empty" });
    await researcher.errors();
    await researcher.fill("answer-1", "År er nok for oss.");
    await researcher.press('form[action*="/svar/"] button', { name: "application-answered" });
  }, () => researcher.page.url());
  await step("The handler cannot decide before every condition is assessed", async () => {
    await handler.open(caseOf(), { name: "case-answered" });
    await handler.unfold('form[action$="/vedtak"]');
    await handler.fill("outcome", "all");
    await handler.fill("reasons", "Vilkårene er oppfylt.");
    await handler.press('form[action$="/vedtak"] button[type=submit]', { status: 422, name: "case-not-assessed" });
    await handler.errors();
    need((await page.inputValue('[name="reasons"]')) === "Vilkårene er oppfylt.", "the reasons are lost");
  }, here);
  await step("… assesses each condition with a reason", async () => {
    await handler.open(caseOf(), { name: "case-to-assess" });
    const all = await page.locator('form[action$="/vurdering"] [name="criterion"]').evaluateAll((found) => found.map((f) => f.value));
    need(all.length >= 4, `only ${all.length} conditions`);
    for (const [at, key] of all.entries()) {
      const form = page.locator('form[action$="/vurdering"]', { has: page.locator(`[name="criterion"][value="${key}"]`) });
      await handler.unfold(form);
      if (at === 0) {
        await handler.press(form.locator("button"), { status: 422, name: "case-assessment-empty" });
        await handler.errors();
      }
      await form.locator("select").selectOption(key === "necessary" ? "partly" : "met");
      await form.locator("textarea").fill("Dokumentert i søknaden og svaret fra søkeren.");
      const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), form.locator("button").click()]);
      need(answer === null || answer.status() === 200, `the assessment of ${key} was not saved`);
    }
    await handler.open(caseOf(), { name: "case-assessed" });
    const folded = page.locator("main details:not([open])", { has: page.locator('form[action$="/vurdering"]') });
    need((await folded.count()) === all.length, "what is assessed is not folded");
    need(await page.locator('form[action$="/vedtak"] [name="reasons"]').isVisible(), "the next step, the decision, is folded");
    const tall = await handler.height();
    for (let left = await folded.count(); left > 0; left--) await folded.first().locator("summary").first().click();
    await handler.look("case-unfolded");
    need((await handler.height()) > tall, "nothing was folded");
    await handler.open(caseOf(), { name: "case-folded" });
  }, here);
  await step("… grants a part, with the dates made coarser", async () => {
    await handler.fill("outcome", "part");
    const grants = page.locator('[name="grant"]');
    for (let at = 0; at < (await grants.count()); at++) {
      await grants.nth(at).check();
      const select = page.locator(`[name="granularity_${at}"]`);
      const choices = await select.locator("option").evaluateAll((all) => all.map((o) => o.value));
      if (choices.includes("year")) await select.selectOption("year");
    }
    await handler.fill("minimum_group", "2");
    await handler.fill("rule_set", "norway");
    await handler.fill("reasons", "Formålet er til nytte for pasientene. Datoene gis som år, fordi søkeren ikke trenger mer.");
    await handler.press('form[action$="/vedtak"] button[type=submit]', { name: "case-decided" });
    await handler.inAllLanguages("case-decided");
  }, here);
  await step("The researcher reads the decision and downloads the letter: an accessible PDF", async () => {
    await researcher.open(`${tale.application}/vedtak`, { name: "decision" });
    await researcher.inAllLanguages("decision");
    const href = await researcher.page.locator('main a[href$="vedtak.pdf"]').getAttribute("href");
    const answer = await researcher.ask(href);
    const bytes = await answer.body();
    need(answer.status() === 200 && bytes.subarray(0, 5).toString() === "%PDF-", "no PDF came");
    need(answer.headers()["content-type"] === "application/pdf", `the letter is sent as ${answer.headers()["content-type"]}`);
    checkPdf(bytes, tale.folder);
    await onPaper(researcher, href);
    await researcher.open(tale.application, { name: "application-decided" });
  }, () => researcher.page.url());
}

/** The page of the decision on paper: what it says, without what one presses. */
async function onPaper(researcher, href) {
  const { page } = researcher;
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate((href) => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).length;
    return { pressed: shown(`header nav, .v-login, footer, .ds-breadcrumbs, a[href="${href}"]`), headings: shown("main h2"), rows: shown("main tbody tr") };
  }, href);
  need(seen.pressed === 0, `${seen.pressed} things to press are printed`);
  need(seen.headings >= 3 && seen.rows >= 1, "parts of the decision are not printed");
  const paper = await page.pdf({ format: "A4" });
  need(paper.length > 5_000, "nothing is printed");
  await page.emulateMedia({ media: null });
}

/** Poppler's word on the PDF, where it is installed. */
function checkPdf(bytes, folder) {
  const path = folder.write("vedtak.pdf", bytes);
  try {
    const said = execFileSync("pdfinfo", [path], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    need(/Tagged:\s+yes/.test(said), "the letter is not tagged");
    need(/Title:\s+\S/.test(said), "the letter has no title");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    need(readFileSync(path, "latin1").includes("/MarkInfo"), "the letter is not tagged");
  }
}
