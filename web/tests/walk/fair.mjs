// Quality: anybody compares the registers and looks into an indicator, a steward says what cannot be computed.
import { byKeyboard } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const SOURCE = "npr";

export async function quality(tale) {
  const { step, walk, world } = tale;
  const anybody = await Person.arrive(walk, "quality");
  const here = () => anybody.page.url();

  await step("Anybody compares the registers in each model, with a plot and a table of the same numbers", async () => {
    await anybody.open("/kvalitet", { name: "quality" });
    const bars = await anybody.page.locator("figure svg").count();
    const rows = await anybody.page.locator("#scores tbody tr").count();
    need(bars > 1 && bars === rows, `${bars} bars and ${rows} rows`);
    await anybody.inAllLanguages("quality");
    await byKeyboard(anybody);
    for (const model of ["mqa", "label", "health"]) {
      await anybody.open(`/kvalitet?modell=${model}`, { name: `quality-${model}` });
    }
    await anybody.open("/kvalitet?modell=mqa&slag=biobank", { name: "quality-none" });
  }, here);

  await step("… sees what shows each indicator, and that a lawful restriction is no failure", async () => {
    await anybody.open(`/kvalitet/${SOURCE}`, { name: "quality-source" });
    await anybody.inAllLanguages("quality-source");
    for (const model of ["fdmm", "mqa", "label", "health"]) {
      await anybody.open(`/kvalitet/${SOURCE}/${model}`, { name: `quality-source-${model}` });
      await anybody.inAllLanguages(`quality-source-${model}`);
    }
    await anybody.open(`/kvalitet/${SOURCE}/mqa/downloadUrlAvailability`, { name: "quality-restricted" });
    need(/Lovlig begrenset/.test(await anybody.text()), "data that the law restricts are a failure");
    await anybody.open(`/kvalitet/${SOURCE}/label/c-audit`, { name: "quality-judged" });
    need(/Revisjonsrapport om datakvalitet/.test(await anybody.text()), "the demo world has judged nothing");
  }, here);

  await step("A steward says what cannot be computed, and is told what is missing in the form", async () => {
    const { logins } = world;
    const steward = await Person.arrive(walk, "judges");
    await steward.logIn(logins.steward, { to: "/kvalitet", side: logins.steward.side });
    let place;
    // Some of the sources are answered for by others.
    for (const link of await steward.page.locator("#scores th a").evaluateAll((all) => all.map((a) => a.pathname))) {
      place = `${link.split("/").slice(0, 3).join("/")}/label/c-maturity`;
      await steward.open(place, { name: "quality-judge" });
      if (await steward.page.locator('main [name="outcome"]').count()) break;
    }
    need(await steward.page.locator('main [name="outcome"]').count(), "the steward may judge nothing");
    await steward.inAllLanguages("quality-judge");
    await steward.press('main form[method="post"] button[type="submit"]', { status: 422, name: "quality-judge-missing" });
    const { fields } = await steward.errors();
    need(fields.includes("outcome"), `only ${fields} are named`);
    await steward.fill("outcome", "partly");
    await steward.fill("reason", "Rutinene er skrevet ned, men ikke målt.");
    await steward.fill("evidence", "Kvalitetshåndbok 2026");
    await steward.press('main form[method="post"] button[type="submit"]', { name: "quality-said" });
    need(/Rutinene er skrevet ned/.test(await steward.text()), "what was said is not shown");
    await byKeyboard(steward);
  }, here);
}
