// The catalogue and other catalogues: what they demand of a source, what search engines read, and another
// catalogue (a server of the walk's own) that is harvested, proposes, and fails.
import { createServer } from "node:http";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const HOME = "/katalog/hosting";
const DESK = "/katalog/forvaltning";

export async function exchange(tale) {
  const { step, walk, world } = tale;
  const steward = await Person.arrive(walk, "harvest-steward");
  const anybody = await Person.arrive(walk, "checks");
  const other = await catalogue();
  const at = {};
  try {
    await step("Anybody sees what other catalogues demand of a source, and search engines find it in its page", async () => {
      await anybody.open("/katalog/kontroll/npr", { name: "check" });
      await anybody.inAllLanguages("check");
      const text = await anybody.text();
      for (const profile of ["DCAT-AP-NO 2", "DCAT-AP-NO 3", "HealthDCAT-AP"]) need(text.includes(profile), `${profile} is not shown`);
      await anybody.open("/katalog/npr", { name: "source-told" });
      const block = await anybody.page.locator('head script[type="application/ld+json"]').textContent();
      const told = JSON.parse(block);
      need(told["@type"] === "Dataset" && told.name && told.publisher?.name, "the page does not tell what the source is");
      const turtle = await anybody.ask("/api/skos/concepts?format=ttl");
      need((await turtle.text()).includes("skos:definition"), "the concepts have no definitions");
    }, () => anybody.page.url());
    await step("A steward adds a catalogue, is told what is missing, and sees it read", async () => {
      await steward.logIn(world.logins.steward, { to: DESK, side: world.logins.steward.side });
      await steward.open(DESK, { name: "desk-harvests" });
      await steward.press(`main a[href="${HOME}"]`, { name: "harvests" });
      await steward.inAllLanguages("harvests");
      await steward.page.locator("main form").evaluate((form) => form.setAttribute("novalidate", ""));
      await steward.press(`main form[action="${HOME}"] button`, { status: 422, name: "harvest-missing" });
      const { fields } = await steward.errors();
      for (const field of ["title", "address", "mail"]) need(fields.includes(field), `${field} is not named`);
      await steward.fill("title", "Naboetatens katalog");
      await steward.fill("address", other.address);
      await steward.fill("every", "24");
      await steward.fill("mail", "katalog@etaten.example");
      await steward.press(`main form[action="${HOME}"] button`, { name: "harvest-added" });
      at.harvest = new URL(steward.page.url()).pathname;
      await until(steward, at.harvest, /Foreslått/);
      await steward.open(at.harvest, { name: "harvest-read" });
      await steward.inAllLanguages("harvest-read");
      need(/2 nye/.test(await steward.text()), "two new datasets are not told");
      await steward.open(HOME, { name: "harvests-one" });
      await steward.open(at.harvest, { name: "harvest-again" });
    }, () => steward.page.url());
    await step("… its proposal says what other catalogues demand of the new sources", async () => {
      await steward.press(`main a[href^="${DESK}/forslag/"]`, { name: "harvest-proposal" });
      at.proposal = new URL(steward.page.url()).pathname;
      await steward.inAllLanguages("harvest-proposal");
      need(/mangler i det som er påkrevd|Én mangel/.test(await steward.text()), "what is lacking is not told");
      await steward.press('form[action$="/publiser"] button', { status: 422, name: "publish-silently" });
      const { fields } = await steward.errors();
      need(fields.includes("approve_reason"), `only ${fields} are named`);
      await steward.fill("approve_reason", "Naboetaten retter beskrivelsen før sommeren.");
      await steward.press('form[action$="/publiser"] button', { name: "published-with-reason" });
      need(/Naboetaten retter/.test(await steward.text()), "the reason is not kept");
    }, () => steward.page.url());
    await step("… and a catalogue that is away is said to fail, and is left alone when the steward says so", async () => {
      await other.close();
      await steward.open(at.harvest, { name: "harvest-published" });
      await steward.press(steward.page.locator(`main form[action="${at.harvest}"] button`).first(), { name: "harvest-now" });
      await until(steward, at.harvest, /Feilet/);
      await steward.open(at.harvest, { name: "harvest-failed" });
      await steward.inAllLanguages("harvest-failed");
      await steward.press(steward.page.locator(`main form[action="${at.harvest}"]:has([value="pause"]) button`), { name: "harvest-paused" });
      need(/På pause/.test(await steward.text()), "it is not said to be paused");
    }, () => steward.page.url());
  } finally {
    await other.close();
  }
}

/** Looks again until the page says it, for as long as the program may take to come around to it. */
async function until(person, path, words) {
  for (let tries = 0; tries < 30; tries += 1) {
    const answer = await person.ask(path);
    if (words.test(await answer.text())) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`${path} never says ${words}`);
}

/** Another body's catalogue, as its own server would give it. */
async function catalogue() {
  const body = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://nabo.example/1> a dcat:Dataset ; dct:title "Naboetatens skaderegister"@nb ; dct:description "Skader meldt av naboetaten."@nb .
<https://nabo.example/2> a dcat:Dataset ; dct:title "Naboetatens ventelister"@nb .`;
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/turtle" });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  let open = true;
  return {
    address: `http://127.0.0.1:${server.address().port}/katalog.ttl`,
    async close() {
      if (!open) return;
      open = false;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
