// A steward declares a data product in fields, is told what is wrong beside them, puts it in force, sees it made
// and what it is made of in both directions, approves it, and finds it up to date.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const DATASET = "npr/hjertesvikt";
const PAGE = `/register/produkter/${DATASET}`;

// The columns of the product: what each is made of, and what of it.
const COLUMNS = [
  { variable: "npr/contact/in_date", name: "first_contact", aggregate: "first" },
  { variable: "npr/contact/main_condition", name: "contacts", aggregate: "count" },
  { variable: "lmr/dispensing/atc", name: "drug", aggregate: "sum" },
];

/** From a declaration to an approved release and its lineage. */
export async function dataProducts(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "products");
  const { page } = who;
  const here = () => page.url();
  const send = (action, answer) => who.press(`main form[action$="${action}"] button[type="submit"]`, answer);
  // The fields are sent by the button of that value.
  const then = (value, answer) => who.press(`main button[name="then"][value="${value}"]`, answer);
  let release;

  await step("The steward finds no data products yet, and what to do", async () => {
    await who.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    await who.open("/register", { name: "products-from" });
    await who.press('main a[href="/register/produkter"]', { name: "products-none" });
    need(/Ingen dataprodukter ennå/.test(await who.text()), "the list is not told to be empty");
    await who.inAllLanguages("products-none");
  }, here);

  await step("… is told what a declaration lacks, beside its fields, and where JSON cannot be read", async () => {
    await who.press('main a[href="/register/produkter/ny"]', { name: "product-new" });
    await who.inAllLanguages("product-new");
    await who.fill("name_nb", "Personer med hjertesvikt");
    await then("save", { status: 422, name: "product-lacking" });
    const { fields } = await who.errors();
    need(["dataset", "period_from"].every((field) => fields.includes(field)), `other fields are wrong: ${fields}`);
    need((await page.inputValue("#f-name_nb")) === "Personer med hjertesvikt", "what was typed is lost");
    await who.unfold('textarea[name="document"]');
    await who.fill("document", "{ \"dataset\": ");
    await who.press('main form:has(textarea[name="document"]) button[type="submit"]', { status: 422, name: "product-unreadable" });
    need((await who.errors()).fields.includes("document"), "nothing is said beside the field");
    need(/1:\d+/.test(await who.text()), "the line and the character are not told");
  }, here);

  await step("… declares a product in fields: its datasets, whom it is about, its columns", async () => {
    await who.open("/register/produkter/ny", { name: "product-fields" });
    const typed = {
      dataset: DATASET, name_nb: "Personer med hjertesvikt", name_nn: "Personar med hjartesvikt", name_en: "People with heart failure",
      description_nb: "Én rad for hver person, til studier av behandling.", period_from: "2010-01-01",
    };
    for (const [name, value] of Object.entries(typed)) await who.fill(name, value);
    for (const source of ["npr/contact", "lmr/dispensing"]) {
      await who.fill("source_more", source);
      await then("sources", { name: `product-source-${source.slice(0, 3)}` });
    }
    await who.fill("cohort", "code");
    await who.fill("cohort_variable", "npr/contact/main_condition");
    await who.fill("cohort_prefixes", "i50");
    for (const [place, { variable, name, aggregate }] of COLUMNS.entries()) {
      await who.fill("variable_more", variable);
      await then("columns", { name: `product-column-${place}` });
      await who.fill(`name_${place}`, name);
      await who.fill(`aggregate_${place}`, aggregate);
    }
    await then("columns", { name: "product-columns" });
    await who.fill("event_date", "0");
    need((await page.inputValue("#f-name_en")) === typed.name_en, "what was typed is lost on the way");
    await then("save", { name: "product-flaws" });
    need(page.url().endsWith("/utkast"), "the draft is not shown with what is wrong");
    need((await who.errors()).fields.includes("granularity_2"), "what cannot be made is not told beside its field");
    need(/columns\[2\]\.granularity/.test(await who.text()), "the place of the fault is not told");
    await who.inAllLanguages("product-flaws");
    await who.open(PAGE, { name: "product-flawed" });
    need(!(await page.locator('main form[action$="/i-kraft"]').count()), "it could be put in force");
    await who.inAllLanguages("product-flawed");
  }, here);

  await step("… puts it right and in force, and sees it made", async () => {
    await who.press('main a[href$="/utkast"]', { name: "product-edit" });
    await who.fill("aggregate_2", "last");
    await who.fill("granularity_2", "prefix-3");
    await then("save", { name: "product-draft" });
    await send("/i-kraft", { name: "product-in-force" });
    need(/Lages/.test(await who.text()), "it is not told to be made");
    await until(async () => {
      await page.reload();
      return /Venter på godkjenning/.test(await who.text());
    }, "the product was not made", 90);
    await who.open(PAGE, { name: "product-made" });
    await who.inAllLanguages("product-made");
    await byKeyboard(who);
  }, here);

  await step("… reads what the release is made of, column by column, and what is made of its source", async () => {
    await who.press('#builds a[href$="/opphav"]', { name: "lineage" });
    release = new URL(page.url()).pathname.replace(/\/opphav$/, "");
    const text = await who.text();
    need(/npr\/contact/.test(text) && /lmr\/dispensing\/atc/.test(text), "its sources are not told");
    await who.inAllLanguages("lineage");
    const told = await page.evaluate((at) => fetch(`/api${at.replace("register", "releases")}/lineage`).then((answer) => answer.json()), release);
    need(told.made_of.length === 2 && told.made.columns.length === 3, "the API tells another lineage than the page");
    await who.press('main .v-timeline a[href$="/opphav"]', { name: "lineage-source" });
    need((await who.text()).includes(DATASET), "the source does not tell what is made of it");
    await who.inAllLanguages("lineage-source");
  }, here);

  await step("… approves it, and finds the product up to date", async () => {
    await who.open(release, { name: "product-release" });
    await send("/godkjenn", { name: "product-approved" });
    await who.open("/register/produkter", { name: "products" });
    need(/Oppdatert/.test(await who.text()), "it is not told to be up to date");
    await who.inAllLanguages("products");
  }, here);
}
