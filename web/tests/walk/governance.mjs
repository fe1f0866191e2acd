// A description changes: a steward proposes, a reviewer publishes, a researcher finds it and lists it.
import { Person } from "./person.mjs";
import { need } from "./story.mjs";

const DESK = "/katalog/forvaltning";
const NEW_NAME = "Journalført avstandsmål";

export async function lookAfter(tale) {
  const { step, walk, world } = tale;
  const steward = await Person.arrive(walk, "catalogue-steward");
  const at = {};
  await step("The steward sees the sources to look after, and what is to be confirmed when", async () => {
    await steward.logIn(world.logins.steward, { to: DESK, side: world.logins.steward.side });
    if (new URL(steward.page.url()).pathname !== DESK) await steward.open(DESK, { name: "desk" });
    await steward.inAllLanguages("desk");
    await steward.press(steward.page.locator(`main a[href^="${DESK}/kilde/"]`).first(), { name: "desk-source" });
    at.source = new URL(steward.page.url()).pathname;
    await steward.inAllLanguages("desk-source");
    await steward.press('form[action$="/ansvar"] button', { status: 422, name: "responsible-missing" });
    await steward.errors();
    await steward.page.selectOption('[name="place"]', { index: 1 });
    await steward.page.selectOption('[name="role"]', "steward");
    await steward.page.fill('[name="unit"]', "Seksjon for registerdrift");
    await steward.page.fill('[name="contact"]', "register@example.no");
    await steward.press('form[action$="/ansvar"] button', { name: "responsible-named" });
    await steward.press('form[action$="/bekreft"] button', { name: "confirmed" });
  }, () => steward.page.url());
  await step("… edits a variable, sees what it changes, and asks for review", async () => {
    await steward.press(steward.page.locator(`main li a[href^="${DESK}/felt/"][href*="/"]`).nth(1), { name: "edit-dataset" });
    await steward.inAllLanguages("edit-dataset");
    await steward.press(steward.page.locator(`main li a[href^="${DESK}/felt/"]`).last(), { name: "edit-variable" });
    at.variable = new URL(steward.page.url()).pathname.slice(`${DESK}/felt/`.length);
    await steward.inAllLanguages("edit-variable");
    const save = 'main form[action^="/katalog/forvaltning/felt/"] button';
    await steward.press(save, { status: 422, name: "edit-nothing" });
    await steward.errors();
    await steward.page.fill('[name="name.nb"]', NEW_NAME);
    await steward.page.fill('[name="description.en"]', "As it stands in the record.");
    await steward.press(save, { name: "proposal-draft" });
    at.proposal = new URL(steward.page.url()).pathname;
    await steward.inAllLanguages("proposal-draft");
    need((await steward.text()).includes(NEW_NAME), "the proposal does not show the new name");
    await steward.page.fill('[name="title"]', "Tydeligere navn");
    await steward.press('form[action$="/foresla"] button', { name: "proposal-proposed" });
    need(!(await steward.page.locator('form[action$="/publiser"]').count()), "who proposed may publish alone");
  }, () => steward.page.url());
  const reviewer = await Person.arrive(walk, "catalogue-reviewer");
  await step("The reviewer comments, the steward answers, and the reviewer publishes", async () => {
    await reviewer.logIn(world.logins.reviewer, { to: DESK, side: world.logins.reviewer.side });
    await reviewer.open(DESK, { name: "review-desk" });
    await reviewer.press(`main a[href="${at.proposal}"]`, { name: "review" });
    await reviewer.press('form[action$="/gjennomga"] button', { name: "review-begun" });
    await reviewer.press('form[action$="/avvis"] button', { status: 422, name: "review-reject-empty" });
    await reviewer.errors();
    await reviewer.page.selectOption('[name="place"]', { index: 1 });
    await reviewer.page.locator('form[action$="/kommentar"]').last().locator('[name="body"]').fill("Hvor kommer navnet fra?");
    await reviewer.press(reviewer.page.locator('form[action$="/kommentar"] button').last(), { name: "review-commented" });
    await steward.open(at.proposal, { name: "proposal-commented" });
    await steward.page.locator('form[action$="/kommentar"]').first().locator('[name="body"]').fill("Fra forskriften.");
    await steward.press(steward.page.locator('form[action$="/kommentar"] button').first(), { name: "proposal-answered" });
    await reviewer.open(at.proposal, { name: "review-answered" });
    await reviewer.press('form[action$="/avklar"] button', { name: "review-resolved" });
    await reviewer.inAllLanguages("review-resolved");
    await reviewer.press('form[action$="/publiser"] button', { name: "review-published" });
    await reviewer.inAllLanguages("review-published");
  }, () => reviewer.page.url());
  const researcher = await Person.arrive(walk, "catalogue-researcher");
  await step("The researcher finds the new name and puts the variable in the list", async () => {
    await researcher.logIn(world.logins.researcher, { to: "/katalog", side: world.logins.researcher.side });
    await researcher.open(`/katalog?q=${encodeURIComponent("avstandsmål")}`, { name: "found-new-name" });
    await researcher.press(researcher.page.locator(`main a[href="/katalog/variabel/${at.variable}"]`).first(), { name: "found-variable" });
    need((await researcher.text()).includes(NEW_NAME), "the variable still has its old name");
    const add = researcher.page.locator('form[action="/liste/legg-til"] button');
    if (await add.count()) await researcher.press(add.first(), { name: "listed-new-name" });
    need(await researcher.page.locator('form[action="/liste/ta-ut"]').count(), "the variable is not in the list");
    await researcher.open(`/katalog/${at.variable.split("/")[0]}`, { name: "source-confirmed" });
    const cite = researcher.page.locator('main a[href*="utgave="]');
    await researcher.press(cite.first(), { name: "source-cited" });
    await researcher.inAllLanguages("source-cited");
  }, () => researcher.page.url());
}
