// The application's form, a page a part and a page a variable: nobody scrolls far to do one thing.
import { byKeyboard } from "./keyboard.mjs";
import { need } from "./story.mjs";
import { WANTED } from "./world.mjs";

const TITLE = "Hjertesvikt og legemidler etter utskriving";
const SUMMARY =
  "Vi vil vite om pasienter med hjertesvikt får legemidlene de skal ha etter at de er skrevet ut, så oppfølgingen kan bli bedre.";
const PARTS = ["prosjekt", "utvalg", "indeksdato", "kontroller", "opplysninger", "filene", "hvem"];
// CSS pixels on a phone.
const LONGEST = 2500;

/** From an empty draft to an application that is sent. */
export async function write(tale) {
  const { step, world, researcher } = tale;
  const { page } = researcher;
  const here = () => page.url();
  const form = () => `${tale.application}/rediger`;
  const at = () => new URL(page.url()).pathname.replace(form(), "");
  const open = (part, name) => researcher.open(`${form()}${part && `/${part}`}`, { name: `application-${name}` });
  const press = (then, answer) => researcher.press(`button[name="then"][value="${then}"]`, answer);
  const wrong = async (fields) => {
    const told = (await researcher.errors()).fields;
    for (const field of fields) need(told.includes(field), `no error beside ${field}, but beside ${told}`);
  };

  await step("… sees every part by itself, none of them long on a phone", async () => {
    for (const part of PARTS) {
      await open("", "overview");
      await researcher.press(`main .v-tasks a[href="${form()}/${part}"]`, { name: `application-${part}` });
      await researcher.inAllLanguages(`application-${part}`);
      await short(researcher, part);
    }
    await open("opplysninger", "variables");
    await researcher.press("main .v-tasks a", { name: "application-variable" });
    await researcher.inAllLanguages("application-variable");
    await short(researcher, "a variable");
    await researcher.unfold('[name="aggregate_0"]');
    await researcher.look("application-variable-unfolded");
    await byKeyboard(researcher);
  }, here);

  await step("… fills it in wrongly: errors stand beside the fields, the text is kept", async () => {
    await open("prosjekt", "project");
    await researcher.fill("title", TITLE);
    await researcher.fill("purpose", "");
    await press("next", { status: 422, name: "application-project-wrong" });
    await wrong(["purpose"]);
    need((await page.inputValue('[name="title"]')) === TITLE, "the title is lost");
    await open("utvalg", "cohort");
    await researcher.fill("areas", "Oslo");
    await researcher.fill("period_from", "2024-01-01");
    await researcher.fill("period_until", "2020-12-31");
    await press("next", { status: 422, name: "application-cohort-wrong" });
    await wrong(["areas", "period_until"]);
    need((await page.inputValue('[name="areas"]')) === "Oslo", "what was typed is lost");
    await researcher.inAllLanguages("application-cohort-wrong");
    await open("hvem", "persons");
    await researcher.fill("months", "");
    await press("next", { status: 422, name: "application-persons-wrong" });
    await wrong(["months"]);
  }, here);

  await step("… sends it unfinished: everything that is missing is named at once, and leads to its field", async () => {
    await open("prosjekt", "project-again");
    await researcher.fill("title", "");
    await press("save", { name: "application-saved" });
    need((await page.locator('main [role="status"]').innerText()).includes("lagret"), "it is not told that it is saved");
    await short(researcher, "the overview of an unfinished application");
    await press("send", { status: 422, name: "application-unfinished" });
    await short(researcher, "what an unfinished application lacks");
    const links = await page.locator("#errors a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    for (const field of ["title", "summary", "legal_bases", "reason_0"]) {
      need(links.some((link) => link.endsWith(`#f-${field}`)), `${field} is not named`);
    }
    for (const link of links) {
      await page.goto(link);
      const field = link.split("#f-")[1];
      need(await page.locator(`#f-${field}`).isVisible(), `${link} leads to no field`);
      need(await page.locator(`#e-${field}`).isVisible(), `${link} does not say what is missing`);
    }
    await researcher.look("application-lacking");
    await researcher.errors();
  }, here);

  await step("… fills it in, part by part, each leading to the next", async () => {
    await open("prosjekt", "project-to-fill");
    await researcher.fill("title", TITLE);
    await researcher.fill("summary", SUMMARY);
    await researcher.fill("purpose", "research");
    await researcher.fill("legal_bases", ["public-task", "research"]);
    await researcher.fill("ethics_approval", "REK sør-øst 2026/1234");
    await press("next", { name: "application-cohort-next" });
    await researcher.fill("cohort", "code");
    await researcher.fill("cohort_variable", WANTED.condition);
    await researcher.fill("cohort_prefixes", WANTED.prefixes);
    await researcher.fill("period_from", WANTED.from);
    await researcher.fill("period_until", WANTED.until);
    await press("next", { name: "application-study-next" });
    await press("next", { name: "application-family-next" });
    await press("next", { name: "application-variables-next" });
    await researcher.press("main .v-buttons a", { name: "application-variable-next" });
    await variables(researcher, at, press);
    need(at() === "/filene", `the variables lead to ${at()}`);
    await researcher.fill("updates", "each_release");
    await researcher.fill("updates_months", "36");
    await press("next", { name: "application-persons-next" });
    const persons = page.locator('[name="persons"]');
    need(await persons.count(), "nobody can be named");
    const self = page.locator(".ds-field", { has: page.locator('[name="persons"]'), hasText: world.logins.researcher.name });
    await ((await self.count()) ? self.first().locator("input") : persons.first()).check();
    await researcher.fill("months", "24");
    await press("next", { name: "application-filled" });
    need(at() === "", `the last part leads to ${at()}`);
  }, here);

  await step("… is told that updates cannot last longer than the project, and sees about how many people it concerns", async () => {
    await press("send", { status: 422, name: "application-updates-too-long" });
    await researcher.press("#errors a", { name: "application-updates-lacking" });
    await wrong(["updates_months"]);
    await researcher.fill("updates_months", "12");
    await press("save", { name: "application-complete" });
    await researcher.inAllLanguages("application-complete");
    await short(researcher, "the overview of a finished application");
    need(/Alle delene er ferdige/.test(await researcher.text()), "a finished application is not told to be");
    await press("count", { name: "application-counted" });
    const said = await page.locator('[role="status"] .ds-alert[data-color="info"]').innerText();
    need(/\d/.test(said), `no count, but «${said}»`);
    tale.people = said;
  }, here);

  await step("… tries a design with an index date and controls, reads it in words, and takes it back", async () => {
    await open("indeksdato", "index");
    await researcher.fill("index", "first");
    await researcher.fill("index_variable", WANTED.condition);
    await researcher.fill("index_codes", WANTED.prefixes);
    await researcher.fill("age_from", "90");
    await researcher.fill("age_until", "20");
    await press("count", { status: 422, name: "application-index-wrong" });
    await wrong(["age_until"]);
    await researcher.fill("age_from", "20");
    await researcher.fill("age_until", "110");
    await press("next", { name: "application-index-saved" });
    need(at() === "/kontroller", `the index date leads to ${at()}`);
    await researcher.fill("controls", "3");
    await researcher.fill("controls_years", "2");
    await press("count", { name: "application-design" });
    const told = await page.locator('[role="status"] .ds-alert[data-color="info"]').innerText();
    need(/Kontroller/.test(told), `controls are not counted, but «${told}»`);
    await researcher.inAllLanguages("application-design");
    await short(researcher, "the controls, counted");
    await open("", "overview-with-design");
    need(/Indeksdatoen er den første dagen/.test(await researcher.text()), "the overview does not tell the design in words");
    await researcher.open(tale.application, { name: "application-design-words" });
    need(/Indeksdatoen er den første dagen/.test(await researcher.text()), "the design is not told in words");
    await open("kontroller", "family-again");
    for (const field of ["controls", "controls_years"]) await researcher.fill(field, "");
    await press("save", { name: "application-controls-taken-back" });
    await open("indeksdato", "index-again");
    for (const field of ["age_from", "age_until", "index_codes"]) await researcher.fill(field, "");
    await researcher.fill("index", "none");
    await press("save", { name: "application-design-taken-back" });
  }, here);

  await step("… with another tab open on the same part, which is told so instead of overwriting", async () => {
    const other = await researcher.otherTab();
    await other.open(`${form()}/prosjekt`, { name: "application-other-tab" });
    await open("prosjekt", "project-first-tab");
    await press("save", { name: "application-saved-first-tab" });
    await other.fill("summary", "En tekst fra den andre fanen.");
    await other.press('button[name="then"][value="save"]', { status: 422, name: "application-changed-elsewhere" });
    need((await other.page.inputValue('[name="summary"]')) === "En tekst fra den andre fanen.", "the other tab's text is lost");
    await other.page.close();
  }, here);

  await step("… loses the session in the middle of the form, logs in again and finds the text", async () => {
    const text = "Denne teksten tok lang tid å skrive, og skal ikke bli borte.";
    await open("prosjekt", "project-long-text");
    await researcher.fill("summary", text);
    await page.context().clearCookies({ name: tale.cookie });
    await press("save", { status: 401, name: "session-ended" });
    await researcher.logIn(world.logins.researcher, { to: "/holdt", side: world.logins.researcher.side });
    if (new URL(page.url()).pathname !== "/holdt") await researcher.open("/holdt", { name: "held" });
    need((await researcher.text()).includes(text), "the text is not among the held forms");
    await researcher.press(`form[action="${form()}/prosjekt"] button`, { name: "held-sent" });
    await open("prosjekt", "project-held");
    need((await page.inputValue('[name="summary"]')) === text, "the text is not in the form");
    await researcher.fill("summary", SUMMARY);
    await press("save", { name: "application-saved-again" });
  }, here);

  await step("… and sends the application", async () => {
    await press("send", { name: "application-sent" });
    need(new URL(page.url()).pathname === tale.application, "the application's page is not shown");
    await researcher.inAllLanguages("application-sent");
    await researcher.open("/soknader", { name: "applications" });
    await researcher.inAllLanguages("applications");
  }, here);
}

/**
 * A reason for every variable, given once, and each as coarse as can be – but dates by month, for the handler to
 * make coarser. In so small a world finer rows are somebody's alone, and are left out of the extract.
 */
async function variables(researcher, at, press) {
  const { page } = researcher;
  for (let place = 0; at() === `/opplysninger/${place}`; place++) {
    const select = page.locator(`[name="granularity_${place}"]`);
    const values = await select.locator("option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
    const coarse = ["month", "prefix-1", "prefix-3"].find((v) => values.includes(v));
    await select.selectOption(coarse ?? values.at(-1));
    if (place === 0) {
      await researcher.fill("reason_0", "Trengs for å følge den samme pasienten fra sykehus til apotek.");
      await researcher.fill("same_reason_0", "yes");
    }
    need((await page.inputValue(`[name="reason_${place}"]`)) !== "", "the reason is not given to the others");
    await press("next", { name: `application-after-variable-${place + 1}` });
  }
}

/** Nobody scrolls far on a phone to do one thing. */
async function short(researcher, what) {
  const tall = await researcher.heightOnPhone();
  need(tall <= LONGEST, `${what} is ${tall} px tall on a phone`);
}
