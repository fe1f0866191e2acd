// A steward declares a data product, is told what is wrong with its place, puts it in force, sees it made and
// what it is made of in both directions, approves it, and finds it up to date.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need, until } from "./story.mjs";

const DATASET = "npr/hjertesvikt";
const PAGE = `/register/produkter/${DATASET}`;

const declaration = (granularity) => JSON.stringify({
  dataset: DATASET,
  name: { nb: "Personer med hjertesvikt", nn: "Personar med hjartesvikt", en: "People with heart failure" },
  description: { nb: "Én rad for hver person, til studier av behandling." },
  sources: ["npr/contact", "lmr/dispensing"],
  population: { has_code: { variable: "npr/contact/main_condition", prefixes: ["I50"] } },
  period: { from: "2010-01-01", until: null },
  event_date: "first_contact",
  columns: [
    { name: "first_contact", variable: "npr/contact/in_date", measure: { aggregate: "first" } },
    { name: "contacts", variable: "npr/contact/main_condition", measure: { aggregate: "count" } },
    { name: "drug", variable: "lmr/dispensing/atc", granularity, measure: { aggregate: "last" } },
  ],
}, null, 2);

/** From a declaration to an approved release and its lineage. */
export async function dataProducts(tale) {
  const { step, walk, world } = tale;
  const who = await Person.arrive(walk, "products");
  const { page } = who;
  const here = () => page.url();
  const send = (action, answer) => who.press(`main form[action$="${action}"] button[type="submit"]`, answer);
  let release;

  await step("The steward finds no data products yet, and what to do", async () => {
    await who.logIn(world.logins.steward, { to: "/register", side: world.logins.steward.side });
    await who.open("/register", { name: "products-from" });
    await who.press('main a[href="/register/produkter"]', { name: "products-none" });
    need(/Ingen dataprodukter ennå/.test(await who.text()), "the list is not told to be empty");
    await who.inAllLanguages("products-none");
  }, here);

  await step("… writes a declaration, is told where it cannot be read, and what cannot be made", async () => {
    await who.press('main a[href="/register/produkter/ny"]', { name: "product-new" });
    await who.inAllLanguages("product-new");
    await who.fill("document", "{ \"dataset\": ");
    await send("/ny", { status: 422, name: "product-unreadable" });
    need((await who.errors()).fields.includes("document"), "nothing is said beside the field");
    await who.fill("document", declaration("month"));
    await send("/ny", { name: "product-flaws" });
    need(/columns\[2\]\.granularity/.test(await who.text()), "the place of the fault is not told");
    need(!(await page.locator('main form[action$="/i-kraft"]').count()), "it could be put in force");
    await who.inAllLanguages("product-flaws");
  }, here);

  await step("… puts it right and in force, and sees it made", async () => {
    await who.press('main a[href$="/utkast"]', { name: "product-edit" });
    await who.inAllLanguages("product-edit");
    await who.fill("document", declaration({ prefix: 3 }));
    await send("/ny", { name: "product-draft" });
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
