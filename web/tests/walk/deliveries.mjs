// What a running project has been delivered, and when the next update may come.
import { byKeyboard } from "./keyboard.mjs";
import { need } from "./story.mjs";

/** The researcher goes from the application to the project's deliveries; the handler reads the same. */
export async function deliveries(tale) {
  const { step, researcher, handler } = tale;
  const path = `/tillatelser/${tale.permit}/oppdateringer`;
  await step("The researcher sees what the project was delivered, and that updates are allowed", async () => {
    await researcher.open(tale.application, { name: "application-delivered" });
    const link = researcher.page.locator(`main a[href="${path}"]`);
    need(await link.count(), "the application does not lead to its deliveries");
    await researcher.press(link.first(), { name: "deliveries" });
    await researcher.inAllLanguages("deliveries");
    const told = await researcher.text();
    need(told.includes("Ved hver ny dataversjon"), "the permit's rhythm is not told");
    need(told.includes("Ingen av kildene har en nyere dataversjon"), "it is not told why there is no update");
    need(!(await researcher.page.locator(`form[action="${path}"]`).count()), "an update is offered of nothing new");
    await byKeyboard(researcher);
  }, () => researcher.page.url());
  await step("The handler reads the same, and is not asked whether to make one", async () => {
    await handler.open(path, { name: "deliveries-handler" });
    need(!(await handler.page.locator(`form[action="${path}"]`).count()), "a handler is offered an update");
  }, () => handler.page.url());
}
