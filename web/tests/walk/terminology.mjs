// Code systems: anybody looks around in them, a steward brings an edition that loses codes and is asked, sees
// whom it touches, and puts a system and a map of their own in force.
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const SYSTEM = "/kodeverk/icd10";
const OWN = "walk-dyr";
const FIRST = "kode;overordnet;navn;navn_nn;navn_en;midlertidig;erstattes_av;gyldig_fra\nD;;Dyr;Dyr;Animal;;;\n" +
  "D1;D;Pattedyr;Pattedyr;Mammal;;;\nD11;D1;Hund;Hund;Dog;;;2020-01-01\nD99;D;Åpen kode;Open kode;Open code;ja;D11;\n";
const MAP = {
  resourceType: "ConceptMap",
  url: "http://varde.example/fhir/ConceptMap/walk-dyr-icd10",
  name: "WalkDyrIcd10",
  title: "Dyr til sykdom",
  version: "1",
  status: "active",
  date: "2026-01-01",
  publisher: "Seksjon for kodeverk",
  group: [{
    source: `http://varde.example/fhir/CodeSystem/${OWN}`,
    target: "http://varde.example/fhir/CodeSystem/demo-icd10",
    element: [{ code: "D11", display: "Hund", target: [{ code: "I50", equivalence: "relatedto", comment: "Et eksempel" }] }],
  }],
};

/** A file as a browser uploads it. */
function file(name, text) {
  return { name, mimeType: "text/plain", buffer: Buffer.from(text) };
}

export async function codes(tale) {
  const { step, walk, world } = tale;
  const reader = await Person.arrive(walk, "codes-reader");
  const at = {};
  await step("Anybody finds a code, the edition it is in, what changed and where it stands, also on a phone", async () => {
    await reader.open("/kodeverk", { name: "codes" });
    await reader.inAllLanguages("codes");
    await reader.open(`/kodeverk?q=${encodeURIComponent("finnes ikke")}`, { name: "codes-nothing" });
    await reader.open(`/kodeverk?q=${encodeURIComponent("hjerte")}`, { name: "codes-found" });
    await reader.open(SYSTEM, { name: "code-system" });
    await reader.inAllLanguages("code-system");
    await reader.press(reader.page.locator('main a[href^="/kodeverk/utgave/"]').first(), { name: "code-edition" });
    await reader.inAllLanguages("code-edition");
    const difference = reader.page.locator('main a[href^="/kodeverk/endringer/"]');
    need(await difference.count(), "the newest edition tells no difference");
    await reader.press(difference.first(), { name: "code-difference" });
    await reader.inAllLanguages("code-difference");
    at.difference = new URL(reader.page.url()).pathname;
    await reader.press(reader.page.locator('main li a[href*="/kode/"]').first(), { name: "code" });
    await reader.inAllLanguages("code");
    at.code = new URL(reader.page.url()).pathname;
    await reader.page.setViewportSize({ width: 390, height: 800 });
    for (const [path, name] of [["/kodeverk", "codes"], [SYSTEM, "code-system"], [at.difference, "code-difference"], [at.code, "code"]]) {
      await reader.open(path, { name: `${name}-phone` });
      const box = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      need(box <= 0, `${path} scrolls sideways on a phone by ${box} px`);
    }
    await reader.page.setViewportSize({ width: 1280, height: 900 });
  }, () => reader.page.url());
  const steward = await Person.arrive(walk, "codes-steward");
  await step("A steward brings an edition that loses codes, is asked, says why, and sees whom it touches", async () => {
    await steward.logIn(world.logins.steward, { to: "/kodeverk", side: world.logins.steward.side });
    await steward.open(`/kodeverk/inn?kodeverk=icd10`, { name: "codes-upload" });
    await steward.inAllLanguages("codes-upload");
    await steward.press('main form[enctype="multipart/form-data"] button', { status: 422, name: "codes-upload-empty" });
    await steward.errors();
    const send = async (status, name, fields) => {
      await steward.page.setInputFiles('[name="file"]', file("icd10.csv", "kode;navn\nI50;Hjertesvikt\n"));
      for (const [field, value] of Object.entries(fields)) await steward.page.fill(`main [name="${field}"]`, value);
      await steward.press('main form[enctype="multipart/form-data"] button', { status, name });
    };
    await send(422, "codes-upload-loss", { version: "2099" });
    await steward.errors();
    need(await steward.page.locator('[name="reason"]').count(), "nobody asks whether the file is whole");
    await send(200, "codes-draft", { version: "2099", reason: "Bare én kode er i bruk." });
    const text = await steward.text();
    need(/Hvem utgaven berører/.test(text) && /søknad/.test(text) && /list/.test(text), "the draft does not say whom it touches");
    await steward.inAllLanguages("codes-draft");
    await steward.page.setViewportSize({ width: 390, height: 800 });
    await steward.look("codes-draft-phone");
    await steward.page.setViewportSize({ width: 1280, height: 900 });
    await steward.press('main form[action$="/lukk"] button', { name: "codes-draft-closed" });
  }, () => steward.page.url());
  await step("… and puts a code system and a map of their own in force", async () => {
    await steward.open("/kodeverk/inn", { name: "codes-upload-new" });
    await steward.page.setInputFiles('[name="file"]', file("dyr.csv", FIRST));
    const fields = { key: OWN, version: "2026", title: "Dyr på turen", title_nn: "Dyr på turen", title_en: "Animals of the walk",
      url: `http://varde.example/fhir/CodeSystem/${OWN}` };
    for (const [field, value] of Object.entries(fields)) await steward.page.fill(`main [name="${field}"]`, value);
    await steward.press('main form[enctype="multipart/form-data"] button', { name: "codes-own-draft" });
    await steward.page.check('main [name="eyes"][value="1"]');
    await steward.press('main form[action$="/regler"] button', { name: "codes-own-rules" });
    await steward.press('main form[action$="/publiser"] button', { name: "codes-own-published" });
    await steward.open("/kodeverk/inn", { name: "codes-upload-map" });
    await steward.page.setInputFiles('[name="file"]', file("map.json", JSON.stringify(MAP)));
    await steward.page.fill('main [name="key"]', "walk-dyr-icd10");
    await steward.press('main form[enctype="multipart/form-data"] button', { name: "codes-map-draft" });
    await steward.inAllLanguages("codes-map-draft");
    await steward.page.check('main [name="eyes"][value="1"]');
    await steward.press('main form[action$="/regler"] button', { name: "codes-map-rules" });
    await steward.press('main form[action$="/publiser"] button', { name: "codes-map-published" });
    await reader.open(`/kodeverk/${OWN}/kode/D11`, { name: "code-mapped" });
    need((await reader.text()).includes("Seksjon for kodeverk"), "the code does not say who decided about its map");
    await reader.open(`/kodeverk/${OWN}/kode/D99`, { name: "code-temporary" });
    const said = await reader.text();
    need(said.includes("Midlertidig") && said.includes("D11"), "a temporary code does not name its successor");
    await reader.inAllLanguages("code-temporary");
  }, () => reader.page.url());
}
