// The rule set of EHDS: who says no after the decision stays in the projects that were decided before.
import { launch } from "../browser.mjs";
import { Person } from "./person.mjs";
import { start } from "./program.mjs";
import { check } from "./proof.mjs";
import { need } from "./story.mjs";
import { people } from "./world.mjs";

/** In a world of its own, where the program itself has done the job under EHDS. */
export async function ehds(tale) {
  const { step, walk } = tale;
  let program, here, late;
  await step("The program does the whole job by itself, under EHDS", async () => {
    program = await start({ people: 1500, job: true });
    here = await launch({ base: program.address, shots: process.env.VARDE_SCREENSHOTS && `${process.env.VARDE_SCREENSHOTS}/ehds` });
    need(program.steps.some((done) => done.step === "opt_out_after"), "nobody opted out after the decision");
  });
  if (!here) return program?.stop();
  try {
    await step("Under EHDS whoever opts out after the decision is told that it acts on later permits", async () => {
      late = await Person.arrive(here, "late-ehds");
      await late.logIn(people(program.logins).optsOutAfter, { to: "/min-side/prosjekter" });
      if (!/\/prosjekter$/.test(late.page.url())) await late.open("/min-side/prosjekter", { name: "projects" });
      await late.press('main a[href^="/min-side/prosjekter/"]', { name: "project" });
      await late.inAllLanguages("project");
      const section = (id) => late.page.locator("main section", { has: late.page.locator(`#${id}`) }).innerText();
      const [part, meaning] = [await section("part"), await section("meaning")];
      need(part.includes("Du var med"), `they are told «${part}»`);
      need(/Du sa nei .* Etter EHDS artikkel 71 gjelder valget ditt tillatelser som gis senere/.test(meaning), `they are told «${meaning}»`);
      const proved = await check(late, { ...tale, world: { program } }, "main a[download]", "ehds-membership");
      need(proved.includes("Your part in what it tells of: included."), `the proof says «${proved}»`);
      await late.press('main a[href^="/tillatelser/"]', { name: "permit" });
      need((await late.text()).includes("EHDS"), "the permit does not say under which rules it was given");
      walk.faults.push(...here.faults.splice(0));
    }, () => late?.page.url());
  } finally {
    await here.close().catch((error) => walk.faults.push(error.message));
    await program.stop();
  }
}
