// An application about so many people that nothing is granted without an assessment and a background check.
import { byKeyboard } from "./keyboard.mjs";
import { need } from "./story.mjs";

const ASSESSED = "Opplysningene er grove, forlater ikke rommet, og gir ikke et bilde av befolkningen som kan misbrukes.";
const CHECKED = "Sikkerhetsklarering av begge forskerne, arkivert i sak 2026/17.";

/** The applicant asks for everybody; the desk is told how many that is, and says why it can be granted. */
export async function large(tale) {
  const { step, researcher, handler } = tale;
  const { page } = handler;
  let again;
  await step("The researcher applies again, for everybody in the datasets", async () => {
    await researcher.open(tale.application, { name: "application-to-copy" });
    await researcher.press(`form[action="${tale.application}/kopier"] button`, { name: "application-copied" });
    again = new URL(researcher.page.url()).pathname.replace(/\/rediger$/, "");
    await researcher.open(`${again}/rediger/utvalg`, { name: "cohort-of-copy" });
    await researcher.fill("cohort", "everyone");
    // Over the years nearly everybody has been somewhere.
    await researcher.fill("period_from", "2016-01-01");
    await researcher.press('button[name="then"][value="save"]', { name: "copy-for-everybody" });
    await researcher.press('button[name="then"][value="send"]', { name: "copy-sent" });
  }, () => researcher.page.url());

  const desk = () => `/saker/${again.split("/").pop()}`;
  const decide = () => page.locator('form[action$="/vedtak"] button[type=submit]');
  await step("The desk is told how many that is, and that a statement is needed", async () => {
    await handler.open(desk(), { name: "case-large" });
    const keys = await page.locator('form[action$="/vurdering"] [name="criterion"]').evaluateAll((all) => all.map((one) => one.value));
    for (const key of keys) {
      const form = page.locator('form[action$="/vurdering"]', { has: page.locator(`[name="criterion"][value="${key}"]`) });
      await handler.unfold(form);
      await form.locator("select").selectOption("met");
      await form.locator("textarea").fill("Dokumentert i søknaden.");
      await Promise.all([page.waitForNavigation({ waitUntil: "load" }), form.locator("button").click()]);
    }
    await handler.open(desk(), { name: "case-large-assessed" });
    await handler.inAllLanguages("case-large-assessed");
    need(/Det er over grensen på/.test(await handler.text()), "the desk is not told that it is large");
    await byKeyboard(handler);
  }, () => page.url());

  await step("… grants nothing without the assessment and the check, and then with both in the decision", async () => {
    await handler.fill("outcome", "all");
    await handler.fill("minimum_group", "2");
    await handler.fill("rule_set", "norway");
    await handler.fill("reasons", "Formålet er til nytte for pasientene.");
    await handler.press(decide(), { status: 422, name: "case-large-refused" });
    need((await handler.errors()).fields.includes("large_assessment"), "it is not told that the assessment is missing");
    await handler.fill("large_assessment", ASSESSED);
    await handler.fill("large_check", CHECKED);
    await handler.press(decide(), { name: "case-large-decided" });
    await researcher.open(`${again}/vedtak`, { name: "decision-large" });
    await researcher.inAllLanguages("decision-large");
    const told = await researcher.text();
    need(told.includes(ASSESSED) && told.includes(CHECKED), "the applicant does not read the assessment");
  }, () => page.url());
}
