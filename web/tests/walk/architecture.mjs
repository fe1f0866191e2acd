// Architecture governance: anybody sees the state, a steward assesses a requirement and asks for leave to
// deviate, the governing body decides, and the state of the whole follows.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const REQUIREMENT = "7.4";

export async function govern(tale) {
  const { step, walk, world } = tale;
  const { logins } = world;
  const anybody = await Person.arrive(walk, "architecture");
  const steward = await Person.arrive(walk, "assesses");
  const here = () => steward.page.url();
  const path = () => new URL(steward.page.url()).pathname;
  let thing, deviation;

  await step("Anybody sees how registers and systems follow the principles, and what each principle asks", async () => {
    await anybody.open("/arkitektur", { name: "architecture" });
    const text = await anybody.text();
    need(/Påbegynt|Delvis|Oppfylt/.test(text), "the demo world has assessed nothing");
    await anybody.inAllLanguages("architecture");
    await byKeyboard(anybody);
    await anybody.open("/arkitektur?ramme=fair", { name: "architecture-fair" });
    await anybody.open("/arkitektur/krav", { name: "architecture-requirements" });
    await anybody.inAllLanguages("architecture-requirements");
    for (const part of ["avvik", "standarder", "ansvar"]) {
      await anybody.open(`/arkitektur/${part}`, { name: `architecture-${part}` });
      await anybody.inAllLanguages(`architecture-${part}`);
    }
    await anybody.open("/arkitektur?dag=2020-02-01", { name: "architecture-then" });
    need(/Slik det var 1. februar 2020/.test(await anybody.text()), "another day is not shown");
  }, () => anybody.page.url());

  await step("A steward says that a requirement is not met, and is told what is missing in the form", async () => {
    await steward.logIn(logins.steward, { to: "/arkitektur", side: logins.steward.side });
    await steward.open("/arkitektur", { name: "architecture-steward" });
    const links = await steward.page.locator("#state th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    // Some of the sources are answered for by others.
    for (const link of links) {
      thing = new URL(link, steward.page.url()).pathname;
      await steward.open(`${thing}/${REQUIREMENT}`, { name: "requirement" });
      if (await steward.page.locator('main [name="answer"]').count()) break;
    }
    need(await steward.page.locator('main [name="answer"]').count(), "the steward may assess nothing");
    await steward.inAllLanguages("requirement");
    await steward.press('main form[method="post"] button[type="submit"]', { status: 422, name: "assess-missing" });
    const { fields } = await steward.errors();
    need(fields.includes("answer"), `only ${fields} are named`);
    await steward.fill("answer", "not_met");
    await steward.fill("reason", "Øvelsen er planlagt til våren.");
    await steward.press('main form[method="post"] button[type="submit"]', { name: "assessed" });
    need(/Vurderingen er lagret/.test(await steward.text()), "it is not told that it was saved");
    await byKeyboard(steward);
  }, here);

  await step("… and asks for leave to deviate", async () => {
    await steward.press(`main a[href="${thing}/${REQUIREMENT}/avvik"]`, { name: "deviation-ask" });
    await steward.inAllLanguages("deviation-ask");
    await steward.fill("reason", "Planen øves på til våren. Til da er den gått gjennom på papir.");
    await steward.fill("function", "Registerleder");
    await steward.fill("email", "ingen");
    await steward.page.locator("main form").evaluate((form) => form.setAttribute("novalidate", ""));
    await steward.press('main form[method="post"] button[type="submit"]', { status: 422, name: "deviation-missing" });
    await steward.errors();
    await steward.fill("email", "registerleder@register.example");
    await steward.press('main form[method="post"] button[type="submit"]', { name: "deviation-asked" });
    deviation = path();
    need(/Venter på avgjørelse/.test(await steward.text()), "it is not said to wait");
    need(!(await steward.page.locator('main [name="step"][value="grant"]').count()), "the steward could decide it");
  }, here);

  await step("The governing body grants it, and the state says that it deviates", async () => {
    const body = await Person.arrive(walk, "governing-body");
    await body.logIn(logins.handler, { to: deviation, side: logins.handler.side });
    await body.open(deviation, { name: "deviation-decide" });
    await body.inAllLanguages("deviation-decide");
    await body.fill("step", "grant");
    await body.fill("body", "Styringsgruppen for helseregistre");
    await body.fill("said", "Innvilget til øvelsen er holdt.");
    await body.press('main form[method="post"] button[type="submit"]', { name: "deviation-granted" });
    need(/Gjelder .* til/.test(await body.text()), "it is not said to hold");
    await body.open(thing, { name: "architecture-thing" });
    await body.inAllLanguages("architecture-thing");
    await body.open("/arkitektur/standarder/ny", { name: "standard-new" });
    await body.inAllLanguages("standard-new");
  }, here);
}
