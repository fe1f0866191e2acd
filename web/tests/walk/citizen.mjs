// Step 8: the citizen sees, checks and says no.
import { byKeyboard, keepsStill } from "./keyboard.mjs";
import { Person } from "./person.mjs";
import { check } from "./proof.mjs";
import { need } from "./story.mjs";

export async function citizen(tale) {
  const { step, walk, world } = tale;
  const citizen = await Person.arrive(walk, "citizen");
  const { page } = citizen;
  const here = () => page.url();
  await step("The citizen logs in and sees their page", async () => {
    await citizen.logIn(world.logins.citizen, { to: "/min-side" });
    if (!/\/min-side$/.test(page.url())) await citizen.open("/min-side", { name: "my-page" });
    await citizen.inAllLanguages("my-page");
    await byKeyboard(citizen);
    await keepsStill(citizen);
  }, here);
  await step("… the registers they are in", async () => {
    await citizen.open("/min-side/registre", { name: "my-registers" });
    await citizen.inAllLanguages("my-registers");
    need((await page.locator("main section.ds-card").count()) >= 2, "hardly any register");
  }, here);
  await step("… the project that used their data: was I in, the permit, what left the room", async () => {
    await citizen.open("/min-side/prosjekter", { name: "my-projects" });
    await citizen.inAllLanguages("my-projects");
    await citizen.press('main a[href^="/min-side/prosjekter/"]', { name: "my-project" });
    await citizen.inAllLanguages("my-project");
    tale.project = new URL(page.url()).pathname;
    need((await citizen.text()).includes("whole_period.csv"), "what left the room is not shown");
    const part = await citizen.page.locator("main section", { has: page.locator("#part") }).innerText();
    need(part.includes("Du var med"), `the citizen is told «${part}»`);
    const proved = await check(citizen, tale, 'main a[download]', "membership");
    need(proved.includes("Your part in what it tells of: included."), `the proof says «${proved}»`);
    await citizen.press('main a[href^="/tillatelser/"]', { name: "permit" });
    await citizen.inAllLanguages("permit");
  }, here);
  await step("… the log, whose proofs are checked by the program and by the Python script", async () => {
    await citizen.open("/min-side/logg", { name: "my-log" });
    await citizen.inAllLanguages("my-log");
    const complete = await check(citizen, tale, 'main a[href$="/komplett"]', "complete");
    need(complete.includes("The list is complete:"), `the proof says «${complete}»`);
    // One's own visits are folded.
    const folded = page.locator("main details:not([open]) > summary");
    for (let left = await folded.count(); left > 0; left--) await folded.first().click();
    await citizen.look("my-log-unfolded");
    await citizen.press('main :is(td, th) a[href^="/min-side/logg/"]:not([download])', { name: "my-entry" });
    await citizen.inAllLanguages("my-entry");
    await check(citizen, tale, 'main a[href$="/bevis"][download]', "entry");
    await citizen.open("/min-side/bevis", { name: "proofs" });
    await citizen.inAllLanguages("proofs");
  }, here);
  await step("… opts out, is told what it means for the project, and gets a receipt", async () => {
    await citizen.open("/min-side/valg", { name: "choices" });
    await citizen.inAllLanguages("choices");
    await citizen.press("main .ds-card a.ds-button", { name: "opt-out" });
    await citizen.inAllLanguages("opt-out");
    await citizen.press('form[action="/min-side/valg"] button', { name: "opted-out" });
    await citizen.inAllLanguages("opted-out");
    await check(citizen, tale, 'main a[href$="/bevis"][download]', "receipt");
    await citizen.open(tale.project, { name: "my-project-opted-out" });
    await stillIn(citizen, tale);
    await citizen.open("/min-side", { name: "my-page-opted-out" });
  }, here);
  await step("… changes their mind about one register, and logs out", async () => {
    await citizen.open("/min-side/valg", { name: "choices-opted-out" });
    await citizen.press("main tbody a", { name: "one-register" });
    await citizen.press('form[action="/min-side/valg"] button', { name: "one-register-chosen" });
    await citizen.press('header form[action="/logg-ut"] button', { name: "logged-out" });
    await citizen.open("/min-side", { status: 401, name: "my-page-logged-out" });
  }, here);
}

/** Somebody with the same illness says no between the application and the decision. */
export async function saysNoBefore(tale) {
  const { step, walk, world } = tale;
  const early = (tale.early = await Person.arrive(walk, "early"));
  await step("A citizen opts out before the decision, and gets a receipt", async () => {
    await optOut(early, world.logins.optsOutBefore, tale, "early-receipt");
    await early.open("/min-side/prosjekter", { name: "early-projects-empty" });
    await early.inAllLanguages("early-projects-empty");
  }, () => early.page.url());
}

/** They are told that they were left out, and another who says no now what the law makes of it. */
export async function saidNo(tale) {
  const { step, walk, world, early } = tale;
  await step("Whoever opted out before the decision is in no row of the extract, is told so and can prove it", async () => {
    await early.open("/min-side/prosjekter", { name: "early-projects" });
    await early.press('main a[href^="/min-side/prosjekter/"]', { name: "early-project" });
    await early.inAllLanguages("early-project");
    const part = await early.page.locator("main section", { has: early.page.locator("#part") }).innerText();
    need(part.includes("Ikke med: reservert"), `they are told «${part}»`);
    const proved = await check(early, tale, 'main a[download]', "early-membership");
    need(proved.includes("Your part in what it tells of: opted_out."), `the proof says «${proved}»`);
  }, () => early.page.url());
  const late = await Person.arrive(walk, "late");
  await step("Whoever opts out after it stays in what is delivered, and is told what Norwegian law makes of it", async () => {
    await optOut(late, world.logins.optsOutAfter, tale, "late-receipt");
    await late.open("/min-side/prosjekter", { name: "late-projects" });
    await late.press('main a[href^="/min-side/prosjekter/"]', { name: "late-project" });
    await late.inAllLanguages("late-project");
    await stillIn(late, tale);
  }, () => late.page.url());
}

/** Reserves against all secondary use, with the proof of it. */
async function optOut(person, login, tale, receipt) {
  await person.logIn(login, { to: "/min-side/valg" });
  if (!/\/min-side\/valg$/.test(person.page.url())) await person.open("/min-side/valg", { name: "choices" });
  await person.press("main .ds-card a.ds-button", { name: "opt-out" });
  await person.press('form[action="/min-side/valg"] button', { name: "opted-out" });
  await check(person, tale, 'main a[href$="/bevis"][download]', receipt);
}

/** The delivered extract has them, provably; later ones under the same permit will not, by Norwegian law. */
async function stillIn(person, tale) {
  const { page } = person;
  const section = (id) => page.locator("main section", { has: page.locator(`#${id}`) }).innerText();
  const [part, meaning] = [await section("part"), await section("meaning")];
  need(part.includes("Du var med"), `they are told «${part}»`);
  need(/Du sa nei .* Etter norsk lov blir du holdt utenfor alle uttrekk som lages etter det/.test(meaning), `they are told «${meaning}»`);
  const proved = await check(person, tale, 'main a[download]', "late-membership");
  need(proved.includes("Your part in what it tells of: included."), `the proof says «${proved}»`);
}
