// Harmonisation: anybody sees how variables correspond and which are alike, a steward proposes a relation,
// may not decide it, a reviewer does, and a researcher reads what holds and how far.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const FROM = "dar/death/underlying_cause";
const TO = "npr/contact/main_condition";

export async function harmonise(tale) {
  const { step, walk, world } = tale;
  const { logins } = world;
  const anybody = await Person.arrive(walk, "harmonisation");
  const steward = await Person.arrive(walk, "relates");
  const path = () => new URL(steward.page.url()).pathname;
  let relation;

  await step("Anybody sees concepts and how variables correspond, partial told as partial, today and then", async () => {
    await anybody.open("/harmonisering", { name: "harmonisation" });
    need(/3 av 5 koder er koblet; delvis harmonisert/.test(await anybody.text()), "the partial example is not told as such");
    need(!/Venter på avgjørelse/.test(await anybody.page.locator("main").innerText()), "what waits is told to everybody");
    await anybody.inAllLanguages("harmonisation");
    await byKeyboard(anybody);
    const links = async (rows) => anybody.page.locator(rows).evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const [concept] = await links("#concepts th a");
    for (const one of await links("#concepts td a")) {
      await anybody.open(one, { name: "represented" });
      if (/delvis harmonisert/.test(await anybody.text())) await anybody.inAllLanguages("represented");
    }
    await anybody.open(concept, { name: "concept" });
    await anybody.inAllLanguages("concept");
    await anybody.open("/harmonisering?dag=2020-02-01", { name: "harmonisation-then" });
    need(/Slik det var 1. februar 2020/.test(await anybody.text()), "another day is not shown");
  }, () => anybody.page.url());

  await step("From a variable one comes to those alike, with what each part tells", async () => {
    await anybody.open(`/katalog/variabel/${TO}`, { name: "variable-to-similar" });
    await anybody.press(`main a[href="/harmonisering/liknende/${TO}"]`, { name: "similar" });
    const text = await anybody.text();
    need(/felles ord|begge bruker/.test(text) && /teller/.test(text), "the likeness is not explained");
    await anybody.inAllLanguages("similar");
  }, () => anybody.page.url());

  await step("A steward proposes a relation, is told what is missing, and may not decide it", async () => {
    await steward.logIn(logins.steward, { to: "/harmonisering", side: logins.steward.side });
    await steward.open("/harmonisering/forslag", { name: "relation-choose" });
    await steward.inAllLanguages("relation-choose");
    await steward.fill("fra", FROM);
    await steward.fill("til", TO);
    await steward.press('main form[method="get"] button[type="submit"]', { name: "relation-propose" });
    await steward.inAllLanguages("relation-propose");
    await steward.press('main form[method="post"] button[type="submit"]', { status: 422, name: "relation-missing" });
    const { fields } = await steward.errors();
    need(fields.includes("relasjon") && fields.includes("reason"), `only ${fields} are named`);
    await steward.fill("relasjon", "related");
    await steward.fill("reason", "Begge er ICD-10, men den ene er årsak til død og den andre grunn til kontakt.");
    await steward.press('main form[method="post"] button[type="submit"]', { name: "relation-proposed" });
    relation = path();
    need(/En annen person må avgjøre den/.test(await steward.text()), "it is not said that another decides");
    need(!(await steward.page.locator('main [name="decision"]').count()), "the steward could decide it");
    await steward.inAllLanguages("relation-proposed");
    for (const [where, name] of [["bord", "relation-desk"], ["like", "likely"], ["import", "mappings-import"], ["begreper/nytt", "concept-new"]]) {
      await steward.open(`/harmonisering/${where}`, { name });
      await steward.inAllLanguages(name);
    }
  }, () => steward.page.url());

  await step("A reviewer decides with a reason, and a researcher reads it", async () => {
    const reviewer = await Person.arrive(walk, "decides-relation");
    await reviewer.logIn(logins.reviewer, { to: relation, side: logins.reviewer.side });
    await reviewer.open("/harmonisering/bord", { name: "relation-desk" });
    await reviewer.press(`main a[href="${relation}"]`, { name: "relation-decide" });
    await reviewer.inAllLanguages("relation-decide");
    await reviewer.fill("decision", "accept");
    await reviewer.fill("reason", "Ulike hendelser, samme kodeverk.");
    await reviewer.press(`main form[action="${relation}/avgjor"] button[type="submit"]`, { name: "relation-decided" });
    need(/Gjelder/.test(await reviewer.text()), "it is not said to hold");
    const researcher = await Person.arrive(walk, "reads-relation");
    await researcher.logIn(logins.researcher, { to: relation, side: logins.researcher.side });
    await researcher.open(relation, { name: "relation" });
    need(/Har å gjøre med/.test(await researcher.text()), "the relation is not told");
    await researcher.inAllLanguages("relation");
  }, () => steward.page.url());
}
